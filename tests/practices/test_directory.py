import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practices.models import Adaptation
from tests import factories
from tests.factories import published_practice

pytestmark = pytest.mark.django_db

DIRECTORY = "/en/members/"


def test_members_and_places_stand_apart(client):
    member = factories.MemberFactory()
    place = factories.MemberFactory(joined_on=None)
    published_practice(member=place, origin="retold")

    response = client.get(DIRECTORY)

    assert response.context["members"] == [member]
    assert response.context["places"] == [place]
    assert "These places are not members." in response.text


def test_a_place_with_nothing_to_read_stands_apart_and_says_so(client):
    place = factories.MemberFactory(joined_on=None)
    draft = factories.RevisionFactory(practice__member=place)
    withdrawn = published_practice(member=place, state="withdrawn").public_revision

    directory, page = client.get(DIRECTORY), client.get(place.get_absolute_url())

    assert (directory.context["places"], directory.context["untold_places"]) == ([], [place])
    assert "nobody has told the library about its work yet" in page.text
    assert draft.title not in page.text
    assert withdrawn.title not in page.text


def test_only_public_practices_are_counted(client):
    member = factories.MemberFactory()
    published_practice(member=member)
    published_practice(member=member, state="withdrawn")
    factories.RevisionFactory(practice__member=member)

    (found,) = client.get(DIRECTORY).context["members"]

    assert found.practice_count == 1


def test_countries_are_sorted_in_the_readers_language(client):
    spain, germany = factories.MemberFactory(country="ES"), factories.MemberFactory(country="DE")

    assert client.get("/en/members/").context["members"] == [germany, spain]
    assert client.get("/fr/members/").context["members"] == [germany, spain]


@pytest.mark.parametrize("words", ["lodz", "Łódź", "ŁÓD", "litzmann"])
def test_a_name_is_found_without_accents_and_in_other_languages(client, words):
    lodz = factories.MemberFactory(name="Łódź", other_names="Lodsch\nLitzmannstadt", country="PL")
    factories.MemberFactory(name="Lyon")

    assert client.get(DIRECTORY, {"q": words}).context["members"] == [lodz]


def test_the_directory_is_narrowed_by_country(client):
    factories.MemberFactory(country="FR")
    german = factories.MemberFactory(country="DE")

    assert client.get(DIRECTORY, {"country": "DE"}).context["members"] == [german]


@pytest.mark.parametrize(
    "query", [{"country": "XX"}, {"country": "'; DROP"}, {"q": "\x00"}, {"q": "x" * 5000}, {"page": "7"}]
)
def test_an_odd_address_gives_everybody(client, query):
    member = factories.MemberFactory()

    response = client.get(DIRECTORY, query)

    assert response.status_code == 200
    assert response.context["members"] == [member]


def test_wildcards_are_letters_like_others(client):
    factories.MemberFactory(name="Lyon")

    assert client.get(DIRECTORY, {"q": "%"}).context["members"] == []


def test_nothing_found_offers_a_way_on(client):
    factories.MemberFactory(name="Lyon")

    assert "No member matches." in client.get(DIRECTORY, {"q": "Nowhere"}).text


def test_the_directory_is_narrowed_by_what_is_offered_today(client):
    offering, late, silent = (factories.MemberFactory(name=name) for name in ("Offers", "Offered", "Silent"))
    published_practice(member=offering, offers=["visit"])
    published_practice(member=late, offers=["visit"], offers_until=datetime.date(2020, 1, 1))
    published_practice(member=silent)
    factories.RevisionFactory(practice__member=silent, offers=["visit"])

    assert client.get(DIRECTORY, {"offers": "visit"}).context["members"] == [offering]


def test_those_who_joined_lately_are_named_the_newest_first(client):
    today = timezone.localdate()
    older, newer = (factories.MemberFactory(joined_on=today - datetime.timedelta(days)) for days in (90, 2))
    factories.MemberFactory(joined_on=today - datetime.timedelta(500))
    factories.MemberFactory(joined_on=None)

    assert list(client.get(DIRECTORY).context["newcomers"]) == [newer, older]


def test_the_map_of_the_directory_has_everybody_and_says_how_they_stand(client):
    signed = factories.MemberFactory(
        name="Bergen", latitude=60.4, longitude=5.3, authority=factories.AuthorityFactory()
    )
    factories.SignatureFactory(active=True, authority=signed.authority)
    factories.MemberFactory(name="Malmö", latitude=55.6, longitude=13.0)
    factories.MemberFactory(name="Naples", latitude=40.9, longitude=14.3, joined_on=None)
    factories.MemberFactory(name="A network", latitude=None, longitude=None)

    response = client.get(DIRECTORY)

    assert {mark.words: mark.pin.kind for mark in response.context["map"].marks} == {
        "Bergen, 0 practices, signed the declaration": "signed",
        "Malmö, 0 practices, member of the coalition": "member",
        "Naples, 0 practices, place in the library, not a member": "place",
    }
    assert "not on the map" in response.text


def test_the_map_of_the_directory_says_how_many_practices_are_where(client):
    published_practice(member=factories.MemberFactory(name="Lyon"))
    factories.MemberFactory(name="Oslo")

    assert "1 practice in 1 of 2 places</b>" in client.get(DIRECTORY).text
    assert "No place to show</b>" in client.get(DIRECTORY, {"q": "nowhere"}).text


