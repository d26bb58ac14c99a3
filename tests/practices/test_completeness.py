import pytest
from django.urls import reverse

from practices.completeness import LIMITS, REQUIRED, WORTH_ADDING, invitations, problems
from tests.factories import LONG, RevisionFactory, published_practice

pytestmark = pytest.mark.django_db


def fields(revision):
    return [problem.field for problem in problems(revision)]


def test_the_factorys_text_is_complete():
    assert problems(RevisionFactory()) == []


@pytest.mark.parametrize("name", [name for name in REQUIRED if name not in ("themes", "language")])
def test_each_required_field_is_asked_for(name):
    empty = {"right_to_publish": False, "right_approved_on": None}.get(name, [] if name in LISTS else "")

    revision = RevisionFactory(**{name: empty})

    assert fields(revision) == [name]


LISTS = {"kinds", "target_groups", "settings", "objectives", "funding"}


def test_a_theme_is_asked_for():
    assert fields(RevisionFactory(themes=[])) == ["themes"]


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_not_longer(name):
    fewest, most = LIMITS[name]
    text = (LONG * 10)[:most]

    assert fields(RevisionFactory(**{name: text})) == []
    assert fields(RevisionFactory(**{name: text + "!"})) == [name]
    if fewest:
        assert fields(RevisionFactory(**{name: text[:fewest]})) == []
        assert fields(RevisionFactory(**{name: text[: fewest - 1]})) == [name]


def test_what_is_too_long_says_by_how_much():
    (problem,) = problems(RevisionFactory(title="x" * 103))

    assert problem.text == "3 characters too many."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kinds", ["a", "b", "c", "d"]),
        ("target_groups", list("abcdef")),
        ("settings", list("abcde")),
        ("objectives", list("abcdef")),
        ("first_steps", list("abcdefghi")),
        ("funding", list("abcdefg")),
        ("partners", [{"name": "x"}] * 21),
        ("objectives", ["x" * 201]),
    ],
)
def test_lists_have_their_limits(name, value):
    assert fields(RevisionFactory(**{name: value})) == [name]


def test_ages_come_in_their_order():
    assert fields(RevisionFactory(age_from=17, age_to=12)) == ["age_to"]


def test_retold_texts_need_sources_and_less_of_the_rest():
    retold = RevisionFactory(practice__origin="retold", public_contact="", context="Short.", sources=[])

    assert fields(retold) == ["sources"]


def test_what_is_not_demanded_is_an_invitation_once_it_is_missing():
    told = RevisionFactory(staff="Two people", offers=[])

    names = [invitation.field for invitation in invitations(told)]

    assert "offers" in names
    assert "staff" not in names


def test_nothing_is_both_demanded_and_an_invitation():
    assert not WORTH_ADDING.keys() & {*REQUIRED}


def test_a_public_text_is_invited_to_tell_more(client, coordinator):
    practice = published_practice(member=coordinator.member, offers=[])
    client.force_login(coordinator)

    page = client.get(reverse("practices:status", args=[practice.pk])).content.decode()

    assert "Would you take a call from a city that begins?" in page
    assert reverse("practices:revise", args=[practice.pk]) in page
