import xml.etree.ElementTree as ET
from urllib.robotparser import RobotFileParser

import pytest

from practices.models.state import State
from tests.factories import MemberFactory, ThemeFactory, published_practice

SITEMAP, XHTML = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://library.example.org"


@pytest.fixture
def entries(client, db):
    """`entries()` are the sitemap's addresses, each with its element."""

    def read():
        root = ET.fromstring(client.get("/sitemap.xml").content)
        return {url.findtext(f"{SITEMAP}loc"): url for url in root}

    return read


def test_sitemap_lists_what_the_public_reads_in_every_language(entries):
    practice = published_practice(themes=[ThemeFactory(slug="a-theme")])

    found = set(entries())

    for language in ("en", "fr"):
        start = f"https://library.example.org/{language}"
        assert {
            f"{start}/",
            f"{start}/practices/",
            f"{start}/practices/{practice.slug}/",
            f"{start}/themes/a-theme/",
            f"{start}/members/{practice.member.slug}/",
            f"{start}/declaration/",
            f"{start}/declaration/register/",
        } <= found


@pytest.mark.parametrize("state", [State.DRAFT, State.CHANGES_REQUESTED, State.REFUSED, State.WITHDRAWN])
def test_sitemap_lists_nothing_that_is_not_public(entries, state):
    place, theme = MemberFactory(joined_on=None), ThemeFactory()
    before = set(entries())

    published_practice(state=state, member=place, themes=[theme])

    assert set(entries()) == before


def test_each_address_names_its_other_languages_and_the_day_of_its_text(entries):
    practice = published_practice()

    entry = entries()[f"https://library.example.org/en/practices/{practice.slug}/"]

    links = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
    assert links == {
        "en": f"https://library.example.org/en/practices/{practice.slug}/",
        "fr": f"https://library.example.org/fr/practices/{practice.slug}/",
        "x-default": f"https://library.example.org/practices/{practice.slug}/",
    }
    assert entry.findtext(f"{SITEMAP}lastmod") == practice.public_revision.published_at.date().isoformat()


def test_sitemap_costs_the_same_for_one_practice_and_for_many(client, db, django_assert_max_num_queries):
    for _ in range(10):
        published_practice()

    with django_assert_max_num_queries(6):
        client.get("/sitemap.xml")


def test_every_address_of_the_sitemap_opens(client, entries):
    published_practice(themes=[ThemeFactory()])

    for address in entries():
        assert client.get(address.removeprefix("https://library.example.org")).status_code == 200, address


def test_robots_find_the_sitemap_and_stay_out_of_the_workspace(client):
    response = client.get("/robots.txt")

    rules = RobotFileParser()
    rules.parse(response.text.splitlines())
    assert rules.site_maps() == ["https://library.example.org/sitemap.xml"]
    assert not rules.can_fetch("*", "/admin/")
    assert rules.can_fetch("*", "/en/practices/rennes-limits/")
    assert "Disallow: /*/workspace/" in response.text
    assert not response.cookies
