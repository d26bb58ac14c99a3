"""Signing in, resetting, confirming: `members/authentication.py` and allauth as we set it up."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user
from django.core import mail as django_mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from members import people
from members.authentication import AccountAdapter
from members.models import User
from tests import factories
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GOOD = "paving stones at sunrise"


@pytest.fixture(autouse=True)
def _rested():
    """Sign-in limits count in the cache; each test begins with none used."""
    cache.clear()


@pytest.fixture
def maria():
    return people.create_account("maria@example.org", "Maria Muster", GOOD, language="fr")


def code_now(secret=factories.TOTP_SECRET):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[-1]))


def sign_in(client, email, password=GOOD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


def twice(password):
    return {"password1": password, "password2": password}


def without_what_differs(response):
    """The page without its security token and without the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.text)
    return re.sub(r"(maria|nobody)@example\.org", "ADDRESS", text)


# --- signing in ---


def test_person_signs_in_by_email_in_any_case(client, maria):
    response = sign_in(client, " Maria@Example.org ")

    assert response.url == reverse("practices:workspace")
    assert get_user(client).email == maria.email


def test_visitor_returns_to_the_page_that_asked_to_sign_in(client, maria):
    page = reverse("members:profile")

    assert sign_in(client, maria.email, next=page).url == page


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_never_leads_elsewhere(client, maria, elsewhere):
    assert sign_in(client, maria.email, next=elsewhere).url == reverse("practices:workspace")


def test_wrong_password_and_unknown_address_read_the_same(client, maria):
    known = sign_in(client, maria.email, "wrong")
    unknown = sign_in(client, "nobody@example.org", "wrong")

    assert known.status_code == unknown.status_code == 200
    assert without_what_differs(known) == without_what_differs(unknown)


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_demo": True}])
def test_account_that_may_not_sign_in_reads_like_a_wrong_password(client, maria, state):
    wrong = sign_in(client, maria.email, "wrong")
    User.objects.update(**state)

    refused = sign_in(client, maria.email)

    assert without_what_differs(refused) == without_what_differs(wrong)
    assert "_auth_user_id" not in client.session


def test_demo_account_signs_in_on_a_demo_site(client, maria, settings):
    User.objects.update(is_demo=True)
    settings.DEMO = True

    sign_in(client, maria.email)

    assert get_user(client).is_authenticated


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_demo": True}])
def test_open_session_ends_with_the_right_to_sign_in(client, maria, state):
    sign_in(client, maria.email)
    User.objects.update(**state)

    assert client.get(reverse("members:profile")).status_code == 302


def test_fifth_wrong_password_closes_the_door_for_known_and_unknown_alike(client, maria):
    for _ in range(5):
        sign_in(client, maria.email, "wrong")
    known = sign_in(client, maria.email)
    cache.clear()  # the network's own limit of ten a minute
    for _ in range(5):
        sign_in(client, "nobody@example.org", "wrong")
    unknown = sign_in(client, "nobody@example.org")

    assert "too many tries" in known.text
    assert without_what_differs(known) == without_what_differs(unknown)
    assert "_auth_user_id" not in client.session


def test_network_that_tries_too_often_is_asked_to_rest(client):
    for _ in range(30):
        client.post(reverse("account_login"), {})

    response = client.post(reverse("account_login"), {})

    assert response.status_code == 429
    assert "Too many tries" in response.text


@pytest.mark.parametrize(
    "entry", [{}, {"login": "x\x00@example.org", "password": "\x00"}, {"login": "é" * 3000, "password": "x"}]
)
def test_odd_entries_are_told(client, entry):
    response = client.post(reverse("account_login"), entry)

    assert response.status_code == 200
    assert response.context["form"].errors


def test_session_ends_twelve_hours_after_signing_in_however_busy(client, maria):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, maria.email)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            session = client.session
            session["busy"] = time.time()
            session.save()
        assert client.get(reverse("members:profile")).status_code == 200
        clock.shift(timedelta(hours=1, seconds=1))

        assert client.get(reverse("members:profile")).status_code == 302


def test_session_gets_a_new_key_when_signing_in(client, maria):
    client.get(reverse("account_login"))
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key

    sign_in(client, maria.email)

    assert client.session.session_key != before


def test_signing_out_needs_a_button(client, maria):
    sign_in(client, maria.email)

    client.get(reverse("account_logout"))
    assert get_user(client).is_authenticated
    client.post(reverse("account_logout"))

    assert not get_user(client).is_authenticated


def test_nobody_signs_up(client):
    page = reverse("account_signup")

    for response in (client.get(page), client.post(page, {"email": "new@example.org", "password1": GOOD})):
        assert "Accounts are opened by invitation" in response.text
    assert not User.objects.exists()


def test_second_factor_is_asked_for_and_each_code_works_once(client, maria):
    TOTP.activate(maria, factories.TOTP_SECRET)

    assert sign_in(client, maria.email).url == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    code = code_now()
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert get_user(client).is_authenticated

    client.post(reverse("account_logout"))
    sign_in(client, maria.email)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not get_user(client).is_authenticated


# --- a new password ---


