"""A page is kept while nothing changes, and never a moment longer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coalition.page_cache import LARGEST
from members.models import Member
from practices import moderation
from tests.factories import MemberFactory, MembershipFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db(transaction=True)


def read(address, **headers):
    return Client().get(address, headers=headers)


def test_a_page_that_is_kept_costs_one_query():
    address = published_practice(title="Night walks").get_absolute_url()

    costs = (cost_of(address) for _ in range(200))  # tests beside this one write too, and change the snapshot

    assert any(cost == 1 for cost in costs)
    assert "Night walks" in read(address).text


def cost_of(address):
    """How many queries a reading costs."""
    with CaptureQueriesContext(connection) as queries:
        read(address)
    return len(queries)


def test_what_is_withdrawn_is_gone_with_its_own_commit():
    practice = published_practice(title="Night walks", summary="Walks with the young.")
    address = practice.get_absolute_url()
    kept = [read(address).text for _ in range(3)]

    moderation.perform("withdraw", practice.public_revision, by=lead_of(practice.member), reason="It only moved.")

    assert all("Walks with the young." in text for text in kept)
    assert "Walks with the young." not in read(address).text


def lead_of(member):
    return MembershipFactory(member=member, role="lead").user


def test_a_change_that_is_not_yet_committed_is_not_seen_and_not_missed():
    member = MemberFactory(name="Oldtown")
    address = member.get_absolute_url()
    read(address), read(address)

    with transaction.atomic(), ThreadPoolExecutor(1) as elsewhere:
        Member.objects.filter(pk=member.pk).update(name="Newtown")
        during = elsewhere.submit(read_elsewhere, address).result()

    assert "Oldtown" in during
    assert "Newtown" in read(address).text


def read_elsewhere(address):
    """As another thread of the web server does, with a connection of its own."""
    try:
        return read(address).text
    finally:
        connection.close()


def test_who_has_the_page_already_is_told_so():
    member = MemberFactory(name="Oldtown")
    address = member.get_absolute_url()
    tag = [read(address) for _ in range(3)][-1]["ETag"]

    again = read(address, if_none_match=tag)
    Member.objects.filter(pk=member.pk).update(name="Newtown")
    changed = read(address, if_none_match=tag)

    assert (again.status_code, again.content) == (304, b"")
    assert "Newtown" in changed.text


def test_a_page_of_a_signed_in_person_is_never_kept():
    client = Client()
    client.force_login(UserFactory(name="Only Me"))
    address = reverse("home")

    mine = [client.get(address) for _ in range(3)]

    assert all("Only Me" in response.text for response in mine)
    assert "Only Me" not in read(address).text
    assert {response["Cache-Control"] for response in mine} == {"no-store"}


def test_each_language_coding_and_appearance_has_its_own():
    practice = published_practice()
    address = practice.get_absolute_url()
    dark = Client()
    dark.cookies["appearance"] = "dark"

    light, coded = [(read(address), read(address, accept_encoding="gzip")) for _ in range(3)][-1]

    assert 'data-theme="dark"' in [dark.get(address).text for _ in range(3)][-1]
    assert 'data-theme="dark"' not in light.text
    assert "Content-Encoding" not in light
    assert coded["Content-Encoding"] == "gzip"


def test_an_address_for_one_person_asks_the_database_nothing_for_this(django_assert_num_queries):
    address = reverse("healthz")
    read(address)

    with django_assert_num_queries(0):
        read(address)


def test_what_is_very_large_is_not_kept():
    address = published_practice(results="long " * (LARGEST // 5)).get_absolute_url()

    assert all(cost_of(address) > 1 for _ in range(3))
