"""A resident looks for what other cities do, reads it, and changes the language; every public page is for everyone."""

import pytest

from practices import search
from tests.factories import (
    DeclarationVersionFactory,
    MemberFactory,
    OutcomeFactory,
    SignatureFactory,
    ThemeFactory,
    published_practice,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def library():
    """Two public practices of one theme, a withdrawn one, a place without any, and a signature."""
    theme = ThemeFactory(name="Ports", name_en="Ports", name_fr="Ports et logistique", slug="ports")
    place = MemberFactory(name="Musterhafen", slug="musterhafen", joined_on=None, country="DE")
    retold = published_practice(
        slug="port-workers",
        member=place,
        origin="retold",
        title="Port workers who know whom to call",
        themes=[theme],
        what_was_done="## First\n\n- **Mapped** the port\n- [Asked](https://example.org) the workers",
        sources=[{"url": "https://example.org/source", "source_seen": True}],
        certainty="high",
        original_title="Hafenarbeiter, die wissen, wen sie anrufen",
        original_language="de",
    )
    OutcomeFactory(revision=retold.public_revision)
    other = published_practice(slug="school-staff", title="School staff who notice first", themes=[theme])
    withdrawn = published_practice(slug="cameras", title="Cameras at the station square", state="withdrawn")
    MemberFactory(name="Nowhere yet", slug="nowhere-yet", joined_on=None)
    version = DeclarationVersionFactory()
    signature = SignatureFactory(active=True, version=version, code="S-234567")
    for practice in (retold, other):
        search.index(practice)
    return {"place": place, "retold": retold, "withdrawn": withdrawn, "signature": signature}


def test_a_resident_finds_reads_and_follows(any_page, library):
    page = any_page

    page.goto("/en/")
    page.get_by_label("Search").fill("dockers port worker")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Port workers who know whom to call").click()
    assert page.get_by_text("Retold by the editors from public sources").is_visible()
    page.get_by_role("link", name="Musterhafen").first.click()
    assert page.get_by_text("A place in the library, not a member").is_visible()
    page.go_back()
    page.locator("details.lang > summary").first.click()
    page.locator("details.lang").get_by_role("link", name="Français").click()

    assert page.url.endswith("/fr/practices/port-workers/")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("h1").get_attribute("lang") == "en"


def test_facets_narrow_and_chips_take_it_back(any_page, library):
    page = any_page

    page.goto("/en/practices/?view=table")
    page.locator("summary", has_text="Country").click()
    page.get_by_label("Germany").check()
    if page.get_by_role("button", name="Apply filters").is_visible():
        page.get_by_role("button", name="Apply filters").click()
    page.wait_for_url("**country=DE**")
    narrowed = page.locator("#results").inner_text()
    page.get_by_role("link", name="Remove filter: Germany").click()
    page.wait_for_url(lambda address: "country" not in address)

    assert narrowed.startswith("1 ")
    assert page.locator("#results").inner_text().startswith("2 ")
