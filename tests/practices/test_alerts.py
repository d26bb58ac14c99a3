import datetime
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from practices import alerts, search
from practices.models import Alert, SearchRow
from tests.factories import published_practice

pytestmark = pytest.mark.django_db

FORM = "/en/alerts/new/?q=zeppelin"


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    SearchRow.objects.filter(practice=practice).update(published_at=timezone.now() - datetime.timedelta(minutes=10))
    return practice


def asked(client, email="Reader@example.org"):
    client.post(FORM, {"email": email})
    return Alert.objects.get()


def running(client):
    alert = asked(client)
    client.post(reverse("practices:alert", args=[alert.token]), {"step": "confirm"})
    Alert.objects.update(told_until=timezone.now() - datetime.timedelta(days=1))
    return Alert.objects.get()


def mails(template):
    return list(Message.objects.filter(template=template).order_by("pk"))


def test_asking_sends_a_link_and_opening_it_changes_nothing(client):
    alert = asked(client)
    page = Client().get(reverse("practices:alert", args=[alert.token]))

    [mail] = mails("alert_confirm")
    assert alert.token in mail.text
    assert (alert.email, alert.words) == ("reader@example.org", "“zeppelin”")
    assert Alert.objects.get().confirmed_at is None
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_what_is_published_after_the_confirmation_is_told_once(client):
    running(client)
    practice = indexed(title="Zeppelins for all")
    indexed(title="Lamps over the harbour")

    alerts.tell()
    alerts.tell()

    [mail] = mails("alert_new")
    assert "Zeppelins for all" in mail.text
    assert practice.get_absolute_url() in mail.text
    assert "Lamps" not in mail.text
    assert mail.to_email == "reader@example.org"


def test_nothing_is_told_before_the_confirmation(client):
    asked(client)
    indexed(title="Zeppelins for all")

    alerts.tell()

    assert mails("alert_new") == []


def test_what_is_not_public_is_not_told(client):
    running(client)
    practice = indexed(title="Zeppelins for all")
    practice.revisions.update(state="withdrawn")
    search.unindex(practice)

    alerts.tell()

    assert mails("alert_new") == []


def test_stopping_erases_the_address_from_rows_and_mails(client):
    alert = running(client)
    indexed(title="Zeppelins for all")
    alerts.tell()

    headers = mails("alert_new")[0].as_email().extra_headers
    address = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    page = Client().post(address, {"List-Unsubscribe": "One-Click"})  # as a mailbox does: no cookie, no token

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address == reverse("practices:alert", args=[alert.token])
    assert "no address" in page.content.decode()
    assert not Alert.objects.exists()
    assert not Message.objects.filter(to_email__icontains="reader@").exists()


def test_who_follows_a_question_already_is_not_mailed_again_and_the_page_does_not_tell(client):
    first = client.post(FORM, {"email": "reader@example.org"})
    alerts.confirm(Alert.objects.get())
    second = client.post(FORM, {"email": "READER@example.org"})

    assert len(mails("alert_confirm")) == 1
    assert (first.status_code, first.url) == (second.status_code, second.url)


def test_what_nobody_confirmed_is_forgotten(client):
    asked(client)
    Alert.objects.update(created_at=timezone.now() - alerts.CONFIRMABLE_FOR - datetime.timedelta(minutes=1))

    alerts.forget()

    assert not Alert.objects.exists()
    assert not Message.objects.exists()


def test_one_mailbox_is_not_flooded(client):
    for n in range(15):
        client.post(f"/en/alerts/new/?q=zeppelin{n}", {"email": "reader@example.org"})

    assert len(mails("alert_confirm")) == 10


def test_the_question_is_what_matters_not_its_order_or_page(client):
    call_command("load_themes", verbosity=0)

    client.post("/en/alerts/new/?theme=nightlife&q=%20zeppelin&sort=newest&page=3", {"email": "reader@example.org"})

    alert = Alert.objects.get()
    assert alert.question == "q=zeppelin&theme=nightlife"
    assert alert.words == "“zeppelin”, Nightlife"


@pytest.mark.parametrize("address", ["/en/alerts/new/", "/en/alerts/new/?q=%00", "/en/alerts/new/?sort=newest"])
def test_without_a_question_nothing_is_followed(client, address):
    client.post(address, {"email": "reader@example.org"})

    assert not Alert.objects.exists()
