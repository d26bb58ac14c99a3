from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from coalition.text import languages


class MemberQuerySet(models.QuerySet):
    def joined(self):
        """Members of the coalition; the others are places in the library."""
        return self.filter(joined_on__isnull=False)

    def joined_since(self, day):
        """Those who joined last, the newest first."""
        return self.filter(joined_on__gte=day, joined_on__lte=timezone.localdate()).order_by("-joined_on", "name")

    def places(self):
        """Places whose practices the editors retold from public sources: never members."""
        return self.filter(joined_on__isnull=True)

    def with_people_for(self, user):
        """Members whose people this person may see: their own, or every one for who invites for the secretariat."""
        if user.has_perm("members.add_invitation"):
            return self.joined()
        return self.filter(memberships__in=user.memberships.current())


class Member(models.Model):
    """A city, region, metropolis or network of the coalition, or a place that the library tells about.

    Only a date of joining makes it a member. A place whose practices the editors retold from
    public sources has none, and is shown as a *place in the library*.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("City or municipality")
        METROPOLIS = "metropole", _("Metropolitan authority")
        REGION = "region", _("Region, province or county")
        NETWORK = "network", _("Network of cities")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    local_name = models.CharField(_("name in its own language"), max_length=120, blank=True)
    other_names = models.TextField(_("names in other languages"), blank=True, help_text=_("One on each line."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CITY)
    country = CountryField(_("country"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_note = models.CharField(_("where these figures come from"), max_length=200, blank=True)
    authority = models.OneToOneField(
        "Authority", verbose_name=_("authority"), null=True, blank=True, on_delete=models.PROTECT
    )
    presentation = models.TextField(_("presentation"), max_length=800, blank=True)
    website = models.URLField(_("website"), blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    is_fictional = models.BooleanField(_("invented for the demonstration"), default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member or place")
        verbose_name_plural = _("members and places")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("practices:member", args=[self.slug])

    @property
    def is_member(self):
        return self.joined_on is not None


class MembershipQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)


class Membership(models.Model):
    """A person acts for a member. Ended memberships stay, so that old deeds keep their context."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        LEAD = "lead", _("Lead")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.COORDINATOR)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["member", "-role", "user__name"]
        constraints = [
            models.UniqueConstraint(
                name="a_person_acts_for_a_member_in_one_role", fields=["user", "member"], condition=Q(ended_at=None)
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.member} · {self.get_role_display()}"


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither used nor expired nor taken back."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """An e-mail that lets one person act for a member: single use, expiring, its secret stored hashed."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role.choices)
    language = models.CharField(_("language"), max_length=5, choices=languages, default="en")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations_accepted"
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.email} · {self.member}"

    @property
    def is_open(self):
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
