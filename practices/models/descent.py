import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from practices.models.adaptation import Adaptation

PATIENCE = 30  # days that an origin has to answer


class DescentQuerySet(models.QuerySet):
    def standing(self):
        """Those that a public text tells today, whether or not their origin is still public."""
        told = Adaptation.objects.public().filter(revision__practice=OuterRef("practice"), origin=OuterRef("origin"))
        return self.filter(Exists(told), ended_at=None)

    def confirmed(self):
        return self.filter(state=Descent.State.CONFIRMED)

    def waiting(self):
        """Those that were put to an origin which has not answered: also after its time ran out."""
        return self.filter(state__in=[Descent.State.CLAIMED, Descent.State.LAPSED], asked_at__isnull=False)

    def overdue(self):
        """Asked more than thirty days ago, and no answer."""
        limit = timezone.now() - datetime.timedelta(days=PATIENCE)
        return self.filter(state=Descent.State.CLAIMED, asked_at__lt=limit)

    def answerable_by(self, user):
        """Those put to the cities that this person acts for, unless they act for the other side, too."""
        own = Member.objects.filter(memberships__in=user.memberships.current())
        return (
            self.standing()
            .filter(origin__member__in=own, origin__removed_at=None, asked_at__isnull=False)
            .exclude(practice__member__in=own)
        )


class Descent(models.Model):
    """That one practice came from another: what the public text of the one says, and what the origin's city answers.

    A revision's Adaptation holds the words; this row outlives revisions. Nobody is asked about a practice that the
    editors retold, nor about one of the origin's own city. The database lets no practice descend from itself.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", _("Not answered yet")
        CONFIRMED = "confirmed", _("Confirmed")
        DISPUTED = "disputed", _("Disputed")
        LAPSED = "lapsed", _("Not yet confirmed")

    practice = models.ForeignKey("practices.Practice", on_delete=models.CASCADE, related_name="descents")
    origin = models.ForeignKey("practices.Practice", on_delete=models.CASCADE, related_name="descendants")
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLAIMED)
    asked_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(_("what the origin's city says"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # a newer public text no longer names the origin

    objects = DescentQuerySet.as_manager()

    class Meta:
        verbose_name = _("descent")
        verbose_name_plural = _("descents")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="a_practice_descends_from_another_once", fields=["practice", "origin"]),
            models.CheckConstraint(name="a_practice_is_not_its_own_origin", condition=~Q(practice=F("origin"))),
            models.CheckConstraint(name="a_disputed_descent_says_why", condition=~Q(state="disputed") | ~Q(words="")),
            models.CheckConstraint(
                name="an_answered_descent_was_asked", condition=Q(state="claimed") | Q(asked_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.practice} ← {self.origin}"

    @property
    def is_confirmed(self):
        return self.state == self.State.CONFIRMED

    @property
    def is_disputed(self):
        return self.state == self.State.DISPUTED

    @property
    def is_answered(self):
        return self.is_confirmed or self.is_disputed

    @property
    def was_asked(self):
        return self.asked_at is not None

    @property
    def kind(self):
        """How the state is drawn."""
        return {"confirmed": "ok", "disputed": "bad"}.get(self.state, "")

    @property
    def answer_due(self):
        """Until when the origin's city is waited for."""
        return self.asked_at + datetime.timedelta(days=PATIENCE)


class DescentStep(models.Model):
    """One line of a descent's history: who said what, and when. Append-only; the database refuses the rest."""

    descent = models.ForeignKey(Descent, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=9, choices=Descent.State.choices)
    target = models.CharField(max_length=9, choices=Descent.State.choices)
    words = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step of a descent")
        verbose_name_plural = _("history of a descent")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.descent}: {self.name}"
