"""The map of the catalogue: every place of the result, its practices, and addresses that keep what was asked."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices import search
from tests.factories import MemberFactory, RevisionFactory, published_practice

pytestmark = pytest.mark.django_db

MILAN, TURIN, OSLO = (45.46, 9.19), (45.07, 7.69), (59.91, 10.75)


def place(name, point, **fields):
    return MemberFactory(name=name, slug=name.lower(), latitude=point[0], longitude=point[1], **fields)


def indexed(member, **fields):
    practice = published_practice(member=member, **fields)
    search.index(practice)
    return practice


@pytest.fixture
def get(client):
    return lambda **query: client.get(reverse("practices:list"), {"view": "map"} | query)


def links(response):
    """Accessible name → address of each stone."""
    stones = re.findall(r'class="pin[^"]*" href="([^"]*)" aria-label="([^"]*)"', response.text)
    return {words: address.replace("&amp;", "&") for address, words in stones}


def test_a_place_is_a_link_with_its_name_and_number(get):
    oslo = place("Oslo", OSLO)
    indexed(oslo)
    indexed(oslo)

    assert links(get()) == {"Oslo, 2 practices": "?view=map&place=oslo#chosen"}


def test_the_map_says_how_many_practices_are_in_how_many_places(get):
    oslo = place("Oslo", OSLO)
    indexed(oslo)
    first = get().text
    indexed(oslo)
    indexed(place("A network", (None, None)))

    assert "1 practice in 1 place</b>" in first
    assert "3 practices in 2 places</b>" in get().text
    assert "(1 is not on the map)" in get().text


def test_places_that_would_meet_are_one_stone_that_leads_nearer(get):
    indexed(place("Milan", MILAN))
    indexed(place("Turin", TURIN))
    indexed(place("Oslo", OSLO))

    whole = links(get())
    nearer = whole["Around Milan: 2 places, 2 practices"]

    assert set(whole) == {"Around Milan: 2 places, 2 practices", "Oslo, 1 practice"}
    assert nearer.startswith("?view=map&near=")
    assert set(links(get(near=nearer.split("near=")[1].split("#")[0].replace("%2C", ",")))) == {
        "Milan, 1 practice",
        "Turin, 1 practice",
    }


def test_the_map_shows_the_whole_result_not_a_page(get):
    for n in range(search.PAGE_SIZE + 5):
        indexed(place(f"Place{n}", (40 + n / 2, 5)))

    response = get()

    assert len(response.context["places"].members) == search.PAGE_SIZE + 5
    assert sum(len(mark.pins) for mark in response.context["places"].map.marks) == search.PAGE_SIZE + 5


def test_the_map_is_narrowed_like_the_list(get):
    oslo, milan = place("Oslo", OSLO, country="NO"), place("Milan", MILAN, country="IT")
    indexed(oslo, stage="running", title="Zeppelins over the harbour")
    indexed(oslo, stage="pilot")
    indexed(milan, stage="pilot")

    assert set(links(get(stage="running"))) == {"Oslo, 1 practice"}
    assert set(links(get(q="zeppelin"))) == {"Oslo, 1 practice"}
    assert set(links(get(country="IT"))) == {"Milan, 1 practice"}


def test_every_link_keeps_what_was_asked(get):
    indexed(place("Milan", MILAN), stage="running", title="Zeppelins over the harbour")
    indexed(place("Turin", TURIN), stage="running", title="Zeppelins over the river")
    indexed(place("Oslo", OSLO), stage="running", title="Zeppelins over the fjord")

    response = get(q="zeppelins", stage="running", sort="newest")

    zoom = re.search(r'href="([^"]*)" data-zoom="2"', response.text)[1].replace("&amp;", "&")
    (oslo,) = [member for member in response.context["places"].members if member.slug == "oslo"]
    for address in [*links(response).values(), zoom, oslo.pin.address]:
        assert address.startswith("?view=map&q=zeppelins&stage=running&sort=newest&")


def test_the_chosen_place_shows_its_practices_found(get):
    oslo = place("Oslo", OSLO)
    found = indexed(oslo, stage="running")
    indexed(oslo, stage="pilot")
    indexed(place("Milan", MILAN), stage="running")
    RevisionFactory(practice__member=oslo, title="A draft that nobody may read", stage="running")

    response = get(stage="running", place="oslo")

    assert list(response.context["places"].practices) == [found]
    assert response.context["places"].all_of_chosen == "?stage=running&member=oslo"
    assert "nobody may read" not in response.text
    assert 'aria-label="Oslo, 1 practice" aria-current="true"' in response.text


@pytest.mark.parametrize("query", [{"place": "nowhere"}, {"place": "\x00"}, {"near": "x"}, {"near": "1,1,nan"}])
def test_an_odd_address_shows_the_whole_map(get, query):
    indexed(place("Oslo", OSLO))

    assert set(links(get(**query))) == {"Oslo, 1 practice"}


def test_a_place_with_nothing_public_is_not_on_the_map(get):
    indexed(place("Oslo", OSLO))
    RevisionFactory(practice__member=place("Milan", MILAN))
    search.index(published_practice(member=place("Turin", TURIN), state="withdrawn"))

    assert [member.name for member in get().context["places"].members] == ["Oslo"]


def test_a_place_without_coordinates_is_in_the_list_and_says_so(get):
    indexed(MemberFactory(name="A network", latitude=None, longitude=None))
    indexed(place("Oslo", OSLO))

    response = get()

    assert set(links(response)) == {"Oslo, 1 practice"}
    assert re.search(r"A network</a> 1 <span[^>]*>\(not on the map\)", response.text)


def test_the_map_costs_the_same_for_one_place_and_for_thirty(get):
    indexed(place("Oslo", OSLO))
    with CaptureQueriesContext(connection) as one:
        get(place="oslo")
    for n in range(29):
        indexed(place(f"Place{n}", (40 + n / 2, 5)))
    with CaptureQueriesContext(connection) as thirty:
        get(place="oslo")

    assert len(thirty) == len(one)


def test_list_and_table_leave_the_map_behind(get):
    indexed(place("Oslo", OSLO))

    response = get(place="oslo", near="20,20,4", stage="running")

    addresses = [address for _icon, _label, address, _is_present in response.context["filter"].views]
    assert addresses == ["?view=list&stage=running", "?view=map&stage=running", "?view=table&stage=running"]
