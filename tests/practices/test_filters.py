import pytest
from django.http import QueryDict
from django.utils.translation import override

from practices import search
from practices.filters import CatalogueFilter
from practices.models import Practice
from tests.factories import MemberFactory, ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


def catalogue(query, page=1):
    found = CatalogueFilter(QueryDict(query), Practice.objects.published())
    found.find(page)
    return found


def facet(found, name):
    """{value: (count, is it chosen)} of a facet of the page."""
    return {
        choice.value: (choice.count, choice.is_chosen) for f in found.facets if f.name == name for choice in f.choices
    }


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("target", "adolescents", {"target_groups": ["adolescents"]}),
        ("setting", "school", {"settings": ["school"]}),
        ("action", "training", {"kinds": ["training"]}),
        ("stage", "pilot", {"stage": "pilot"}),
        ("evidence", "compared", {"evidence_checked": "compared"}),
        ("cost", "10k-50k", {"cost_yearly": "10k-50k"}),
        ("funding", "isf", {"funding": ["isf"]}),
        ("year", "2019", {"start": "2019-02"}),
        ("language", "pt", {"language": "pt"}),
        ("offers", "yes", {"offers": ["visit"]}),
    ],
)
def test_each_facet_narrows_by_its_field(name, value, fields):
    practice = indexed(**fields)
    other = {"stage": "running", "kinds": ["campaign"], "settings": ["online"], "target_groups": ["businesses"]}
    indexed(**other)

    found = catalogue(f"{name}={value}")

    assert found.results.practices == list(found.qs) == [practice]
    assert facet(found, name)[value] == (1, True)


def test_country_member_and_theme_narrow():
    theme = ThemeFactory()
    practice = indexed(member=MemberFactory(country="PT", slug="porto"), themes=[theme])
    indexed()

    for query in ["country=PT", "member=porto", f"theme={theme.slug}"]:
        assert catalogue(query).results.practices == [practice]


def test_the_queryset_is_what_the_page_shows():
    practice = indexed(title="Zeppelins for all", stage="pilot")
    indexed(title="Zeppelins for all", stage="running")

    found = catalogue("q=zeppelin&stage=pilot")

    assert list(found.qs) == found.results.practices == [practice]


def test_unknown_values_are_left_out_and_told():
    practice = indexed()

    found = catalogue("stage=running&stage=flying&theme=none&member=%00&year=abc&country=XX&sort=up&view=cube")

    assert found.results.practices == [practice]
    assert set(found.ignored) == {"flying", "none", "\x00", "abc", "XX", "up", "cube"}
    assert found.chosen == {"stage": ["running"]}


def test_narrower_themes_stand_under_a_chosen_one_and_then_narrow_it():
    parent = ThemeFactory(slug="nightlife")
    venues = indexed(themes=[ThemeFactory(slug="venues", parent=parent)])
    indexed(themes=[ThemeFactory(slug="festivals", parent=parent)])

    def themes(query):
        choices = next(f for f in catalogue(query).facets if f.name == "theme").choices
        return [(choice.value, choice.count, choice.is_narrower) for choice in choices]

    assert themes("") == [("nightlife", 2, False)]
    assert themes("theme=nightlife") == [("nightlife", 2, False), ("venues", 1, True), ("festivals", 1, True)]
    both = catalogue("theme=nightlife&theme=venues")
    assert both.results.practices == [venues]
    assert (len(both.chips), both.ignored) == (1, [])


def test_a_chip_removes_itself_and_nothing_else_but_the_page():
    indexed()

    found = catalogue("q=a+b&stage=running&stage=pilot&setting=school&page=3&sort=newest")

    addresses = [QueryDict(chip.address[1:]) for chip in found.chips]
    assert sorted(address.getlist("stage") for address in addresses) == [["pilot"], ["running"], ["running", "pilot"]]
    assert all(address["q"] == "a b" and address["sort"] == "newest" for address in addresses)
    assert all("page" not in address for address in addresses)
    assert QueryDict(found.cleared[1:]).dict() == {"q": "a b", "sort": "newest"}


def test_words_are_sorted_by_match_and_the_rest_by_date():
    assert catalogue("q=lamp").order == "relevance"
    assert catalogue("").order == "newest"
    assert catalogue("q=lamp&sort=adapted").order == "adapted"


def test_labels_are_in_the_language_of_the_reader():
    indexed(member=MemberFactory(country="DE"), language="de", settings=["school"])

    with override("fr"):
        labels = {f.name: str(f.choices[0].label) for f in catalogue("").facets}

    assert (labels["country"], labels["setting"]) == ("Allemagne", "Établissement scolaire")
    assert labels["language"] == "Deutsch"


def test_ways_on_say_what_each_facet_costs():
    indexed(stage="running", settings=["school"])

    found = catalogue("stage=pilot&setting=online")

    assert [(label, total) for label, _, total in found.ways_on] == [(None, 1)]
    assert found.ways_on[0][1] == "?"


def test_the_nearest_themes_are_offered_in_any_language():
    theme = ThemeFactory(name="Ports and logistics", name_fr="Ports et logistique")
    ThemeFactory(name="Nightlife")

    assert [near for near, _ in catalogue("q=logistic").nearest_themes] == [theme]
    assert [near for near, _ in catalogue("q=logistique").nearest_themes] == [theme]