def test_reset_of_known_and_unknown_address_reads_the_same_and_writes_one_mail_each(client, maria):
    page = reverse("account_reset_password")

    known = client.post(page, {"email": maria.email}, follow=True)
    unknown = client.post(page, {"email": "nobody@example.org"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert without_what_differs(known) == without_what_differs(unknown)
    assert set(Message.objects.values_list("template", "to_email")) == {
        ("account_password_reset_key", "maria@example.org"),
        ("account_unknown_account", "nobody@example.org"),
    }


def test_mails_are_queued_and_never_sent_from_the_request(client, maria):
    client.post(reverse("account_reset_password"), {"email": maria.email})

    assert django_mail.outbox == []


def test_reset_mail_names_our_address_and_the_reader_s_language_whatever_the_request_says(client, maria, settings):
    settings.SITE_URL = "https://library.example.org"
    client.post(reverse("account_reset_password"), {"email": maria.email}, headers={"host": "localhost"})

    message = Message.objects.get()

    assert message.language == "fr"
    assert "https://library.example.org/fr/accounts/password/reset/key/" in message.text
    assert "localhost" not in message.text


def test_new_password_is_set_once_with_the_link_and_told_by_mail(client, maria):
    client.post(reverse("account_reset_password"), {"email": maria.email})
    link = re.search(r"http://127.0.0.1:8000(\S+)", Message.objects.get().text)[1]

    form = client.get(link, follow=True)
    response = client.post(form.redirect_chain[-1][0], twice("cobbles after the rain"), follow=True)

    maria.refresh_from_db()
    assert response.status_code == 200
    assert maria.check_password("cobbles after the rain")
    assert Message.objects.filter(template="account_password_reset").exists()
    assert "utilisé ou a expiré" in Client().get(link).text


def test_reset_link_expires_after_four_hours(client, maria):
    client.post(reverse("account_reset_password"), {"email": maria.email})
    link = re.search(r"http://127.0.0.1:8000(\S+)", Message.objects.get().text)[1]

    with time_machine.travel(time.time() + 4 * 3600 + 60):
        response = client.get(link, follow=True)

    assert "utilisé ou a expiré" in response.text


def test_account_without_a_password_gets_one_by_reset(client):
    person = people.create_account("new@example.org", "New Person")
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"http://127.0.0.1:8000(\S+)", Message.objects.get().text)[1]
    form = client.get(link, follow=True)

    client.post(form.redirect_chain[-1][0], twice(GOOD))

    assert sign_in(client, person.email, GOOD).url == reverse("practices:workspace")


# --- another address ---


def reauthenticated(client, maria):
    sign_in(client, maria.email)
    client.post(reverse("account_reauthenticate"), {"password": GOOD})


def test_new_address_replaces_the_old_one_when_its_button_is_pressed(client, maria):
    reauthenticated(client, maria)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    message = Message.objects.get(to_email="new@example.org")
    link = re.search(r"http://127.0.0.1:8000(\S+)", message.text)[1]

    client.get(link)
    maria.refresh_from_db()
    assert maria.email == "maria@example.org"
    client.post(link)

    maria.refresh_from_db()
    assert maria.email == "new@example.org"
    assert Message.objects.filter(template="account_email_changed", to_email="maria@example.org").exists()


def test_address_of_somebody_else_reads_like_a_free_one_and_is_not_taken_over(client, maria):
    owner = people.create_account("nobody@example.org", "Owner", GOOD)
    reauthenticated(client, maria)

    response = client.post(reverse("account_email"), {"email": "nobody@example.org", "action_add": ""}, follow=True)
    link = re.search(r"http://127.0.0.1:8000(\S+)", Message.objects.get().text)[1]
    client.post(link)

    maria.refresh_from_db()
    assert response.status_code == 200
    assert maria.email == "maria@example.org"
    assert User.objects.get(email="nobody@example.org") == owner


# --- words ---


@pytest.mark.parametrize(
    "template",
    [
        "account/email/account_already_exists",
        "account/email/email_changed",
        "account/email/email_confirmation",
        "account/email/email_confirmation_signup",
        "account/email/email_deleted",
        "account/email/password_changed",
        "account/email/password_reset",
        "account/email/password_reset_key",
        "account/email/password_set",
        "account/email/unknown_account",
        "mfa/email/recovery_codes_generated",
        "mfa/email/totp_activated",
        "mfa/email/totp_deactivated",
    ],
)
def test_every_mail_of_allauth_has_our_words(template, maria):
    AccountAdapter().send_mail(template, maria.email, {"user": maria, "timestamp": timezone.now()})

    message = Message.objects.get()
    assert message.subject
    assert message.text.count("\n\n") >= 2


PAGES_FOR_VISITORS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
PAGES_OF_ONE_S_OWN = [
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "members:profile",
]


@pytest.mark.parametrize("name", PAGES_FOR_VISITORS)
def test_page_for_visitors_is_shown(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert "style=" not in response.text


@pytest.mark.parametrize("name", PAGES_OF_ONE_S_OWN)
def test_page_of_one_s_own_is_shown(client, maria, name):
    reauthenticated(client, maria)

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert "<main" in response.text
    assert "<script" not in response.text.split("<main")[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "http://[", "\\\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(client, address):
    user = UserFactory()

    page = client.get(reverse("account_login"), {"next": address})
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "correct horse battery", "next": address}
    )

    assert page.status_code == 200
    assert response.url == reverse("practices:workspace")
