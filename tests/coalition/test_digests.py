"""How often mails come: each person's choice for each kind, digests once and in order, one POST that stops them."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from coalition import digests, mail
from coalition.models import Kind, MailChoice, Message, Rhythm
from members.invariants import every_mail_is_sent_waiting_or_dead_with_a_reason
from tests.factories import RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return UserFactory(name="Maria Muster")


@pytest.fixture
def words():
    revision = RevisionFactory()
    return {"revision": revision, "place": revision.practice.member, "due": None, "path": "/en/moderation/"}


def send(reader, words, n=1, kind=Kind.QUEUE):
    words["revision"].title = f"Text number {n}"
    return mail.send("queue_text", reader, words, case="P-0001", kind=kind)


def jobs():
    """The messages of this test that a worker was told to send."""
    there = set(Message.objects.values_list("pk", flat=True))  # jobs of other tests outlive them
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'message_id' FROM procrastinate_jobs WHERE task_name LIKE '%deliver'")
        return [int(row[0]) for row in cursor.fetchall() if int(row[0]) in there]


@pytest.mark.parametrize(
    ("rhythm", "is_written", "is_sent"), [("instant", 1, 1), ("daily", 1, 0), ("weekly", 1, 0), ("off", 0, 0)]
)
def test_a_mail_comes_as_often_as_its_reader_chose(reader, words, rhythm, is_written, is_sent):
    mail.choose(reader, Kind.QUEUE, rhythm)

    message = send(reader, words)

    assert Message.objects.count() == is_written
    assert jobs() == ([message.pk] if is_sent else [])
    assert Message.objects.waiting().count() == is_sent


def test_mail_about_a_case_of_the_readers_own_always_comes_at_once(reader, words):
    for kind in Kind:
        mail.choose(reader, kind, Rhythm.OFF)

    message = mail.send("queue_text", reader, words, case="P-0001")

    assert jobs() == [message.pk]
    assert "List-Unsubscribe" not in message.as_email().extra_headers


def test_a_digest_holds_what_was_kept_once_and_in_order(reader, words):
    other = UserFactory()
    kept = [send(reader, words, n) for n in (1, 2, 3)]
    send(other, words, 4)

    written = [digests.write_digests(Rhythm.DAILY), digests.write_digests(Rhythm.DAILY)]

    digest = Message.objects.get(template="digest", account=reader)
    assert written == [2, 0]
    assert re.findall(r"Text number \d", digest.text) == [f"Text number {n}" for n in (1, 2, 3) for _ in range(2)]
    assert digest.subject == "3 messages from the Practice Library"
    assert digest.pk in jobs()
    assert set(Message.objects.filter(digest=digest)) == set(kept)
    assert not any(message.pk in jobs() for message in kept)


def test_daily_and_weekly_are_apart(reader, words):
    send(reader, words)

    assert digests.write_digests(Rhythm.WEEKLY) == 0
    assert digests.write_digests(Rhythm.DAILY) == 1


def test_what_comes_after_a_digest_waits_for_the_next(reader, words):
    send(reader, words, 1)
    digests.write_digests(Rhythm.DAILY)
    send(reader, words, 2)

    digests.write_digests(Rhythm.DAILY)

    texts = Message.objects.filter(template="digest").order_by("pk").values_list("text", flat=True)
    assert ["Text number 1" in text for text in texts] == [True, False]
    assert ["Text number 2" in text for text in texts] == [False, True]


def test_what_was_kept_for_a_closed_account_goes_to_nobody(reader, words):
    closed, gone = UserFactory(), UserFactory()
    kept = [send(person, words) for person in (closed, gone)]
    closed.__class__.objects.filter(pk=closed.pk).update(is_active=False)
    gone.delete()

    written = digests.write_digests(Rhythm.DAILY)

    assert written == 0
    errors = Message.objects.filter(pk__in=[message.pk for message in kept]).values_list("error", flat=True)
    assert list(errors) == ["The account is closed"] * 2


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_write_one_digest(reader, words):
    for n in range(5):
        send(reader, words, n)

    def write(_):
        try:
            return digests.write_digests(Rhythm.DAILY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        written = sum(pool.map(write, range(8)))

    assert written == 1
    assert Message.objects.filter(template="digest").count() == 1
    assert Message.objects.filter(digest=None, template="queue_text").count() == 0


def test_a_mailbox_stops_a_kind_by_one_post(reader, words, client):
    mail.choose(reader, Kind.QUEUE, Rhythm.INSTANT)
    headers = send(reader, words).as_email().extra_headers
    address = urlsplit(headers["List-Unsubscribe"].strip("<>")).path

    answer = client.post(address, {"List-Unsubscribe": "One-Click"})  # as a mailbox does: no cookie, no token

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.status_code == 200
    assert MailChoice.objects.get().rhythm == "off"
    assert send(reader, words) is None


def test_opening_the_link_stops_nothing_and_its_button_does(reader, words, client):
    message = send(reader, words)
    address = urlsplit(message.stop_address).path

    looked = client.get(address)
    before = MailChoice.objects.exists()
    pressed = client.post(address)

    assert message.stop_address in message.text
    assert "A text waits for a moderator" in looked.text
    assert not looked.cookies
    assert not before
    assert "You will get no more of these" in pressed.text
    message.refresh_from_db()
    assert message.dead_at is not None  # what was kept for a digest is dropped
    assert digests.write_digests(Rhythm.DAILY) == 0


def test_a_made_up_link_stops_nothing(client, reader):
    for token in ("x", mail.stop_address(reader, Kind.QUEUE).split("/")[-2][:-1]):
        assert client.post(reverse("stop_mail", args=[token])).status_code == 404

    assert not MailChoice.objects.exists()


def test_everybody_chooses_in_their_profile(client, reader, moderator):
    address = reverse("members:profile")
    client.force_login(reader)
    theirs = client.get(address).context["form"].fields
    client.post(address, {"name": "Maria", "language": "en", "freshness": "weekly", "queue": "instant"})
    client.force_login(moderator)
    moderators = client.get(address).context["form"].fields

    assert list(theirs) == ["name", "language", "freshness"]
    assert list(moderators) == ["name", "language", "queue", "freshness"]
    assert list(MailChoice.objects.values_list("account", "kind", "rhythm")) == [(reader.pk, "freshness", "weekly")]


def test_a_mail_that_no_digest_ever_took_along_is_noticed(reader, words):
    message = send(reader, words)

    def found(days):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
            return every_mail_is_sent_waiting_or_dead_with_a_reason()

    kept, forgotten = found(7), found(9)
    digests.write_digests(Rhythm.DAILY)
    Message.objects.filter(template="digest").update(sent_at=timezone.now())

    assert (kept, forgotten) == ("", str(message.pk))
    assert found(9) == ""
