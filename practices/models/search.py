from django.contrib.postgres.fields import ArrayField
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
    doc = SearchVectorField(_("stems of all its words"))
    title = SearchVectorField(_("stems of its title"))
    words = ArrayField(models.TextField(), verbose_name=_("words that a typing mistake may have meant"))
    facets = ArrayField(models.TextField(), verbose_name=_("facets"))  # ["theme:nightlife", "country:FR", …]
    published_at = models.DateTimeField(_("first published"))
    confirmed_on = models.DateField(_("last confirmed"), null=True)
    evidence = models.PositiveSmallIntegerField(_("step on the ladder of evidence"))  # 1 described … 5 reproduced
    adaptations = models.PositiveIntegerField(_("adapted how often"))

    class Meta:
        verbose_name = _("search row")
        verbose_name_plural = _("search rows")
        indexes = [
            GinIndex(name="search_doc", fields=["doc"], fastupdate=False),
            GinIndex(name="search_facets", fields=["facets"], fastupdate=False),
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


class SearchWord(models.Model):
    """A word of the public library, folded, and the number of practices that have it: what "did you mean" offers."""

    word = models.TextField(primary_key=True)
    practices = models.PositiveIntegerField(_("practices with this word"))

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes = [GinIndex(name="search_word_trigrams", fields=["word"], opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return self.word
