import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from practices.models.adaptation import Adaptation
from practices.models.outcome import Outcome
from practices.models.revision import Revision
from practices.models.state import State
from practices.models.theme import RevisionTheme
from practices.vocabularies import Vocabulary

FRESH_FOR = datetime.timedelta(days=365)
EVIDENCE = list(Vocabulary("evidence"))  # the ladder, from its lowest step
EXAMINED = EVIDENCE[1:]  # the steps on which something was at least measured


CARD = [  # the columns of a card; a text has sixty
    *("slug", "origin", "first_published_at", "confirmed_on", "removed_at"),
    *(f"member__{name}" for name in ("name", "slug", "country", "joined_on", "is_fictional")),
    *(f"public_revision__{name}" for name in ("state", "language", "title", "summary", "stage", "start")),
    *(f"public_revision__{name}" for name in ("evidence_checked", "results", "what_did_not_work")),
]


def evidence_step():
    """How high on the ladder of evidence a practice's public text was checked to stand."""
    steps = [models.When(public_revision__evidence_checked=code, then=n) for n, code in enumerate(EVIDENCE)]
    return models.Case(*steps, default=-1)


class PracticeQuerySet(models.QuerySet):
    def published(self):
        """What the public finds: a public revision, neither withdrawn nor removed."""
        return self.filter(public_revision__state=State.PUBLIC)

    def visible_to(self, user):
        """What this person may open in the workspace or in moderation, whatever its state.

        Coordinators see their members' practices, moderators those with a text that was sent to them;
        removed ones are seen by nobody.
        """
        practices = self.filter(removed_at=None)
        if not user.is_authenticated:
            return practices.none()
        theirs = Q(member__in=Member.objects.filter(memberships__in=user.memberships.current()))
        if user.has_perm("practices.moderate"):
            return practices.filter(
                theirs | models.Exists(Revision.objects.sent().filter(practice=models.OuterRef("pk")))
            )
        return practices.filter(theirs)

    def editable_by(self, user):
        """Practices of the members that this person acts for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            removed_at=None, member__in=Member.objects.filter(memberships__in=user.memberships.current())
        )

    def for_cards(self):
        """With all that a card shows, and no more, so that a list costs the same whatever its length.

        `adapted` is how often others have adapted it.
        """
        return (
            self.select_related("member", "public_revision")
            .only(*CARD)
            .annotate(adapted=models.F("search_row__adaptations"))
            .prefetch_related(
                "public_revision__outcomes",
                "public_revision__images",
                models.Prefetch(
                    "public_revision__theme_uses",
                    RevisionTheme.objects.filter(position=0).select_related("tag__parent"),
                ),
            )
        )

    def about(self, theme):
        """Those whose public text has this theme or a narrower one."""
        public = RevisionTheme.objects.filter(content_object=models.OuterRef("public_revision"))
        return self.filter(models.Exists(public.filter(Q(tag=theme) | Q(tag__parent=theme))))

    def with_figures(self):
        """Those that show at least one outcome."""
        return self.filter(models.Exists(Outcome.objects.filter(revision=models.OuterRef("public_revision"))))

    def examined(self):
        """Those whose results were checked to be at least measured."""
        return self.filter(public_revision__evidence_checked__in=EXAMINED)

    def best_examined(self):
        """The highest step on the ladder of evidence first, the newest first among equals."""
        return self.order_by(evidence_step().desc(), "-first_published_at", "-pk")

    def best_measured(self):
        """Those with a figure, before and after first: what a results board shows from its top."""
        outcomes = Outcome.objects.filter(revision=models.OuterRef("public_revision"))
        compared = models.Exists(outcomes.filter(before__isnull=False))
        return self.with_figures().order_by(compared.desc(), evidence_step().desc(), "-first_published_at", "-pk")

    def most_told(self):
        """The fullest story first."""
        return self.order_by(Length("public_revision__what_was_done").desc(), "-pk")

    def real(self):
        """Without those of cities that were invented for a demonstration."""
        return self.filter(member__is_fictional=False)

    def most_adapted(self):
        """Those that others took up, the most travelled first, each with the practices that came of it."""
        claims = Adaptation.objects.filter(pk__in=Adaptation.objects.counted().order_by().values("pk"))
        return (
            self.filter(search_row__adaptations__gt=0)
            .annotate(adapted=models.F("search_row__adaptations"))
            .order_by("-search_row__adaptations", "-search_row__published_at", "-pk")
            .select_related("member", "public_revision")
            .prefetch_related(
                models.Prefetch("adapted_in", claims.with_practices(), to_attr="adapted_by"),
                models.Prefetch("public_revision__adaptations", Adaptation.objects.with_practices()),
            )
        )


class Practice(models.Model):
    """The public identity of what a member does. Its text lives in revisions; the public reads one of them."""

    class Origin(models.TextChoices):
        MEMBER = "member", _("Submitted by the member")
        RETOLD = "retold", _("Retold from public sources by the editors")

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="practices")
    slug = models.SlugField(_("address"), max_length=120, unique=True, null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=6, choices=Origin.choices, default=Origin.MEMBER)
    public_revision = models.OneToOneField(
        Revision, verbose_name=_("public revision"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed by the city on"), null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True, editable=False)  # last, whether it is still running
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-first_published_at", "-pk"]
        permissions = [("moderate", _("Can review practices")), ("remove", _("Can remove practices"))]
        constraints = [
            models.CheckConstraint(
                name="a_practice_is_dated_when_first_published",
                condition=Q(public_revision=None) | Q(first_published_at__isnull=False, slug__isnull=False),
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("practices:detail", args=[self.slug])

    @property
    def code(self):
        """The short name that people say on the phone: P-0123."""
        return f"P-{self.pk:04d}"

    @property
    def is_removed(self):
        """Gone from every channel, after the public could once find it."""
        return self.removed_at is not None and self.first_published_at is not None

    @property
    def is_retold(self):
        return self.origin == self.Origin.RETOLD

    @property
    def is_fresh(self):
        """Whether its city has said within the last twelve months that it is still true."""
        return self.confirmed_on is not None and self.confirmed_on > timezone.localdate() - FRESH_FOR

    @property
    def open_revision(self):
        """The revision that is being written or reviewed, if there is one."""
        return self.revisions.filter(state__in=State.open()).first()

    def revision_for(self, user):
        """The newest text that this person may see: a draft is its city's own."""
        theirs = user.acts_for(self.member)
        return (self.revisions.all() if theirs else self.revisions.sent()).newest()

    def revisions_in_hand(self, user):
        """The texts on which this person may take a step: the newest one, and the public one behind it."""
        newest = self.revision_for(user)
        return [newest, *self.revisions.filter(pk=self.public_revision_id).exclude(pk=newest.pk)]
