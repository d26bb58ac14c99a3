"""Which texts: the words with which every desk, list and count asks for revisions."""

import operator
from functools import reduce

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from coalition import working_days
from members.models import Member
from practices.models.state import State
from practices.models.theme import RevisionTheme

QUEUE_LINE = [  # the columns of a line of the moderators' queue
    *("number", "state", "language", "title", "submitted_at", "claim_expires_at", "promised_on", "is_correction"),
    *("practice__origin", "practice__member__name", "practice__member__country", "claimed_by__name"),
    *("claimed_by__email", "assigned_to__name", "assigned_to__email"),
]


class RevisionQuerySet(QuerySet):
    def open(self):
        return self.filter(state__in=State.open())

    def ever_public(self):
        """Revisions that the public may read, those of now and of before: the practice's published history.

        A text that was withdrawn stays withdrawn, also once a newer one is public.
        """
        return self.filter(state__in=[State.PUBLIC, State.REPLACED]).exclude(steps__name="withdraw")

    def of(self, member):
        """A member's public texts with what its page counts: offers, commitments, contacts."""
        columns = ("state", "language", "title", "offers", "offers_until", "commitments", "public_contact")
        return (
            self.filter(practice__member=member, state=State.PUBLIC)
            .select_related("practice")
            .only(*columns, "practice__slug", "practice__origin")
            .order_by("-published_at")
        )

    def newest(self):
        """The one that a desk shows: the open one, else the last. Raises DoesNotExist where there is none."""
        return self.open().first() or self.latest("number")

    def sent(self):
        """Revisions that have left the city's desk at least once and do not lie there again as a draft."""
        return self.exclude(state=State.DRAFT)

    def latest_of_each(self):
        """One revision of each practice: the newest, which stands for it on its city's desk."""
        newer = self.model.objects.filter(practice=OuterRef("practice"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def with_open_remarks(self):
        """With `open_remarks`: how many the author has still to deal with."""
        still = Q(remarks__sent_at__isnull=False, remarks__done_at=None)
        return self.annotate(open_remarks=Count("remarks", filter=still))

    def in_queue(self):
        """What waits for a moderator, the longest wait first."""
        return self.filter(state__in=State.waiting()).order_by("submitted_at", "pk")

    def unheld(self):
        """Those that no moderator holds now: a claim that has run out is free."""
        return self.exclude(held())

    def in_hands_of(self, user):
        """Those that this moderator holds now, or was given."""
        return self.filter(Q(assigned_to=user) | held(claimed_by=user))

    def in_other_hands(self, user):
        """Those that another moderator holds now, or was given."""
        return self.filter(held() & ~Q(claimed_by=user) | Q(assigned_to__isnull=False) & ~Q(assigned_to=user))

    def in_nobodys_hands(self):
        return self.filter(~held(), assigned_to=None)

    def about(self, theme):
        """Those with this theme or a narrower one."""
        uses = RevisionTheme.objects.filter(content_object=OuterRef("pk"))
        return self.filter(Exists(uses.filter(Q(tag=theme) | Q(tag__parent=theme))))

    def late(self):
        """Those that wait longer than was promised."""
        return self.filter(waits_too_long())

    def for_queue(self):
        """With all that a line of the queue shows, and no more; `is_answer` where it comes back from its city."""
        sent_back = self.model.objects.filter(pk=OuterRef("pk"), steps__name="request_changes")
        main_themes = RevisionTheme.objects.filter(position=0).select_related("tag__parent")
        return (
            self.select_related("practice__member", "claimed_by", "assigned_to")
            .only(*QUEUE_LINE)
            .annotate(is_answer=Exists(sent_back))
            .prefetch_related(Prefetch("theme_uses", main_themes))
        )

    def count_by_attention(self, user):
        """How many there are, how many of them late, mere corrections, and in whose hands."""
        ours = {"mine": self.in_hands_of(user), "theirs": self.in_other_hands(user), "free": self.in_nobodys_hands()}
        return self.order_by().aggregate(
            waiting=Count("pk"),
            late=Count("pk", filter=waits_too_long()),
            corrections=Count("pk", filter=Q(is_correction=True)),
            **{name: Count("pk", filter=Q(pk__in=texts.order_by().values("pk"))) for name, texts in ours.items()},
        )


def held(**more):
    """The question whether a moderator holds it now: a claim that has run out is free."""
    return Q(state=State.IN_REVIEW, claim_expires_at__gt=timezone.now(), **more)


def waits_too_long():
    """The question whether more working days of their city have begun than were promised."""
    too_long_ago = {}
    for country in Member.objects.order_by().values_list("country", flat=True).distinct():
        day = working_days.back(timezone.now(), working_days.TARGET + 1, country)
        too_long_ago.setdefault(day, []).append(country)
    questions = (
        Q(submitted_at__date__lte=day, practice__member__country__in=countries)
        for day, countries in too_long_ago.items()
    )
    return reduce(operator.or_, questions, Q(pk__in=[]))
