import pytest
from django.urls import reverse

from practices import likeness, search
from tests.factories import MemberFactory, published_practice

pytestmark = pytest.mark.django_db


def indexed(settings=(), **place):
    practice = published_practice(settings=list(settings), member=MemberFactory(**place))
    search.index(practice)
    return practice


def test_places_of_the_same_size_and_with_a_port_come_first_and_say_why():
    both = indexed(["port-airport-logistics"], name="Zeppelinport", population=300_000)
    size = indexed(["school"], population=250_000)
    indexed(["school"], population=9_000_000)

    found = likeness.like(people="2", has=["port"])

    assert [like.practice for like in found] == [both, size]
    assert found[0].fits == [
        "Zeppelinport is of your size: 200,000 to 500,000 inhabitants.",
        "It was made for a place that has a port or an airport, like yours.",
    ]
    assert found[0].fits_not == []
    assert found[1].fits_not == ["It does not speak of a place that has a port or an airport."]


def test_what_speaks_against_is_said():
    indexed(["border-area"], name="Zeppelinville", kind="city", population=600_000)

    [like] = likeness.like(people="2", kind="city")

    assert like.fits_not == ["It was made for a place that has a border nearby; you did not say so of yours."]
    assert like.fits[0] == "Zeppelinville is nearly of your size: 500,000 to 1 million inhabitants."


def test_a_place_of_unknown_size_is_not_said_to_fit():
    indexed(["school"], kind="city", population=None)

    [like] = likeness.like(people="2", kind="city")

    assert "We do not know how many people live there." in like.fits_not


def test_what_is_not_public_resembles_nothing():
    search.unindex(indexed(["port-airport-logistics"], population=300_000))

    assert likeness.like(people="2", has=["port"]) == []


@pytest.mark.parametrize("query", ["", "?people=", "?people=9&kind=moon&has=dragons", "?people=2&kind=city&has=port"])
def test_whatever_is_asked_gets_a_page(client, query):
    indexed(["port-airport-logistics"], population=300_000)

    page = client.get(reverse("practices:like_mine") + query)

    assert page.status_code == 200
    assert not page.cookies


def test_more_practices_cost_as_many_queries(django_assert_num_queries, django_assert_max_num_queries):
    for _ in range(3):
        indexed(["port-airport-logistics"], population=300_000)
    with django_assert_max_num_queries(25) as few:
        likeness.like(people="2", has=["port"])
    for _ in range(7):
        indexed(["port-airport-logistics"], population=300_000)

    with django_assert_num_queries(len(few)):
        likeness.like(people="2", has=["port"])
