from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class ThemeQuerySet(models.QuerySet):
    def top(self):
        """Top themes in their order, each with its narrower ones."""
        return self.filter(parent=None).prefetch_related("children")

    def with_practice_counts(self):
        """Each with `practice_count`: the public practices about it or about a narrower theme."""
        uses = RevisionTheme.objects.filter(content_object__state="public").order_by()
        below = uses.filter(Q(tag=OuterRef("pk")) | Q(tag__parent=OuterRef("pk")))
        counts = below.values(every=Value(1)).annotate(n=Count("content_object", distinct=True)).values("n")
        return self.annotate(practice_count=Coalesce(Subquery(counts), 0))

    def beside(self, theme):
        """Themes of the public practices about this one, the most frequent first: `shared` says how often.

        Neither its broader theme nor its narrower ones, which are no surprise.
        """
        about = Q(content_object__theme_uses__tag=theme) | Q(content_object__theme_uses__tag__parent=theme)
        uses = RevisionTheme.objects.filter(about, content_object__state="public", tag=OuterRef("pk")).order_by()
        shared = uses.values("tag").annotate(n=Count("content_object", distinct=True)).values("n")
        others = self.exclude(Q(pk=theme.pk) | Q(pk=theme.parent_id) | Q(parent=theme))
        return others.annotate(shared=Subquery(shared)).filter(shared__gt=0).order_by("-shared", "position")


class Theme(TagBase):
    """What a practice is about: a taxonomy of two levels, with names in seven languages."""

    class Paving(models.TextChoices):
        """The paving pattern and hue that stand for a top theme (static/css/components/pave.css)."""

        PREVENTION = "prevention"
        YOUTH = "youth"
        VIOLENCE = "violence"
        ECONOMY = "economy"
        PORTS = "ports"
        CARE = "care"
        SPACE = "space"
        HOUSING = "housing"
        NIGHTLIFE = "nightlife"
        FAMILIES = "families"
        JUSTICE = "justice"
        GOVERNANCE = "governance"

    parent = models.ForeignKey(
        "self",
        verbose_name=_("broader theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    scope_note = models.TextField(_("what belongs here"), blank=True)
    synonyms = ArrayField(
        models.CharField(max_length=80), verbose_name=_("other words for it"), default=list, blank=True
    )
    paving = models.CharField(_("paving"), max_length=12, choices=Paving.choices, default=Paving.GOVERNANCE)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(name="a_theme_is_not_its_own_parent", condition=~Q(parent=F("id")) | Q(parent=None))
        ]

    def get_absolute_url(self):
        return reverse("practices:theme", args=[self.slug])


class RevisionTheme(ItemBase):
    """A revision's theme; the first one is the main one."""

    tag = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="uses")
    content_object = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="theme_uses")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="a_revision_has_a_theme_once", fields=["tag", "content_object"]),
        ]


class Keyword(TagBase):
    """A free word that cities add."""

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")


class RevisionKeyword(ItemBase):
    tag = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="uses")
    content_object = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="keyword_uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_revision_has_a_keyword_once", fields=["tag", "content_object"]),
        ]
