import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from practices.models import Adaptation
from tests import factories
from tests.factories import published_practice

pytestmark = pytest.mark.django_db

PAGES = ["home", "about", "accessibility", "privacy", "terms", "practices:themes", "practices:member_list"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_stand_without_data_and_set_no_cookie(client, name, language):
    with translation.override(language):
        address = reverse(name)

    response = client.get(address)

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert not response.cookies


def test_home_shows_figures_when_there_are_enough(client):
    for _ in range(3):
        factories.OutcomeFactory(revision=published_practice().public_revision)

    response = client.get(reverse("home"))

    assert len(response.context["board"]) == 3
    assert "31 %" in response.text


def test_home_tells_results_in_words_while_figures_are_few(client):
    weak = published_practice()
    strong = published_practice(evidence_checked="reproduced", results="Fewer children carry parcels.")
    factories.OutcomeFactory(revision=weak.public_revision)

    response = client.get(reverse("home"))

    assert not response.context["board_has_figures"]
    assert list(response.context["board"]) == [strong, weak]
    assert "Fewer children carry parcels." in response.text


def test_home_shows_only_what_is_public(client):
    factories.RevisionFactory(title="A draft nobody may read")
    published_practice(title="A withdrawn practice", state="withdrawn")

    response = client.get(reverse("home"))

    assert "A draft nobody may read" not in response.text
    assert "A withdrawn practice" not in response.text
    assert response.context["practice_count"] == 0


def test_home_shows_how_ideas_travel(client):
    origin = published_practice()
    taken_up = published_practice()
    Adaptation.objects.create(revision=taken_up.public_revision, origin=origin)
    factories.DescentFactory(practice=taken_up, origin=origin)
    Adaptation.objects.create(revision=factories.RevisionFactory(), origin=taken_up)
    call_command("reindex", verbosity=0)

    response = client.get(reverse("home"))

    assert list(response.context["lineages"]) == [origin]
    assert taken_up.get_absolute_url() in response.text


def test_home_counts_active_signatures_only(client):
    version = factories.DeclarationVersionFactory()
    signature = factories.SignatureFactory(active=True, version=version)
    factories.SignatureFactory(version=version)

    response = client.get(reverse("home"))

    assert list(response.context["signatures"]) == [signature]
    assert "1 of 50 cities and regions has signed the declaration" in response.text
    assert signature.signatory_email not in response.text


def test_home_marks_what_is_retold(client):
    published_practice(origin="retold")

    response = client.get(reverse("home"))

    assert "Retold from public sources, not yet confirmed by the city" in response.text


def test_home_costs_the_same_for_one_practice_and_for_many(client, django_assert_max_num_queries):
    for _ in range(10):
        practice = published_practice()
        factories.OutcomeFactory(revision=practice.public_revision)
        Adaptation.objects.create(revision=published_practice().public_revision, origin=practice)
    call_command("reindex", verbosity=0)

    with django_assert_max_num_queries(20):
        client.get(reverse("home"))


def test_the_frame_offers_the_same_page_in_the_other_language(client):
    response = client.get("/en/members/", {"q": "ren"})

    assert '<a href="/fr/members/?q=ren" lang="fr" hreflang="fr">Français</a>' in response.text
    assert 'rel="canonical" href="http://127.0.0.1:8000/en/members/"' in response.text


def test_the_frame_says_that_a_demonstration_is_one(client, settings):
    settings.DEMO = True

    response = client.get(reverse("about"))

    assert "fictional cities and signatures are invented" in response.text


def test_the_frame_offers_an_account_its_places(client, moderator, coordinator):
    assert "Sign in" in client.get(reverse("about")).text

    client.force_login(coordinator)
    response = client.get(reverse("about"))

    assert reverse("practices:workspace") in response.text
    assert reverse("practices:queue") not in response.text
    assert f'action="{reverse("account_logout")}"' in response.text


def test_a_browser_that_asks_by_itself_gets_the_sign(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert response.url.endswith("img/mark.svg")
