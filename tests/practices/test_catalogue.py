import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from practices import search
from practices.models import SearchRow
from tests.factories import MemberFactory, OutcomeFactory, RevisionFactory, ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


@pytest.fixture
def get(client):
    return lambda **query: client.get(reverse("practices:list"), query)


def test_catalogue_shows_public_practices_only(get):
    public = indexed()
    RevisionFactory(practice=public, title="A draft that nobody may read")
    RevisionFactory(title="Another draft that nobody may read")

    response = get()

    assert response.context["practice_list"] == [public]
    assert "nobody may read" not in response.content.decode()


def test_a_search_shows_its_words_its_count_and_marked_results(get):
    indexed(title="Zeppelins for all")
    indexed()

    page = get(q="zeppelin").content.decode()

    assert 'value="zeppelin"' in page
    assert "<mark>Zeppelins</mark> for all" in page
    assert re.search(r'id="results">\s*1 practice\s*<', page)


def test_what_is_typed_is_escaped(get):
    indexed()

    page = get(q='"><script>alert(1)</script>', stage="<i>").content.decode()

    assert "<script>alert" not in page
    assert "<i>" not in page


def test_chosen_facets_are_checked_and_have_chips(get):
    indexed(stage="running")

    page = get(stage="running").content.decode()

    assert 'name="stage" value="running" checked' in page
    assert 'class="chip" href="?"' in page


@pytest.mark.parametrize(
    "query",
    [
        {"page": "99"}, {"page": "0"}, {"page": "-1"}, {"page": "abc"}, {"page": "1" * 50}, {"page": "²"},
        {"view": "map"}, {"view": "table"}, {"view": "cube"}, {"sort": "adapted"}, {"sort": "confirmed", "q": "a"},
        {"q": "\x00"}, {"q": "x" * 9000}, {"theme": ["a"] * 500}, {"year": "20٠0"}, {"member": "é\x00"}, {"q": "🙂"},
    ],
)  # fmt: skip
def test_any_address_gives_the_nearest_sensible_page(get, query):
    practice = indexed()

    response = get(**query)

    assert response.status_code == 200
    assert response.context["page_obj"].number == 1
    assert practice in response.context["practice_list"] or "q" in query


def test_an_address_that_is_not_utf_8_is_no_error(client):
    indexed()

    assert client.get(reverse("practices:list") + "?q=%ff%fe&stage=%e9").status_code == 200


def test_unknown_values_are_told(get):
    indexed()

    assert "The catalogue does not know: flying." in get(stage="flying").content.decode()


def test_a_typing_mistake_is_told_and_its_results_shown(get):
    practice = indexed(title="Zeppelins in harbours")

    response = get(q="zepelins")

    assert response.context["practice_list"] == [practice]
    assert "These are the results for <strong>zeppelins</strong>" in response.content.decode()


def test_nothing_found_offers_ways_on(get):
    ThemeFactory(name="Ports and logistics", slug="ports")
    indexed(title="Zeppelins for all", stage="running")

    page = get(q="zeppelin", stage="pilot").content.decode()
    near = get(q="logistik").content.decode()

    assert "No practices match “zeppelin”" in page
    assert "Remove the filter “Stage”" in page
    assert 'href="?theme=ports"' in near


def test_a_practice_that_cannot_be_found_by_text_is_in_a_table_too(get):
    practice = indexed(title="Lamps <b> in the park", member=MemberFactory(name="Sampleville"))

    page = get(view="table").content.decode()

    assert f'<a href="{practice.get_absolute_url()}" lang="en">Lamps &lt;b&gt; in the park</a>' in page


def test_readers_get_no_cookie(get):
    indexed()

    assert not get(q="school").cookies


def test_the_next_page_shows_the_rest(get, monkeypatch):
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    monkeypatch.setattr(search.finding, "PAGE_SIZE", 2)
    practices = [indexed() for _ in range(3)]

    response = get(page="2", stage="running")

    assert response.context["practice_list"] == practices[:1]
    assert response.context["page_obj"].number == 2


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({}, 12),
        ({"q": "notice"}, 12),
        ({"q": "notise", "stage": "running"}, 16),  # asked again, corrected
        ({"q": "none", "stage": "pilot"}, 12),
        ({"view": "table"}, 12),
    ],
)
def test_catalogue_costs_a_dozen_queries_whatever_its_length(get, query, most, django_assert_max_num_queries):
    def more(n):
        for _ in range(n):
            OutcomeFactory(revision=indexed(themes=[ThemeFactory(parent=ThemeFactory())]).public_revision)

    more(3)
    get(**query)
    with django_assert_max_num_queries(most) as few:
        get(**query)
    number = len(few)
    more(9)
    get(**query)  # a process reads once what the number of a facet's value means

    with django_assert_max_num_queries(number):
        get(**query)


def test_feed_lists_the_newest_within_the_filters(client):
    indexed(title="A pilot for schools", stage="pilot")
    practice = indexed(title="Running <for> years", stage="running")

    response = client.get(reverse("practices:feed"), {"stage": "running"})

    feed = ElementTree.fromstring(response.content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", atom)
    assert [entry.find("a:title", atom).text for entry in entries] == ["Running <for> years"]
    assert entries[0].find("a:link", atom).get("href").endswith(practice.get_absolute_url())
    assert response["Content-Type"].startswith("application/atom+xml")


def test_an_empty_feed_is_a_feed(client):
    response = client.get(reverse("practices:feed"), {"q": "nothing"})

    assert response.status_code == 200


def test_a_control_character_does_not_break_the_feed(client):
    practice = published_practice(title="A title with \x01 in it", summary="One\x0bline")
    search.index(practice)

    answer = client.get("/en/practices/feed.atom")

    assert answer.status_code == 200
    assert "A title with  in it" in answer.text


def test_cards_and_table_count_adaptations_where_there_are_some(client):
    adapted, _plain = indexed(), indexed()
    SearchRow.objects.filter(practice=adapted).update(adaptations=3)

    cards, table = (client.get(f"{reverse('practices:list')}?view={view}").text for view in ("list", "table"))

    assert (cards.count("Adapted 3 times"), table.count("Adapted 3 times")) == (1, 1)
    assert "Adapted 0" not in cards + table
