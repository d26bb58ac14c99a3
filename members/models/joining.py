from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from coalition.text import languages
from members.models.member import Member


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(answered_at=None)


class JoinRequest(models.Model):
    """A city or region that asks to become a member, until the secretariat has answered."""

    place = models.CharField(_("name of the city or region"), max_length=120)
    country = CountryField(_("country"))
    name = models.CharField(_("your name"), max_length=120)
    office = models.CharField(_("your office or task"), max_length=120)
    email = models.EmailField(_("your work e-mail address"))
    language = models.CharField(_("language of our answer"), max_length=5, choices=languages, default="en")
    message = models.TextField(_("what you would like to share or to find"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="join_requests")
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_answered_join_request_has_a_reason",
                condition=Q(answered_at=None) | ~Q(reason="") & Q(answered_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="an_address_waits_for_one_answer", fields=["email"], condition=Q(answered_at=None)
            ),
        ]

    def __str__(self):
        return f"{self.place} ({self.country.code})"

    @property
    def was_accepted(self):
        return self.answered_at is not None and self.member_id is not None
