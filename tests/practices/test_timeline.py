import datetime

import pytest

from practices import moderation, timeline
from practices.models import Revision
from tests.factories import MembershipFactory, RevisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    membership = MembershipFactory()
    return RevisionFactory(practice__member=membership.member, author=membership.user)


def told(revision):
    """Its stops in short: what happened, [where it is], what comes next."""
    revision = Revision.objects.get(pk=revision.pk)
    return [(stop.kind, stop.label) for stop in timeline.stops(revision, revision.steps.all())]


def test_a_draft_has_the_whole_path_before_it(draft):
    assert told(draft) == [("cur", "Begun"), ("", "Sent for review"), ("", "Decision"), ("", "Published")]


def test_a_text_that_was_sent_back_waits_for_its_city(draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    moderation.remark(draft, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", draft, by=moderator)

    assert told(draft) == [
        ("done", "Sent for review"),
        ("done", "A moderator began to read"),
        ("cur", "Back with you, with remarks"),
        ("", "Sent again"),
        ("", "Decision"),
        ("", "Published"),
    ]


def test_a_text_that_is_taken_twice_began_to_be_read_once(draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    for _ in range(2):
        moderation.perform("claim", draft, by=moderator)
        Revision.objects.update(claim_expires_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))

    assert [label for _kind, label in told(draft)].count("A moderator began to read") == 1


def test_the_decision_has_the_date_that_was_promised(draft):
    moderation.perform("submit", draft, by=draft.author)
    Revision.objects.update(submitted_at=datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC))
    revision = Revision.objects.get()

    decision = next(stop for stop in timeline.stops(revision, revision.steps.all()) if stop.label == "Decision")

    assert decision.note == "By 20 May 2026"  # two days of it are holidays in France


def test_every_step_of_the_path_has_its_words():
    assert set(timeline.HAPPENED) == {*moderation.TRANSITIONS, "replace", "apologise", "edit", "confirm"}
