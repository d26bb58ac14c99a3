"""The list of European cities and regions, and how a name finds its place."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

import members
from members.models import Authority
from tests.factories import AuthorityFactory

pytestmark = pytest.mark.django_db
DEMO_PLACES = Path(members.__file__).parent / "data" / "demo_places.json"


@pytest.fixture(scope="module")
def gazetteer(django_db_setup, django_db_blocker):
    """Loaded once for this file, and taken away again."""
    with django_db_blocker.unblock():
        call_command("load_gazetteer", verbosity=0)
        yield
        Authority.objects.all().delete()


def first(text):
    return Authority.objects.matching(text).first()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Antwerpen", "geonames:2803138"),
        ("Anvers", "geonames:2803138"),
        ("marsiglia", "geonames:2995469"),
        ("koln", "geonames:2886242"),
        ("KÖLN", "geonames:2886242"),
        ("Αθήνα", "geonames:264371"),
        ("Київ", "geonames:703448"),
        ("Zürih", "geonames:2657896"),
        ("mars", "geonames:2995469"),
        ("Brittany", "iso:FR-BRE"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(gazetteer, typed, code):
    assert first(typed).code == code


def test_half_a_name_finds_those_that_begin_so_before_those_that_have_it_inside():
    inside = AuthorityFactory(name="Bad Muster", population=9_000_000)
    beginning = AuthorityFactory(name="Musterstadt", population=20_000)

    found = Authority.objects.matching("muste").filter(pk__in=[inside.pk, beginning.pk])
    assert list(found) == [beginning, inside]


@pytest.mark.parametrize("typed", ["xqzw", "%", "'", "\\", "\n"])
def test_what_is_no_name_finds_nothing(gazetteer, typed):
    assert first(typed) is None


def test_every_city_of_the_demo_library_can_be_found(gazetteer):
    places = json.loads(DEMO_PLACES.read_text(encoding="utf-8"))["members"]
    wanted = {f"geonames:{place['geonames_id']}" for place in places if place["kind"] == "city"}

    assert wanted - set(Authority.objects.values_list("code", flat=True)) == set()


def test_loading_again_changes_nothing(gazetteer):
    before = sorted(Authority.objects.values_list("pk", "code", "name"))

    call_command("load_gazetteer", verbosity=0)

    assert sorted(Authority.objects.values_list("pk", "code", "name")) == before
    assert len(before) > 8000


def test_the_search_uses_its_index(gazetteer):
    assert "authority_names_trigrams" in Authority.objects.matching("marsiglia")[:20].explain()


def test_a_place_called_just_so_comes_before_a_larger_one():
    AuthorityFactory(name="Qoppastadt Neudorf", population=900_000)
    exact = AuthorityFactory(name="Qoppastadt", population=30_000)
    AuthorityFactory(name="Other", other_names="Qoppastadts", population=1)

    assert first("qoppastadt") == exact


def test_of_two_with_the_same_name_the_larger_comes_first():
    AuthorityFactory(name="Qoppafurt", population=60_000)
    larger = AuthorityFactory(name="Qoppafurt", population=750_000)

    assert first("qoppafurt") == larger
