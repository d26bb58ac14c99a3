"""Authors, moderators, administrators and the clock in any order, with crashes: what must hold after every step."""

import contextlib
import datetime
import os

import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coalition.models import Message
from practices import moderation, writing
from practices.models import Practice, Revision, SearchRow, Step
from practices.models.state import State
from tests.factories import MembershipFactory, RevisionFactory, ThemeFactory, UserFactory

DECISIONS = {"approve", "refuse", "request_changes", "spam", "reopen", "claim"}
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", 12))  # `make stateful` takes more
STEPS = int(os.environ.get("STATEFUL_STEPS", 50))


class Crash(Exception):
    """The process dies before its transaction ends."""


class Office(RuleBasedStateMachine):
    """Two cities with a lead and a coordinator each; moderators, one of whom writes for a city; an administrator."""

    @initialize()
    def open(self):
        self.closing = contextlib.ExitStack()
        self.closing.enter_context(transaction.atomic())
        self.closing.callback(transaction.set_rollback, True)
        self.clock = self.closing.enter_context(time_machine.travel(NOON, tick=False))
        leads = [MembershipFactory(role="lead").user for _ in range(2)]
        self.members = [lead.memberships.get().member for lead in leads]
        writers = [MembershipFactory(member=member).user for member in self.members]
        moderators = [UserFactory(groups=["Moderators"]) for _ in range(2)]
        torn = MembershipFactory(member=self.members[0], user=UserFactory(groups=["Moderators"])).user
        self.writers = leads + writers + [torn]
        self.people = [*self.writers, *moderators, UserFactory(groups=["Administrators"])]
        self.theme = ThemeFactory()
        self.begin_for(self.writers[0])

    def teardown(self):
        if hasattr(self, "closing"):
            self.closing.close()

    def any_revision(self, data):
        return data.draw(st.sampled_from(list(Revision.objects.order_by("-pk"))))

    # what people do

    @precondition(lambda self: Practice.objects.filter(removed_at=None).count() < 3)
    @rule(data=st.data())
    def begin(self, data):
        self.begin_for(data.draw(st.sampled_from(self.writers)))

    def begin_for(self, writer):
        practice = Practice.objects.create(member=writer.memberships.get().member)
        RevisionFactory(
            practice=practice, author=writer, themes=[self.theme], title=f"A text about something {practice.pk}"
        )

    @rule(data=st.data())
    def write(self, data):
        revision, writer = self.any_revision(data), data.draw(st.sampled_from(self.writers))
        if not writer.acts_for(revision.practice.member):
            return
        before = Revision.objects.get(pk=revision.pk).title
        revision.title = f"{before[:90]} +"
        try:
            writing.save([Saving(revision)], revision=revision, by=writer)
        except PermissionDenied:
            assert revision.state not in State.writable()
        else:
            assert revision.state in State.writable()

    @rule(data=st.data())
    def revise(self, data):
        practice, writer = self.any_revision(data).practice, data.draw(st.sampled_from(self.writers))
        if writer.acts_for(practice.member) and not practice.removed_at:
            with contextlib.suppress(PermissionDenied):
                writing.revise(practice, by=writer)

    @rule(data=st.data(), name=st.sampled_from(sorted(moderation.TRANSITIONS)), reason=st.sampled_from(["", "x"]))
    def step(self, data, name, reason):
        self.take(name, self.any_revision(data), data.draw(st.sampled_from(self.people)), reason)

    @rule(data=st.data())
    def step_that_is_offered(self, data):
        """Steps at random seldom get far; this one is open to the person."""
        revision = self.any_revision(data)
        if offered := self.offered(revision):
            name, person = data.draw(st.sampled_from(offered))
            self.take(name, revision, person, "For a reason.")

    @rule(data=st.data())
    def step_and_crash(self, data):
        revision = self.any_revision(data)
        before = snapshot()
        if offered := self.offered(revision):
            with contextlib.suppress(Crash), transaction.atomic():
                name, person = data.draw(st.sampled_from(offered))
                self.take(name, revision, person, "For a reason.")
                raise Crash
        assert snapshot() == before

    def offered(self, revision):
        return [(name, person) for person in self.people for name in moderation.available(revision, person)]

    def take(self, name, revision, person, reason):
        before = snapshot()
        involved = person.acts_for(revision.practice.member) or person.pk == revision.author_id
        if name == "request_changes":
            with contextlib.suppress(moderation.NotNow):
                moderation.remark(revision, field="title", text=f"Say where. {timezone.now()}", by=person)
                before = snapshot()
        try:
            moderation.perform(name, revision, by=person, reason=reason, evidence="described", evidence_reason="x")
        except (moderation.NotNow, ValidationError):
            assert snapshot() == before
        else:
            assert not (name in DECISIONS and involved)

    @rule(data=st.data(), days=st.integers(-1, 20))
    def wish_for_a_day(self, data, days):
        day = timezone.localdate() + datetime.timedelta(days)
        Revision.objects.filter(pk=self.any_revision(data).pk, state__in=State.writable()).update(
            publish_not_before=day
        )

    @rule(minutes=st.sampled_from([1, 31, 24 * 60, 20 * 24 * 60]))
    def wait(self, minutes):
        self.clock.shift(datetime.timedelta(minutes=minutes))

    @rule()
    def publish_what_is_due(self):
        moderation.publish_due()

    # what must hold

    @invariant()
    def the_public_reads_the_last_text_that_was_published(self):
        for practice in Practice.objects.exclude(public_revision=None):
            published = Step.objects.filter(revision__practice=practice, name="publish")
            assert practice.public_revision == published.latest("pk").revision
            assert practice.public_revision.state in (State.PUBLIC, State.WITHDRAWN, State.REMOVED)
            assert practice.revisions.filter(state=State.PUBLIC).count() <= 1

    @invariant()
    def what_is_found_is_what_is_public(self):
        public = Practice.objects.published().values_list("pk", flat=True)
        assert set(SearchRow.objects.values_list("practice_id", flat=True)) == set(public)

    @invariant()
    def every_change_has_its_line_in_the_history(self):
        for revision in Revision.objects.prefetch_related("steps"):
            state = State.DRAFT
            for step in revision.steps.order_by("pk"):
                assert step.source == state
                state = step.target
            assert revision.state == state

    @invariant()
    def a_published_text_was_approved_by_somebody_else(self):
        for step in Step.objects.filter(name="publish").select_related("revision__practice"):
            approval = step.revision.steps.get(name="approve")
            assert approval.by_id not in (None, step.revision.author_id)
            assert approval.by not in [self.writers[-1], *self.writers[:4]] or not approval.by.acts_for(
                step.revision.practice.member
            )

    @invariant()
    def a_practice_has_one_open_text_at_most(self):
        for practice in Practice.objects.all():
            assert practice.revisions.filter(state__in=State.open()).count() <= 1

    @invariant()
    def mail_goes_only_to_those_who_write_for_the_city(self):
        for message in Message.objects.filter(kind=""):
            member = Practice.objects.get(pk=int(message.case.removeprefix("P-"))).member
            assert member.memberships.filter(user__email=message.to_email).exists()


class Saving:
    """What writing.save asks of a form."""

    def __init__(self, revision):
        self.save = revision.save


def snapshot():
    """All that a refused or crashed step must leave as it was."""
    return (
        list(Revision.objects.order_by("pk").values()),
        list(Practice.objects.order_by("pk").values()),
        Step.objects.count(),
        Message.objects.count(),
        SearchRow.objects.count(),
    )


def test_nothing_is_lost_leaked_or_decided_by_the_wrong_people(db):
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize="STATEFUL_EXAMPLES" not in os.environ,  # the suite takes the same steps every time
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
