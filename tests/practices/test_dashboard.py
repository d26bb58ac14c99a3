"""What waits for somebody, the most urgent first."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from practices import moderation
from tests.factories import (
    MembershipFactory,
    RevisionFactory,
    SignatureFactory,
    UserFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db

DESK = "/en/workspace/"


@pytest.fixture
def writer(client, coordinator):
    client.force_login(coordinator)
    return client


def sentences(client):
    return [task.sentence for task in client.get(DESK).context["tasks"]]


def test_remarks_come_before_drafts(writer, coordinator, moderator):
    RevisionFactory(practice__member=coordinator.member, author=coordinator, title="A text that was begun")
    asked = RevisionFactory(practice__member=coordinator.member, author=coordinator, title="A text with a question")
    moderation.perform("submit", asked, by=coordinator)
    moderation.perform("claim", asked, by=moderator)
    moderation.remark(asked, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", asked, by=moderator)

    assert sentences(writer) == ["Answer 1 remark on “A text with a question”", "Finish “A text that was begun”"]


def test_when_every_remark_is_done_the_text_only_has_to_be_sent(writer, coordinator):
    RevisionFactory(practice__member=coordinator.member, state="changes_requested", title="A text in hand")

    assert sentences(writer) == ["Send “A text in hand” again"]


def test_nothing_waits_is_said(writer, coordinator):
    published_practice(member=coordinator.member, confirmed_on=timezone.localdate())

    page = writer.get(DESK)

    assert page.context["tasks"] == []
    assert "Nothing waits for you." in page.text


def test_a_newcomer_is_invited_to_begin(writer):
    page = writer.get(DESK)

    assert page.context["standings"] == []
    assert "A title is enough to begin" in page.text


def test_somebody_without_a_city_finds_ways_on(client):
    client.force_login(UserFactory())

    page = client.get(DESK).text

    assert "You do not act for a city or region yet" in page
    assert reverse("practices:list") in page
    assert reverse("members:profile") in page


def test_a_moderator_reads_how_much_waits_and_whether_it_is_late(client, moderator):
    RevisionFactory(state="submitted", submitted_at=timezone.now())
    RevisionFactory(state="submitted", submitted_at=timezone.now() - datetime.timedelta(days=60))
    client.force_login(moderator)

    [task] = client.get(DESK).context["tasks"]

    assert (task.sentence, task.note) == ("Read 2 texts that wait for a moderator", "1 is late.")


def test_a_moderator_who_also_writes_finds_both(client, moderator):
    member = MembershipFactory(user=moderator).member
    RevisionFactory(practice__member=member, author=moderator, title="Our own text")
    RevisionFactory(state="submitted", submitted_at=timezone.now())
    RevisionFactory(practice__member=member, state="submitted", submitted_at=timezone.now())
    client.force_login(moderator)

    assert sentences(client) == ["Read 1 text that waits for a moderator", "Finish “Our own text”"]


def test_an_officer_reads_how_many_signatures_wait(client):
    SignatureFactory(state="confirmed", confirmed_at=timezone.now())
    client.force_login(UserFactory(groups=["Declaration officers"], is_staff=True))

    assert sentences(client) == ["Check 1 signature"]


@pytest.mark.parametrize(
    ("days_ago", "words"), [(10, "Confirmed on"), (400, "Not confirmed since"), (None, "Not confirmed")]
)
def test_what_is_public_says_how_fresh_it_is(writer, coordinator, days_ago, words):
    confirmed = days_ago and timezone.localdate() - datetime.timedelta(days=days_ago)
    published_practice(member=coordinator.member, confirmed_on=confirmed)

    assert f'<small class="muted">{words}' in writer.get(DESK).text


def test_a_text_that_waits_says_its_place_and_its_date(writer, coordinator):
    RevisionFactory(state="submitted", submitted_at=timezone.now() - datetime.timedelta(days=1))
    own = RevisionFactory(practice__member=coordinator.member, state="submitted", submitted_at=timezone.now())

    page = writer.get(DESK)

    assert page.context["standings"] == [(own, 2)]
    assert "Number 2 in the queue, decision by" in page.text


def test_drafts_of_others_and_their_colleagues_stay_theirs(writer):
    stranger = MembershipFactory(user__name="Somebody Else")
    RevisionFactory(practice__member=stranger.member, author=stranger.user, title="A draft of another city")

    page = writer.get(DESK).text

    assert "A draft of another city" not in page
    assert "Somebody Else" not in page
