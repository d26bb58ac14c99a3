"""What is promised in time: late texts, reminders, the yearly question, and the median that the public reads."""

import datetime
import statistics

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from coalition import working_days
from coalition.models import Message
from practices import moderation, promises, timeline
from practices.emails import RUNNING
from practices.models import Practice, Revision, Step
from tests.factories import MembershipFactory, RevisionFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db

MONDAY = datetime.datetime(2026, 4, 27, 10, tzinfo=datetime.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def draft(clock):
    writer = MembershipFactory(member__country="FR")
    return RevisionFactory(practice__member=writer.member, author=writer.user)


@pytest.fixture
def sent(draft):
    return moderation.perform("submit", draft, by=draft.author)


def sent_back(draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    moderation.remark(draft, field="results", text="By whose count?", by=moderator)
    return moderation.perform("request_changes", draft, by=moderator)


def mails(template):
    return Message.objects.filter(template=template)


def test_holidays_of_the_city_do_not_count_towards_its_promise(sent, client, moderator):
    in_france, in_sweden = datetime.date(2026, 5, 13), datetime.date(2026, 5, 12)
    client.force_login(sent.author)
    status = client.get(reverse("practices:status", args=[sent.practice_id]))
    client.force_login(moderator)

    assert working_days.due(MONDAY, "FR") == in_france  # without 1 and 8 May
    assert working_days.due(MONDAY, "SE") == in_sweden  # without 1 May
    assert sent.due == in_france
    assert "13 May 2026" in status.text
    assert "13 May 2026" in mails("practice_submitted").get().text
    assert "13 May 2026" in client.get(reverse("practices:review", args=[sent.practice_id])).text


@pytest.mark.parametrize(("day", "is_late"), [(13, False), (15, True)])  # 14 May is a holiday in France
def test_the_queue_finds_late_what_is_late_by_its_citys_calendar(sent, clock, day, is_late):
    clock.move_to(MONDAY.replace(month=5, day=day))

    assert Revision.objects.in_queue().late().exists() == is_late
    assert (sent.days_late > 0) == is_late


def test_a_late_queue_apologises_once_with_a_new_date(sent, clock, client):
    clock.move_to(MONDAY.replace(month=5, day=15))

    first, again = promises.apologise_for_delays(), promises.apologise_for_delays()
    clock.shift(datetime.timedelta(days=30))
    much_later = promises.apologise_for_delays()

    assert (first, again, much_later) == (1, 0, 0)
    mail = mails("practice_late").get()
    told = " ".join(mail.text.split())
    assert "by 13 May 2026, and we have not kept the promise" in told
    assert "You will have it by 22 May 2026." in told
    sent.refresh_from_db()
    assert sent.due == datetime.date(2026, 5, 22)
    assert list(sent.steps.values_list("name", "source", "target"))[-1] == ("apologise", "submitted", "submitted")
    assert "We are late" in timeline.past(sent, sent.steps.all())[-1].label
    client.force_login(sent.author)
    page = client.get(reverse("practices:status", args=[sent.practice_id])).text
    assert "Decision by 22 May 2026" in page
    assert "We promised it by 13 May 2026 and are late" in page


def test_a_text_that_comes_back_is_promised_anew(sent, clock, moderator):
    clock.move_to(MONDAY.replace(month=5, day=15))
    promises.apologise_for_delays()
    moderation.perform("claim", sent, by=moderator)
    moderation.remark(sent, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", sent, by=moderator)

    again = moderation.perform("resubmit", sent, by=sent.author)
    clock.shift(datetime.timedelta(days=60))

    assert again.due == working_days.due(MONDAY.replace(month=5, day=15), "FR")
    assert promises.apologise_for_delays() == 1


def test_nobody_apologises_for_what_is_in_time_or_decided(sent, clock, moderator):
    in_time = promises.apologise_for_delays()
    moderation.perform("claim", sent, by=moderator)
    moderation.perform("refuse", sent, by=moderator, reason="Not ours.", reason_code="scope")
    clock.shift(datetime.timedelta(days=60))

    assert (in_time, promises.apologise_for_delays()) == (0, 0)


def test_the_public_median_equals_the_history(clock, client, moderator):
    days = []
    for wait in (0, 1, 3, 9, 30):
        writer = MembershipFactory(member__country="FR")
        text = RevisionFactory(practice__member=writer.member, author=writer.user)
        sent_at = timezone.now()
        moderation.perform("submit", text, by=writer.user)
        clock.shift(datetime.timedelta(days=wait))
        moderation.perform("claim", text, by=moderator)
        moderation.perform("refuse", text, by=moderator, reason="Not ours.", reason_code="scope")
        days.append(working_days.between(sent_at, timezone.now(), "FR"))

    page = client.get(reverse("about")).text

    assert sorted(promises.days_to_decision()) == sorted(days)
    assert promises.usual_days() == statistics.median(days)
    assert f"took {statistics.median(days)} working days or fewer" in page
    assert Step.objects.filter(name="refuse").count() == len(days)


def test_each_passage_counts_and_days_with_the_city_do_not(draft, clock, moderator):
    sent_back(draft, moderator)
    clock.shift(datetime.timedelta(days=90))
    moderation.perform("resubmit", draft, by=draft.author)
    clock.shift(datetime.timedelta(days=1))
    moderation.perform("claim", draft, by=moderator)
    moderation.perform("approve", draft, by=moderator, evidence="described")

    assert sorted(promises.days_to_decision()) == [0, 1]


def test_where_nothing_was_decided_nothing_is_claimed(client):
    assert promises.usual_days() is None
    assert "Half of all decisions" not in client.get(reverse("about")).text


def test_authors_are_reminded_after_two_weeks_and_after_six(draft, clock, moderator):
    sent_back(draft, moderator)
    told = {}
    for day in range(1, 61):
        clock.shift(datetime.timedelta(days=1))
        if promises.remind_authors():
            told[day] = mails("practice_reminder").count()

    assert told == {14: 1, 45: 2}
    assert "By whose count?" in mails("practice_reminder").first().text


def test_who_slept_through_the_first_reminder_sends_one(draft, clock, moderator):
    sent_back(draft, moderator)
    clock.shift(datetime.timedelta(days=50))

    assert [promises.remind_authors(), promises.remind_authors()] == [1, 0]


@pytest.fixture
def stale(clock):
    writer = MembershipFactory(role="lead")
    practice = published_practice(
        member=writer.member, author=writer.user, confirmed_on=timezone.localdate() - datetime.timedelta(days=365)
    )
    practice.writer = writer.user
    return practice


def link_of(practice, person):
    return reverse("practices:still_running", args=[signing.dumps([practice.pk, person.pk], salt=RUNNING)])


def test_cities_are_asked_once_a_year_whether_it_still_runs(stale, clock):
    published_practice(member=stale.member, confirmed_on=timezone.localdate())
    asked = [promises.ask_whether_running(), promises.ask_whether_running()]
    clock.shift(datetime.timedelta(days=366))

    assert [*asked, promises.ask_whether_running()] == [1, 0, 2]
    assert mails("practice_still_running").count() == 3


def test_the_link_of_the_mail_shows_a_button_and_only_the_button_confirms(stale, client):
    address = link_of(stale, stale.writer)

    looked = client.get(address)
    before = Practice.objects.get(pk=stale.pk).confirmed_on
    pressed = [client.post(address), client.post(address)]

    assert "Yes, it is still running as written" in looked.text
    assert before == stale.confirmed_on
    assert [answer.status_code for answer in pressed] == [200, 200]
    assert "Thank you" in pressed[0].text
    assert Practice.objects.get(pk=stale.pk).confirmed_on == timezone.localdate()
    assert list(stale.public_revision.steps.values_list("name", "by")) == [("confirm", stale.writer.pk)]
    assert not looked.cookies


def test_the_link_works_for_those_who_still_act_for_the_city_only(stale, client):
    stranger = UserFactory()
    stale.writer.memberships.update(ended_at=timezone.now())

    answers = [client.post(link_of(stale, person)).status_code for person in (stranger, stale.writer)]

    assert answers == [404, 404]
    assert client.get(reverse("practices:still_running", args=["made-up"])).status_code == 404
    assert Practice.objects.get(pk=stale.pk).confirmed_on == stale.confirmed_on


def test_a_year_without_a_word_is_said_in_public(stale, client):
    fresh = published_practice(member=stale.member, confirmed_on=timezone.localdate())

    assert "Not confirmed since April 2025" in client.get(stale.get_absolute_url()).text
    assert "Not confirmed" not in client.get(fresh.get_absolute_url()).text


def test_the_city_confirms_on_its_own_desk_too(stale, client):
    client.force_login(stale.writer)

    client.post(reverse("practices:confirm", args=[stale.pk]))

    assert Practice.objects.get(pk=stale.pk).confirmed_on == timezone.localdate()
