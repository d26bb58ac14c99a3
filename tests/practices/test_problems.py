import pytest
from django.core.management import call_command

from practices.models import Theme
from practices.problems import PROBLEMS, problems_in_library, problems_that_lead_to
from tests.factories import ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def ports():
    return ThemeFactory(slug="ports-logistics", paving=Theme.Paving.PORTS)


def test_every_problem_leads_to_themes_that_the_product_ships():
    call_command("load_themes", verbosity=0)

    named = {slug for _words, slugs in PROBLEMS for slug in slugs}
    assert named <= set(Theme.objects.values_list("slug", flat=True))


def test_a_problem_counts_what_its_link_shows(client, ports):
    narrower = ThemeFactory(slug="quays", parent=ports)
    corruption = ThemeFactory(slug="integrity-corruption")
    published_practice(themes=[ports, corruption, narrower])
    published_practice(themes=[narrower])
    published_practice(themes=[ThemeFactory(slug="something-else")])
    published_practice(themes=[ports], state="withdrawn")

    call_command("reindex", verbosity=0)

    [problem] = problems_in_library()

    assert str(problem["words"]) == "Staff in ports and offices are under pressure"
    assert problem["practice_count"] == 2
    assert problem["paving"] == Theme.Paving.PORTS
    assert client.get(problem["address"]).context["page_obj"].paginator.count == 2


def test_without_practices_there_is_nothing_to_face(ports):
    assert problems_in_library() == []


def test_problems_cost_three_queries(ports, django_assert_num_queries):
    published_practice(themes=[ports])

    with django_assert_num_queries(3):
        problems_in_library()


def test_a_problem_leads_to_its_themes_their_broader_and_their_narrower_ones(ports):
    broader = ThemeFactory()
    Theme.objects.filter(pk=ports.pk).update(parent=broader)
    ports.refresh_from_db()
    narrower, other = ThemeFactory(parent=ports), ThemeFactory()
    published_practice(themes=[ports, other])

    call_command("reindex", verbosity=0)

    led = {theme: [str(problem["words"]) for problem in problems_that_lead_to(theme)] for theme in Theme.objects.all()}

    words = ["Staff in ports and offices are under pressure"]
    assert led == {broader: words, ports: words, narrower: words, other: []}
