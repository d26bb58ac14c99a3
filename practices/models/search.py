from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchRow(models.Model):
    """What the catalogue searches and counts: one narrow row for each public practice, written by `search.index`.

    There is no row for what is not public, so a search cannot find it.
    """

    practice = models.OneToOneField(
        "practices.Practice", primary_key=True, on_delete=models.CASCADE, related_name="search_row"
    )
    doc = SearchVectorField(_("stems of its words; ^stems of its title; #numbers of its facets"))
    codes = models.BinaryField(_("numbers of its facets, four bytes each"))  # search.facets says in which order
    published_at = models.DateTimeField(_("first published"))
    confirmed_on = models.DateField(_("last confirmed"), null=True)
    evidence = models.PositiveSmallIntegerField(_("step on the ladder of evidence"))  # 1 described … 5 reproduced
    adaptations = models.PositiveIntegerField(_("adapted how often"))

    class Meta:
        verbose_name = _("search row")
        verbose_name_plural = _("search rows")
        indexes = [
            GinIndex(name="search_doc", fields=["doc"], fastupdate=False),
            models.Index("published_at", "practice", name="search_newest"),
            models.Index(
                models.F("confirmed_on").desc(nulls_last=True),
                models.F("published_at").desc(),
                models.F("practice").desc(),
                name="search_confirmed",
            ),
            models.Index("adaptations", "published_at", "practice", name="search_adapted"),
        ]

    def __str__(self):
        return f"P-{self.pk:04d}"


class SearchFacet(models.Model):
    """A value of a facet, such as theme=nightlife: its number in rows, its names, how many public practices have it.

    A number never means another value, so it may be remembered. The facet "" counts all practices.
    """

    facet = models.TextField(_("facet"))
    value = models.TextField(_("value"))
    names = models.TextField(_("names in all languages, one on each line"))
    total = models.PositiveIntegerField(_("public practices"), default=0)

    class Meta:
        verbose_name = _("value of a facet")
        verbose_name_plural = _("values of facets")
        constraints = [models.UniqueConstraint(name="a_facet_has_a_value_once", fields=["facet", "value"])]

    def __str__(self):
        return f"{self.facet}={self.value}"


class SearchName(models.Model):
    """One name of a theme, place or other facet value, in any language: what makes a word stand for it."""

    facet = models.ForeignKey(SearchFacet, on_delete=models.CASCADE, related_name="+")
    doc = SearchVectorField(_("stems of its words in every language"))
    size = models.PositiveSmallIntegerField(_("words that say something"))

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        indexes = [GinIndex(name="search_name_doc", fields=["doc"], fastupdate=False)]

    def __str__(self):
        return self.doc


class SearchWord(models.Model):
    """A word of public titles, summaries and names, folded: what a mistyped or half-typed word may have meant."""

    word = models.TextField(primary_key=True)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes = [GinIndex(name="search_word_trigrams", fields=["word"], opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return self.word
