"""Nobody needs a mouse: what a keyboard reaches, in which order, and whole journeys on it."""

import pytest

from practices import search
from practices.models import Practice
from tests.e2e.look import PHONE
from tests.e2e.people import sign_in
from tests.factories import (
    AuthorityFactory,
    DeclarationVersionFactory,
    MembershipFactory,
    OutcomeFactory,
    ThemeFactory,
    published_practice,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAIN_PAGES = [
    "/en/",
    "/en/practices/",
    "/en/practices/port-workers/",
    "/en/declaration/",
    "/en/accounts/login/",
]
MOST_STOPS = 150
# Every stop of the Tab key that is visible now, in the order of the document. Of radio buttons, one is a stop.
STOPS = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  globalThis.stops = [...document.querySelectorAll(all)].filter((element) =>
    element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }));
  return stops.length;
}"""
HERE = """() => {
  const { activeElement: element } = document, style = getComputedStyle(element);
  return { place: stops.indexOf(element), name: element.outerHTML.slice(0, 80), shown: style.outlineStyle !== "none" };
}"""


@pytest.fixture
def library():
    theme = ThemeFactory(name="Ports", name_en="Ports", slug="ports")
    practices = [
        published_practice(slug="port-workers", title="Port workers who know whom to call", themes=[theme]),
        published_practice(slug="school-staff", title="School staff who notice first", stage="ended", themes=[theme]),
    ]
    OutcomeFactory(revision=practices[0].public_revision)
    for practice in practices:
        search.index(practice)
    DeclarationVersionFactory()


def tab_to(page, target):
    """Press Tab until it has the focus, as somebody does who cannot point at it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The Tab key does not reach {target}")


def press_key(page, key):
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def type_into(page, label, text):
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


@pytest.mark.parametrize("address", MAIN_PAGES)
def test_the_tab_key_visits_everything_in_reading_order_and_shows_where_it_is(page, library, address):
    page.goto(address)
    number = page.evaluate(STOPS)

    visited = []
    for _ in range(number):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(HERE))

    places = [stop["place"] for stop in visited]
    assert places == sorted(places)
    assert places[0] == 0
    assert len(places) > 15
    assert [stop["name"] for stop in visited if not stop["shown"]] == []


def test_the_first_stop_skips_to_the_content(page, library):
    page.goto("/en/practices/")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    assert skip.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(page, library):
    page.set_viewport_size(PHONE)
    page.goto("/en/")
    menu = page.get_by_role("button", name="Menu")

    tab_to(page, menu)
    page.keyboard.press("Enter")
    assert page.get_by_role("navigation", name="Main").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#nav').contains(document.activeElement)")
    page.keyboard.press("Escape")

    assert not page.locator("#nav").is_visible()
    assert menu.evaluate("element => element === document.activeElement")


def test_a_practice_is_found_and_opened_by_keyboard(page, library):
    page.goto("/en/practices/")

    type_into(page, "Search by word, city or problem", "port workers")
    press_key(page, "Enter")
    tab_to(page, page.get_by_role("link", name="Port workers who know whom to call"))
    press_key(page, "Enter")

    assert page.get_by_role("heading", level=1).inner_text() == "Port workers who know whom to call"


def test_the_catalogue_is_narrowed_by_keyboard(page, library):
    page.goto("/en/practices/")

    tab_to(page, page.locator("summary", has_text="Stage"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Running"))
    page.keyboard.press("Space")
    page.wait_for_url("**stage=running**")

    assert page.get_by_role("link", name="Port workers who know whom to call").is_visible()
    assert page.get_by_role("link", name="School staff who notice first").count() == 0


def test_a_draft_is_begun_and_sent_step_by_step_by_keyboard(page):
    coordinator = MembershipFactory().user
    sign_in(page, coordinator)
    page.goto("/en/workspace/practices/new/")

    type_into(page, "Title", "Football on Friday nights")
    press_key(page, "Enter")
    type_into(page, "Summary", "Two trainers and a lit pitch, every Friday until midnight.")
    tab_to(page, page.get_by_role("button", name="Save and continue"))
    press_key(page, "Enter")

    assert page.url.endswith("?step=situation")
    assert Practice.objects.get().revisions.get().summary.startswith("Two trainers")


def test_a_city_signs_by_keyboard(page):
    DeclarationVersionFactory()
    AuthorityFactory(name="Musterstadt am Fluss")
    page.goto("/en/declaration/sign/")

    type_into(page, "City or region", "musterstadt")
    press_key(page, "Enter")
    tab_to(page, page.get_by_role("link", name="Musterstadt am Fluss"))
    press_key(page, "Enter")
    type_into(page, "Name of the person who signs", "Maria Muster")
    type_into(page, "Office held", "Mayor")
    type_into(page, "Official e-mail address of the person who signs", "mayor@musterstadt.example.org")
    type_into(page, "Your name", "Paul Beispiel")
    type_into(page, "Your e-mail address", "office@musterstadt.example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Name and office"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Continue: check your answers"))
    press_key(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Send to the person who signs"))
    press_key(page, "Enter")

    assert page.url.endswith("/declaration/sign/thanks/")
