import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from coalition.models import Message
from practices import moderation, search, writing
from practices.models import Adaptation, Practice, Revision, SearchRow
from practices.models.state import State
from tests.factories import (
    DescentFactory,
    MembershipFactory,
    RevisionFactory,
    UserFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """One person in every role towards one member, by the role's name."""
    coordinator = MembershipFactory()
    member = coordinator.member
    acting_moderator = UserFactory(groups=["Moderators"], is_staff=True)
    MembershipFactory(user=acting_moderator, member=member)
    return {
        "member": member,
        "coordinator": coordinator.user,
        "lead": MembershipFactory(member=member, role="lead").user,
        "coordinator elsewhere": MembershipFactory().user,
        "former coordinator": MembershipFactory(member=member, ended_at=timezone.now()).user,
        "moderator": UserFactory(groups=["Moderators"], is_staff=True),
        "other moderator": UserFactory(groups=["Moderators"], is_staff=True),
        "moderator of this member": acting_moderator,
        "editor": UserFactory(groups=["Editors"], is_staff=True),
        "declaration officer": UserFactory(groups=["Declaration officers"], is_staff=True),
        "administrator": UserFactory(groups=["Administrators"], is_staff=True),
        "stranger": UserFactory(),
    }


ROLES = [
    "coordinator",
    "lead",
    "coordinator elsewhere",
    "former coordinator",
    "moderator",
    "other moderator",
    "moderator of this member",
    "editor",
    "declaration officer",
    "administrator",
    "stranger",
]
WRITERS = {"coordinator", "lead", "moderator of this member"}
JUDGES = {"moderator", "other moderator"}
ALLOWED = {  # state → step → roles; everything else is refused. The claim is the moderator's.
    State.DRAFT: {"submit": WRITERS},
    State.SUBMITTED: {"recall": WRITERS, "claim": JUDGES, "spam": JUDGES},
    State.IN_REVIEW: {
        "request_changes": {"moderator"},
        "approve": {"moderator"},
        "refuse": {"moderator"},
    },
    State.CHANGES_REQUESTED: {"resubmit": WRITERS},
    State.APPROVED: {},
    State.PUBLIC: {"withdraw": {"lead"}, "remove": {"administrator"}},
    State.REPLACED: {},
    State.REFUSED: {"reopen": {"other moderator"}, "remove": {"administrator"}},
    State.SPAM: {"remove": {"administrator"}},
    State.WITHDRAWN: {"remove": {"administrator"}},
    State.REMOVED: {},
}


def revision_in(state, people):
    """A complete text of the member in a state, as the path would have left it."""
    now = timezone.now()
    if state in (State.PUBLIC, State.WITHDRAWN, State.REMOVED):
        practice = published_practice(member=people["member"], author=people["coordinator"])
        practice.public_revision.state = state
        practice.public_revision.save()
        return practice.public_revision
    revision = RevisionFactory(practice__member=people["member"], author=people["coordinator"], submitted_at=now)
    if state == State.IN_REVIEW:
        revision.claimed_by, revision.claim_expires_at = people["moderator"], now + moderation.CLAIM
    if state in (State.REPLACED, State.APPROVED):
        revision.approved_at, revision.published_at, revision.evidence_checked = now, now, "described"
    if state == State.REFUSED:
        moderation.record("refuse", revision, by=people["moderator"], target=state, reason="Because.")
    revision.state = state
    revision.save()
    return revision


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_every_step_is_open_to_those_who_may_take_it_and_to_nobody_else(state, role, people):
    revision = revision_in(state, people)
    expected = {name for name, roles in ALLOWED[state].items() if role in roles}

    offered = set(moderation.available(revision, people[role]))

    assert offered == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_a_step_that_is_not_open_changes_nothing(state, role, people):
    revision = revision_in(state, people)
    closed = set(moderation.TRANSITIONS) - {name for name, roles in ALLOWED[state].items() if role in roles}

    for name in closed:
        with pytest.raises(moderation.NotNow):
            moderation.perform(name, revision, by=people[role], reason="Because.", evidence="described")

    revision.refresh_from_db()
    assert revision.state == state
    assert revision.steps.count() == (state == State.REFUSED)


def refused(draft, people):
    moderation.record("refuse", draft, by=people["moderator"], target=State.REFUSED, reason="Because.")
    return draft


def test_the_whole_path_from_a_draft_to_the_public(people):
    draft = RevisionFactory(practice__member=people["member"], author=people["coordinator"])

    moderation.perform("submit", draft, by=people["coordinator"])
    moderation.perform("claim", draft, by=people["moderator"])
    moderation.remark(draft, field="results", text="In which year?", by=people["moderator"])
    moderation.perform("request_changes", draft, by=people["moderator"])
    moderation.perform("resubmit", draft, by=people["coordinator"])
    moderation.perform("claim", draft, by=people["moderator"])
    moderation.perform("approve", draft, by=people["moderator"], evidence="described")

    practice = Practice.objects.published().get()
    assert practice.public_revision == draft
    assert practice.slug.startswith("school-staff-who-notice-first")
    history = list(draft.steps.values_list("name", "source", "target"))
    assert history == [
        ("submit", "draft", "submitted"),
        ("claim", "submitted", "in_review"),
        ("request_changes", "in_review", "changes_requested"),
        ("resubmit", "changes_requested", "submitted"),
        ("claim", "submitted", "in_review"),
        ("approve", "in_review", "approved"),
        ("publish", "approved", "public"),
    ]


def test_each_step_of_the_path_writes_its_mail_in_the_readers_language(people):
    people["coordinator"].language = "fr"
    people["coordinator"].save()
    draft = RevisionFactory(practice__member=people["member"], author=people["coordinator"])

    moderation.perform("submit", draft, by=people["coordinator"])
    moderation.perform("claim", draft, by=people["moderator"])
    moderation.remark(draft, field="results", text="In which year?", by=people["moderator"])
    moderation.perform("request_changes", draft, by=people["moderator"])

    mails = Message.objects.about(draft.practice.code).filter(kind="").order_by("pk")
    told = [(mail.template, mail.to_email, mail.language) for mail in mails]
    lead = people["lead"].email
    assert sorted(told) == sorted(
        [
            ("practice_submitted", people["coordinator"].email, "fr"),
            ("practice_submitted", lead, "en"),
            ("practice_changes_requested", people["coordinator"].email, "fr"),
            ("practice_changes_requested", lead, "en"),
        ]
    )
    assert "In which year?" in mails.filter(to_email=lead).last().text
    assert all(f"/fr/workspace/practices/{draft.practice.code}/" in m.text for m in mails.filter(language="fr"))


def test_mail_of_a_step_is_rolled_back_with_it(people):
    draft = RevisionFactory(practice__member=people["member"], author=people["coordinator"])

    with transaction.atomic():
        moderation.perform("submit", draft, by=people["coordinator"])
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_an_incomplete_text_is_not_sent_and_says_what_is_missing(people):
    draft = RevisionFactory(practice__member=people["member"], summary="", results="Too short.")

    with pytest.raises(ValidationError) as refused:
        moderation.perform("submit", draft, by=people["coordinator"])

    assert set(refused.value.message_dict) == {"summary", "results"}


def test_changes_are_requested_with_at_least_one_remark(people):
    revision = revision_in(State.IN_REVIEW, people)

    with pytest.raises(ValidationError):
        moderation.perform("request_changes", revision, by=people["moderator"])


@pytest.mark.parametrize(
    ("name", "state"), [("refuse", State.IN_REVIEW), ("withdraw", State.PUBLIC), ("remove", State.SPAM)]
)
def test_these_steps_need_a_reason(name, state, people):
    revision = revision_in(state, people)
    by = {"refuse": "moderator", "withdraw": "lead", "remove": "administrator"}[name]

    with pytest.raises(ValidationError):
        moderation.perform(name, revision, by=people[by], reason="  ")


def test_approval_needs_a_level_of_evidence_and_a_reason_where_it_differs(people):
    revision = revision_in(State.IN_REVIEW, people)
    revision.evidence_stated = "described"
    revision.save()

    with pytest.raises(ValidationError, match="level of evidence"):
        moderation.perform("approve", revision, by=people["moderator"])
    with pytest.raises(ValidationError, match="differs"):
        moderation.perform("approve", revision, by=people["moderator"], evidence="evaluated")
    moderation.perform(
        "approve", revision, by=people["moderator"], evidence="evaluated", evidence_reason="A university studied it."
    )

    assert Practice.objects.published().get().public_revision.evidence_checked == "evaluated"


def test_remarks_are_the_moderators_own_until_the_review_ends(people):
    revision = revision_in(State.IN_REVIEW, people)

    moderation.remark(revision, field="title", text="Shorter, please.", by=people["moderator"])
    assert not revision.remarks.sent().exists()
    moderation.perform("refuse", revision, by=people["moderator"], reason="Out of scope.", reason_code="scope")

    assert revision.remarks.sent().get().text == "Shorter, please."


def test_a_claim_ends_after_half_an_hour_without_work(people):
    revision = revision_in(State.SUBMITTED, people)
    with time_machine.travel("2026-06-01 10:00Z", tick=False) as clock:
        moderation.perform("claim", revision, by=people["moderator"])
        clock.shift(datetime.timedelta(minutes=29))
        moderation.remark(revision, field="title", text="Shorter, please.", by=people["moderator"])
        clock.shift(datetime.timedelta(minutes=29))
        with pytest.raises(moderation.NotNow):
            moderation.perform("claim", revision, by=people["other moderator"])
        clock.shift(datetime.timedelta(minutes=2))

        moderation.perform("claim", revision, by=people["other moderator"])

    revision.refresh_from_db()
    assert revision.claimed_by == people["other moderator"]
    with pytest.raises(moderation.NotNow):
        moderation.remark(revision, field="title", text="Too late.", by=people["moderator"])


def test_the_public_text_stays_until_the_new_revision_is_approved(people):
    practice = published_practice(member=people["member"], title="The text that is public")
    draft = writing.revise(practice, by=people["coordinator"])
    draft.title = "The text that is new"
    draft.save()
    moderation.perform("submit", draft, by=people["coordinator"])
    moderation.perform("claim", draft, by=people["moderator"])

    before = Practice.objects.get(pk=practice.pk).public_revision.title
    moderation.perform("approve", draft, by=people["moderator"], evidence="described")

    assert before == "The text that is public"
    assert Practice.objects.get(pk=practice.pk).public_revision.title == "The text that is new"
    assert list(practice.revisions.values_list("number", "state")) == [(2, "public"), (1, "replaced")]


def test_an_approved_text_waits_for_its_day(people):
    revision = revision_in(State.IN_REVIEW, people)
    revision.publish_not_before = timezone.localdate() + datetime.timedelta(days=3)
    revision.save()

    moderation.perform("approve", revision, by=people["moderator"], evidence="described", evidence_reason="Read.")
    too_early = moderation.publish_due()
    hidden = Practice.objects.published().exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        in_time = moderation.publish_due()

    assert (too_early, hidden, in_time) == (0, False, 1)
    assert Practice.objects.published().exists()


def test_removing_takes_the_open_draft_along(people):
    practice = published_practice(member=people["member"])
    draft = writing.revise(practice, by=people["coordinator"])

    moderation.perform("remove", practice.public_revision, by=people["administrator"], reason="A court decided.")

    draft.refresh_from_db()
    assert draft.state == State.REMOVED
    assert not Practice.objects.visible_to(people["moderator"]).exists()


def test_a_refused_text_is_not_reopened_over_a_new_draft(people):
    practice = published_practice(member=people["member"])
    refused = writing.revise(practice, by=people["coordinator"])
    moderation.record("refuse", refused, by=people["moderator"], target=State.REFUSED, reason="Because.")
    writing.revise(practice, by=people["coordinator"])

    assert moderation.available(refused, people["other moderator"]) == {}


def test_retold_texts_are_approved_by_somebody_else_than_their_editor(people):
    moderator = people["moderator"]
    draft = RevisionFactory(
        practice__origin="retold",
        practice__member__joined_on=None,
        author=moderator,
        sources=[{"url": "https://example.org"}],
    )

    moderation.perform("submit", draft, by=moderator)

    assert "claim" not in moderation.available(Revision.objects.get(pk=draft.pk), moderator)
    assert "claim" in moderation.available(Revision.objects.get(pk=draft.pk), people["other moderator"])


def test_the_history_is_never_changed(people):
    revision = revision_in(State.REFUSED, people)

    for statement in ("UPDATE practices_step SET reason = 'other'", "DELETE FROM practices_step"):
        with pytest.raises((IntegrityError, OperationalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert revision.steps.get().reason == "Because."


def test_titles_without_latin_letters_get_an_address_too(people):
    revision = revision_in(State.IN_REVIEW, people)
    revision.title = "Πρόληψη στα σχολεία"
    revision.save()

    moderation.perform("approve", revision, by=people["moderator"], evidence="described", evidence_reason="Read.")

    assert Practice.objects.get().slug == revision.practice.code.lower()


def test_two_practices_with_one_title_have_two_addresses(people):
    for _ in range(2):
        revision = revision_in(State.IN_REVIEW, people)
        revision.title = "Football on Friday nights"
        revision.save()
        moderation.perform("approve", revision, by=people["moderator"], evidence="described", evidence_reason="Read.")

    assert sorted(Practice.objects.values_list("slug", flat=True)) == [
        "football-on-friday-nights",
        "football-on-friday-nights-2",
    ]


def test_an_origin_counts_its_public_adaptations(people):
    origin = published_practice()
    search.index(origin)
    revision = revision_in(State.IN_REVIEW, people)
    Adaptation.objects.create(revision=revision, origin=origin)
    DescentFactory(practice=revision.practice, origin=origin)
    before = SearchRow.objects.get(practice=origin).adaptations

    moderation.perform("approve", revision, by=people["moderator"], evidence="described", evidence_reason="Read.")
    during = SearchRow.objects.get(practice=origin).adaptations
    revision.refresh_from_db()
    moderation.perform("withdraw", revision, by=people["lead"], reason="It has ended.")

    assert (before, during, SearchRow.objects.get(practice=origin).adaptations) == (0, 1, 0)
    assert not SearchRow.objects.filter(practice=revision.practice).exists()


def test_a_withdrawn_text_stays_withdrawn_when_a_newer_one_is_public(people):
    public = revision_in(State.PUBLIC, people)
    moderation.perform("withdraw", public, by=people["lead"], reason="It was wrong.")
    draft = writing.revise(public.practice, by=people["coordinator"])
    moderation.perform("submit", draft, by=people["coordinator"])
    moderation.perform("claim", draft, by=people["moderator"])

    moderation.perform("approve", draft, by=people["moderator"], evidence="described")

    assert list(draft.practice.revisions.ever_public()) == [draft]


def test_a_draft_that_was_taken_back_is_its_citys_own_again(people):
    draft = revision_in(State.DRAFT, people)
    moderation.perform("submit", draft, by=people["coordinator"])
    moderation.perform("recall", draft, by=people["coordinator"])

    assert not Practice.objects.visible_to(people["moderator"]).exists()
    assert Practice.objects.visible_to(people["coordinator"]).exists()


def test_a_new_draft_of_a_public_text_is_not_shown_to_moderators(people):
    public = revision_in(State.PUBLIC, people)
    draft = writing.revise(public.practice, by=people["coordinator"])

    assert public.practice.revision_for(people["moderator"]) == public
    assert public.practice.revision_for(people["coordinator"]) == draft


def test_a_text_that_was_reopened_is_in_hand_before_a_later_one_that_was_refused(people):
    practice = published_practice(member=people["member"])
    first, _second = (refused(writing.revise(practice, by=people["coordinator"]), people) for _ in range(2))

    moderation.perform("reopen", first, by=people["other moderator"])

    assert practice.revision_for(people["other moderator"]) == first
    assert practice.revision_for(people["coordinator"]) == first
