"""The secretariat's second factor: `members/middleware.py`."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from members import people
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = "paving stones at sunrise"
ARGUMENTS = {"int": "1", "slug": "x", "str": "x", "code": "P-0001", "uuid": "6f6cd0d6-8d3b-4b5c-9a5b-0c2ff2d6a9aa"}


@pytest.fixture(autouse=True)
def _rested():
    cache.clear()


def addresses(resolver, prefix="/"):
    """Every address of the site under a prefix, arguments filled in with something plausible."""
    for entry in resolver.url_patterns:
        route = prefix + filled_in(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from addresses(entry, route)


def filled_in(pattern):
    route = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"string": "str", "uuid": "uuid"}.get(kind, kind)
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, ARGUMENTS.get(kind, "x"))
    return route


def guarded_addresses():
    return sorted(
        {
            a
            for a in addresses(get_resolver())
            if a.startswith(("/en/moderation/", "/en/workspace/", "/admin/")) and "(" not in a
        }
    )


@pytest.fixture
def without_factor():
    """A moderator who has signed in with a password alone."""
    user = people.create_account("moderator@example.org", "Moderator", GOOD)
    people.grant_role(user, "Moderators")
    return user


def sign_in(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": GOOD})


def test_sweep_finds_the_addresses_that_matter():
    found = guarded_addresses()

    assert reverse("practices:queue") in found
    assert reverse("members:signature_queue") in found
    assert reverse("practices:workspace") in found
    assert reverse("admin:members_user_changelist") in found
    assert len(found) > 60


def test_every_guarded_address_refuses_a_session_without_second_factor(client, without_factor):
    sign_in(client, without_factor)

    for address in guarded_addresses():
        looked, posted = client.get(address), client.post(address)
        assert looked.status_code == 302, address
        assert looked.url.startswith(reverse("mfa_activate_totp")), address
        assert posted.status_code == 403, address


def test_every_guarded_address_refuses_a_visitor(client):
    for address in guarded_addresses():
        response = client.get(address)
        assert response.status_code in (302, 404, 405), address


def test_every_guarded_address_refuses_a_coordinator_of_no_right(client, coordinator):
    client.force_login(coordinator)

    for address in guarded_addresses():
        if address.startswith(("/admin/", "/en/moderation/")):
            assert client.get(address).status_code in (302, 403, 404, 405), address


@pytest.mark.parametrize("name", ["home", "practices:list", "members:profile", "account_email"])
def test_other_pages_wait_too(client, without_factor, name):
    sign_in(client, without_factor)

    response = client.get(reverse(name))

    assert response.url.startswith(reverse("mfa_activate_totp"))


def test_unknown_address_waits_too(client, without_factor):
    sign_in(client, without_factor)

    assert client.get("/en/nothing/here/").url.startswith(reverse("mfa_activate_totp"))


def test_part_of_a_page_is_refused_rather_than_redirected(client, without_factor):
    sign_in(client, without_factor)

    assert client.get(reverse("practices:queue"), headers={"HX-Request": "true"}).status_code == 403


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}])
def test_flags_alone_ask_for_the_factor(client, fields):
    user = factories.UserFactory(**fields)
    client.force_login(user)

    assert client.get(reverse("practices:workspace")).url.startswith(reverse("mfa_activate_totp"))


def test_role_without_the_flag_asks_for_the_factor(client, without_factor):
    without_factor.is_staff = False
    without_factor.save()
    sign_in(client, without_factor)

    assert client.get(reverse("practices:workspace")).url.startswith(reverse("mfa_activate_totp"))


def test_person_can_always_sign_out(client, without_factor):
    sign_in(client, without_factor)

    assert client.post(reverse("account_logout")).url == reverse("home")


def code_of(secret):
    """What the authenticator app shows next: it holds the longest, however slow the machine."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[-1]))


def test_moderator_sets_up_the_factor_and_gets_in(client, without_factor):
    sign_in(client, without_factor)
    setup = reverse("mfa_activate_totp")
    assert client.get(setup).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": GOOD, "next": setup})
    client.get(setup)
    secret = client.session[SECRET_SESSION_KEY]

    assert client.post(setup, {"code": code_of(secret)}).url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    asked = client.get(reverse("members:profile"))
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(asked.url, {"code": code_of(secret), "next": reverse("members:profile")}).status_code == 302

    assert client.get(reverse("members:profile")).status_code == 200


def test_session_from_before_the_factor_was_set_up_must_pass_it(without_factor):
    earlier = Client()
    sign_in(earlier, without_factor)
    TOTP.activate(without_factor, factories.TOTP_SECRET)

    assert earlier.get(reverse("members:profile")).url.startswith(reverse("mfa_reauthenticate"))


def test_site_closes_with_the_next_request_when_the_factor_is_removed(client, moderator):
    client.force_login(moderator)
    assert client.get(reverse("members:profile")).status_code == 200

    Authenticator.objects.filter(user=moderator).delete()

    assert client.get(reverse("members:profile")).url.startswith(reverse("mfa_activate_totp"))


def test_recovery_codes_alone_are_no_second_factor(client, moderator):
    Authenticator.objects.filter(user=moderator).update(type=Authenticator.Type.RECOVERY_CODES)
    client.force_login(moderator)

    assert client.get(reverse("members:profile")).url.startswith(reverse("mfa_activate_totp"))


def test_coordinators_need_no_factor(client, coordinator):
    client.force_login(coordinator)

    assert client.get(reverse("members:profile")).status_code == 200


def test_visitor_costs_no_query_and_no_session(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("healthz"))

    assert "Cookie" not in response.headers.get("Vary", "")
