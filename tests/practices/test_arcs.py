import pytest
from django.http import QueryDict

from practices import arcs
from practices.lineage import Lineage
from practices.models import Adaptation
from tests.factories import DescentFactory, MemberFactory, published_practice

pytestmark = pytest.mark.django_db


def practice_in(place, latitude, longitude, of=None, **answer):
    """A public practice of a place, which adapted another; `answer`: what the origin's city says."""
    member = MemberFactory(name=place, latitude=latitude, longitude=longitude)
    practice = published_practice(member=member, title=f"The practice of {place}")
    if of:
        Adaptation.objects.create(revision=practice.public_revision, origin=of)
    if answer:
        DescentFactory(practice=practice, origin=of, **answer)
    return practice


def map_of(practice):
    return arcs.map_of(Lineage(practice, practice.public_revision), QueryDict())


def test_an_arc_leads_from_the_origin_to_each_adaptation_and_says_what_its_city_answered():
    ghent = practice_in("Ghent", 51.05, 3.72)
    practice_in("Lille", 50.63, 3.06, of=ghent, state="confirmed")
    practice_in("Porto", 41.15, -8.61, of=ghent, state="disputed", words="No.")
    practice_in("Riga", 56.95, 24.11, of=ghent, state="lapsed")
    practice_in("Turin", 45.07, 7.69, of=ghent)

    drawn = map_of(ghent)

    assert sorted(arc.kind for arc in drawn.arcs) == ["", "confirmed", "disputed", "lapsed"]
    start = {arc.path.partition("Q")[0] for arc in drawn.arcs}
    assert start == {f"M{drawn.pins[0].point.x:.2f} {drawn.pins[0].point.y:.2f}"}
    assert sorted(pin.name for pin in drawn.pins) == ["Ghent", "Lille", "Porto", "Riga", "Turin"]
    assert [pin.name for pin in drawn.pins if pin.is_chosen] == ["Ghent"]


def test_one_place_or_one_without_coordinates_needs_no_map(client):
    alone = practice_in("Ghent", 51.05, 3.72)
    practice_in("Lille", None, None, of=alone)

    assert map_of(alone) is None
    assert "data-map" not in client.get(alone.get_absolute_url()).text


def test_the_page_lists_the_same_places_beside_the_map(client):
    ghent = practice_in("Ghent", 51.05, 3.72)
    lille = practice_in("Lille", 50.63, 3.06, of=ghent, state="confirmed")

    text = client.get(ghent.get_absolute_url()).text

    assert 'class="confirmed" d="M' in text
    listed = text.partition('id="family-places"')[2].partition("</ul>")[0]
    assert f'href="{lille.get_absolute_url()}"' in listed
    assert "Ghent: this practice" in listed


def test_a_map_says_nothing_of_a_text_that_was_withdrawn():
    ghent = practice_in("Ghent", 51.05, 3.72)
    lille = practice_in("Lille", 50.63, 3.06, of=ghent)
    ghent.revisions.update(state="withdrawn")
    ghent.refresh_from_db()

    [origin, _here] = map_of(lille).pins

    assert origin.words == "Ghent: no longer in the library"
    assert origin.address == ghent.member.get_absolute_url()
