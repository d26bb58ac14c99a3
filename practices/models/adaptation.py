from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practices.models.state import State


class AdaptationQuerySet(models.QuerySet):
    def public(self):
        """What public texts claim."""
        return self.filter(revision__state=State.PUBLIC)

    def counted(self):
        """What counts as an adaptation: what its origin's city has confirmed, and what public sources tell."""
        confirmed = Q(origin__descendants__practice=F("revision__practice"), origin__descendants__state="confirmed")
        return self.public().filter(confirmed | Q(revision__practice__origin="retold")).distinct()

    def with_practices(self):
        """With both ends of each claim, as a line of stops shows them."""
        return self.select_related(
            "origin__member", "origin__public_revision", "revision__practice__member", "revision__practice"
        ).only(
            *(field.name for field in self.model._meta.concrete_fields),
            *("origin__slug", "revision__practice__slug"),
            *(f"origin__member__{name}" for name in ("name", "slug", "latitude", "longitude")),
            *(f"revision__practice__member__{name}" for name in ("name", "slug", "latitude", "longitude")),
            *(f"origin__public_revision__{name}" for name in ("state", "language", "title", "start")),
            *(f"revision__{name}" for name in ("state", "language", "title", "start")),
        )


class Adaptation(models.Model):
    """A claim of the revision: we took this over from there; kept, changed, dropped."""

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="adaptations")
    position = models.PositiveSmallIntegerField(default=0)
    origin = models.ForeignKey(
        "practices.Practice",
        verbose_name=_("practice in this library"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adapted_in",
    )
    outside_source = models.CharField(_("or a source elsewhere"), max_length=300, blank=True)
    kept = models.TextField(_("what you kept"), blank=True)
    changed = models.TextField(_("what you changed"), blank=True)
    dropped = models.TextField(_("what you dropped"), blank=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="an_adaptation_has_one_origin", condition=Q(origin=None) ^ Q(outside_source=""))
        ]

    def __str__(self):
        return self.outside_source or str(self.origin)

    def as_words(self):
        return " · ".join(filter(None, [str(self), self.kept, self.changed, self.dropped]))
