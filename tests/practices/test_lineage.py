import pytest
from django.template.loader import render_to_string
from django.utils import translation

from practices.lineage import Lineage
from practices.models import Adaptation
from tests.factories import MemberFactory, RevisionFactory, published_practice

pytestmark = pytest.mark.django_db


def practice_in(place, *, of=(), **fields):
    """A public practice of a place that adapted these practices or outside sources."""
    practice = published_practice(member=MemberFactory(name=place), title=f"The practice of {place}", **fields)
    for position, origin in enumerate(of):
        source = {"outside_source": origin} if isinstance(origin, str) else {"origin": origin}
        Adaptation.objects.create(revision=practice.public_revision, position=position, **source)
    return practice


def lineage_of(practice):
    return Lineage(practice, practice.public_revision)


def names(stops):
    """A tree as (name, names below it)."""
    return [(stop.name, names(stop.stops)) for stop in stops]


def test_a_family_reaches_from_the_first_origin_to_the_last_adaptation():
    glasgow = practice_in("Glasgow", of=["Boston"])
    malmo = practice_in("Malmö", of=[glasgow])
    practice_in("London", of=[glasgow])
    practice_in("Gävle", of=[practice_in("Örebro", of=[malmo])])

    lineage = lineage_of(malmo)

    assert names(lineage.trees) == [
        ("Boston", [("Glasgow", [("Malmö", [("Örebro", [("Gävle", [])])]), ("London", [])])])
    ]
    assert [stop.name for stop in lineage.line] == ["Boston", "Glasgow", "Malmö", "Örebro"]


def test_a_practice_of_two_origins_stands_in_full_under_one_of_them():
    ghent, lille = practice_in("Ghent"), practice_in("Lille")
    rennes = practice_in("Rennes", of=[ghent, lille])
    practice_in("Brest", of=[rennes])

    trees = lineage_of(rennes).trees

    assert names(trees) == [("Ghent", [("Rennes", [("Brest", [])])]), ("Lille", [("Rennes", [])])]
    assert [tree.stops[0].is_repeated for tree in trees] == [False, True]


def test_a_circle_of_claims_is_drawn_once():
    first = practice_in("Ghent")
    second = practice_in("Lille", of=[first])
    Adaptation.objects.create(revision=first.public_revision, origin=second)

    lineage = lineage_of(first)

    assert names(lineage.trees) == [("Ghent", [("Lille", [("Ghent", [])])])]
    assert [stop.name for stop in lineage.line] == ["Lille", "Ghent"]


def test_what_no_longer_is_public_keeps_its_place_and_loses_its_text():
    origin = practice_in("Ghent", state="withdrawn")
    practice = practice_in("Lille", of=[origin])

    [tree] = lineage_of(practice).trees

    assert (tree.name, tree.revision) == ("Ghent", None)


def test_a_claim_in_a_draft_is_nobodys_business():
    origin = practice_in("Ghent")
    draft = RevisionFactory(practice=practice_in("Lille"))
    Adaptation.objects.create(revision=draft, origin=origin)

    assert names(lineage_of(origin).trees) == [("Ghent", [])]


def test_an_earlier_text_shows_the_origins_that_it_named():
    ghent, lille = practice_in("Ghent"), practice_in("Lille")
    practice = practice_in("Rennes", of=[lille])
    earlier = RevisionFactory(practice=practice)
    Adaptation.objects.create(revision=earlier, origin=ghent)

    lineage = Lineage(practice, earlier)

    assert names(lineage.trees) == [("Ghent", [("Rennes", [])])]


def test_the_line_shows_three_adaptations_and_counts_the_others():
    origin = practice_in("Ghent")
    for place in ("Lille", "Rennes", "Brest", "Dijon", "Lyon"):
        practice_in(place, of=[origin])

    lineage = lineage_of(origin)

    assert (len(lineage.line), lineage.later) == (4, 2)
    assert lineage.has_more


def test_a_single_claim_without_notes_needs_no_tree():
    practice = practice_in("Lille", of=["Boston"])

    assert not lineage_of(practice).has_more


@pytest.mark.parametrize("generations", [1, 4])
def test_a_family_costs_one_query_whatever_its_size(generations, django_assert_num_queries):
    practice = origin = practice_in("Ghent")
    for n in range(generations):
        for twin in range(3):
            following = practice_in(f"City {n}-{twin}", of=[origin])
        origin = following
    practice.public_revision.adaptations.all()

    with django_assert_num_queries(3):  # its own claims, those around it, and what their origins say
        lineage = lineage_of(practice)
        render_to_string("practices/includes/detail/tree.html", {"stops": lineage.trees})


def test_a_tree_says_what_was_kept_and_links_what_is_public():
    origin = practice_in("Ghent")
    practice = practice_in("Lille")
    Adaptation.objects.create(revision=practice.public_revision, origin=origin, kept="The paid morning", dropped="")

    with translation.override("en"):
        text = render_to_string("practices/includes/detail/tree.html", {"stops": lineage_of(practice).trees})

    assert "The paid morning" in text
    assert f'href="{origin.get_absolute_url()}"' in text
    assert practice.get_absolute_url() not in text
    assert "Dropped" not in text