def test_the_map_of_the_directory_is_narrowed_and_keeps_what_was_asked(client):
    factories.MemberFactory(name="Oslo", country="NO", latitude=59.9, longitude=10.8)
    factories.MemberFactory(name="Rome", country="IT", latitude=41.9, longitude=12.5)

    response = client.get(DIRECTORY, {"country": "NO", "near": "35,30,4"})

    assert [mark.pin.name for mark in response.context["map"].marks] == ["Oslo"]
    assert response.context["map"].whole == "?country=NO#map"


def test_a_member_page_shows_where_it_lies_if_that_is_known(client):
    known, unknown = factories.MemberFactory(), factories.MemberFactory(latitude=None, longitude=None)

    assert 'class="map locator"' in client.get(known.get_absolute_url()).text
    assert 'class="map locator"' not in client.get(unknown.get_absolute_url()).text


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_directory_costs_the_same_for_one_and_for_ten(client):
    published_practice()
    one = queries(client, DIRECTORY)
    for _ in range(9):
        published_practice()

    assert queries(client, DIRECTORY) == one


def test_a_member_costs_the_same_for_one_practice_and_for_ten(client):
    member = factories.MemberFactory()
    published_practice(member=member)
    one = queries(client, member.get_absolute_url())
    for _ in range(9):
        factories.OutcomeFactory(revision=published_practice(member=member).public_revision)

    assert queries(client, member.get_absolute_url()) == one


def test_a_member_shows_its_public_practices(client):
    member = factories.MemberFactory()
    practice = published_practice(member=member)
    published_practice(member=member, state="withdrawn")
    factories.RevisionFactory(practice__member=member, title="A draft nobody may read")

    response = client.get(member.get_absolute_url())

    assert list(response.context["practices"]) == [practice]
    assert "A draft nobody may read" not in response.text
    assert "Member since January 2026" in response.text


def test_a_place_says_that_it_is_not_a_member(client):
    place = factories.MemberFactory(joined_on=None)
    published_practice(member=place, origin="retold")

    text = client.get(place.get_absolute_url()).text

    assert "A place in the library, not a member" in text
    assert "Member since" not in text
    assert "Retold from public sources, not yet confirmed by the city" in text


def test_an_invented_member_says_so(client):
    member = factories.MemberFactory(is_fictional=True)

    assert "Invented for the demonstration" in client.get(member.get_absolute_url()).text


def test_a_member_shows_its_active_signature_only(client):
    signed = factories.MemberFactory(authority=factories.AuthorityFactory())
    signature = factories.SignatureFactory(active=True, authority=signed.authority)
    asked = factories.MemberFactory(authority=factories.AuthorityFactory())
    factories.SignatureFactory(authority=asked.authority)

    assert signature.get_absolute_url() in client.get(signed.get_absolute_url()).text
    assert "Not signed" in client.get(asked.get_absolute_url()).text


def test_a_member_without_an_authority_has_not_signed(client):
    factories.SignatureFactory(active=True)
    member = factories.MemberFactory(authority=None)

    assert "Not signed" in client.get(member.get_absolute_url()).text


def test_an_unknown_member_is_not_found(client):
    assert client.get(reverse("practices:member", args=["nowhere"])).status_code == 404


def test_a_member_shows_what_it_offers_what_it_took_over_and_what_travelled(client):
    member = factories.MemberFactory()
    own = published_practice(member=member, title="Caretakers who notice first", offers=["call"])
    expired = published_practice(member=member, offers=["visit"], offers_until="2020-01-01")
    elsewhere = published_practice(title="Bus drivers who notice first")
    Adaptation.objects.create(revision=own.public_revision, outside_source="Boston, 1996")
    Adaptation.objects.create(revision=elsewhere.public_revision, origin=own)

    answer = client.get(member.get_absolute_url())

    assert answer.context["offers"] == [own.public_revision]
    assert [str(adaptation) for adaptation in answer.context["received"]] == ["Boston, 1996"]
    assert [adaptation.revision for adaptation in answer.context["given"]] == [elsewhere.public_revision]
    assert expired.public_revision not in answer.context["offers"]


def test_a_member_shows_which_commitments_its_practices_serve(client):
    factories.DeclarationVersionFactory()
    member = factories.MemberFactory()
    practice = published_practice(member=member, commitments=["C1"])
    published_practice(member=member, commitments=["C2"], state="withdrawn")

    served = client.get(member.get_absolute_url()).context["commitments"]

    assert [(article.code, texts) for article, texts in served] == [("C1", [practice.public_revision]), ("C2", [])]


def test_a_place_shows_no_contact_and_no_promises_but_an_invitation(client):
    factories.DeclarationVersionFactory()
    place = factories.MemberFactory(joined_on=None)
    published_practice(member=place, origin="retold", public_contact="office@example.org", commitments=["C1"])

    answer = client.get(place.get_absolute_url())

    assert "office@example.org" not in answer.text
    assert answer.context["commitments"] == []
    assert "Is this your city or region?" in answer.text
