"""Somebody finds a place on the map: with a mouse, with keys, on a phone, without script, and without seeing it."""

import re

import pytest

from practices import search
from tests.factories import (
    AuthorityFactory,
    DeclarationVersionFactory,
    MemberFactory,
    SignatureFactory,
    published_practice,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CATALOGUE = "/en/practices/?view=map"
PLACES = {
    "Oslo": (59.91, 10.75),
    "Milan": (45.46, 9.19),
    "Turin": (45.07, 7.69),
    "Athens": (37.98, 23.73),
    "Las Palmas": (28.12, -15.43),
}


@pytest.fixture
def library():
    """Five places, of which Milan and Turin would meet; Oslo has signed."""
    for name, (latitude, longitude) in PLACES.items():
        authority = AuthorityFactory(name=name, latitude=latitude, longitude=longitude)
        slug = name.lower().replace(" ", "-")
        member = MemberFactory(
            name=name, slug=slug, latitude=latitude, longitude=longitude, authority=authority, joined_on=None
        )
        search.index(published_practice(member=member, title=f"What {name} did", slug=f"what-{slug}-did"))
        if name == "Oslo":
            SignatureFactory(active=True, authority=authority, version=DeclarationVersionFactory())
            search.index(published_practice(member=member, title="Oslo once more", slug="once-more"))


def stone(page, words):
    return page.get_by_role("link", name=words, exact=True)


CLUSTER = "Around Milan: 2 places, 2 practices"


def test_a_stone_shows_the_practices_of_its_place(any_page, library):
    page = any_page

    page.goto(CATALOGUE)
    stone(page, "Oslo, 2 practices").click()
    page.get_by_role("link", name="Oslo once more").wait_for()

    assert "place=oslo" in page.url
    assert stone(page, "Oslo, 2 practices").get_attribute("aria-current") == "true"
    page.go_back()
    page.get_by_role("link", name="Oslo once more").wait_for(state="detached")
    page.go_forward()
    page.get_by_role("link", name="Oslo once more").click()
    page.wait_for_url("**/once-more/")


def test_a_cluster_opens_into_its_places(any_page, library):
    page = any_page

    page.goto(CATALOGUE)
    stone(page, CLUSTER).click()
    stone(page, "Turin, 1 practice").wait_for()

    assert stone(page, "Milan, 1 practice").is_visible()
    assert stone(page, CLUSTER).count() == 0
    page.go_back()
    stone(page, CLUSTER).wait_for()


def test_a_shared_address_shows_the_same_part_of_the_map(page, library):
    page.goto(CATALOGUE)
    stone(page, CLUSTER).click()
    page.wait_for_url("**near=**")

    box = page.locator("[data-map] > svg").get_attribute("viewBox").split()
    page.reload()

    assert [round(float(n), 1) for n in page.locator("[data-map] > svg").get_attribute("viewBox").split()] == [
        round(float(n), 1) for n in box
    ]


def test_zooming_keeps_every_place_reachable(any_page, library):
    page = any_page

    page.goto(CATALOGUE)
    page.get_by_role("link", name="Nearer").click()
    page.get_by_role("link", name="Nearer").click()
    page.wait_for_url("**near=*4*")

    assert stone(page, "Athens, 1 practice").count() == 0
    assert page.locator("[data-panel]").get_by_role("link", name="Athens").count() == 1
    page.get_by_role("link", name="Whole map").click()
    stone(page, "Athens, 1 practice").wait_for()
    assert stone(page, "Las Palmas, 1 practice").is_visible()


def test_keys_alone_go_through_the_map(page, library):
    page.goto(CATALOGUE)
    page.get_by_role("link", name="Skip the map").focus()

    page.keyboard.press("Tab")  # the map itself
    reached = []
    for _ in range(3):  # from the north; Las Palmas has its inset in the Atlantic
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    page.keyboard.press("Enter")
    page.wait_for_url("**near=**")
    stone(page, "Milan, 1 practice").wait_for()

    assert reached == ["Oslo, 2 practices", "Las Palmas, 1 practice", CLUSTER]
    page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'Milan, 1 practice'")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="What Milan did").wait_for()
    page.wait_for_function("document.activeElement.id === 'chosen'")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "What Milan did"


def test_arrows_and_plus_move_the_map_that_has_the_focus(page, library):
    page.goto(CATALOGUE)
    drawing = page.locator("[data-map] > svg")
    drawing.focus()

    page.keyboard.press("+")
    page.wait_for_url("**near=37.50%2C37.50%2C2")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"near=3[0-6]\.\d+%2C37.50%2C2"))
    page.keyboard.press("-")

    page.wait_for_url(lambda address: "near" not in address)
    assert page.evaluate("document.activeElement.tagName") == "svg"


def test_the_map_is_skipped_to_the_list(any_page, library):
    page = any_page
    page.goto(CATALOGUE)

    page.get_by_role("link", name="Skip the map").focus()
    assert page.get_by_role("link", name="Skip the map").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")

    page.wait_for_url("**#places")


def test_a_drag_moves_a_near_map_and_opens_nothing(page, library):
    page.goto(f"{CATALOGUE}&near=28.6,53,8")
    page.locator(".map[data-live] .pin").first.wait_for()
    page.locator("[data-map] > svg").scroll_into_view_if_needed()
    milan = stone(page, "Milan, 1 practice").bounding_box()

    page.mouse.move(milan["x"] + 13, milan["y"] + 13)
    page.mouse.down()
    page.mouse.move(milan["x"] - 87, milan["y"] + 13, steps=4)
    page.mouse.up()
    page.wait_for_function("before => !location.search.includes(before)", arg="near=28.6,53,8")

    assert "place=" not in page.url
    assert stone(page, "Milan, 1 practice").bounding_box()["x"] == pytest.approx(milan["x"] - 100, abs=8)


def test_a_wheel_scrolls_the_page_and_pinching_zooms(page, library):
    page.goto(CATALOGUE)
    page.locator("[data-map] > svg").hover()

    page.mouse.wheel(0, 120)
    page.wait_for_function("scrollY > 0")
    assert "near" not in page.url
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")

    page.wait_for_url("**near=**")


def test_a_stone_of_the_directory_leads_to_its_page(any_page, library):
    page = any_page

    page.goto("/en/members/")
    stone(page, "Athens, 1 practice, place in the library, not a member").click()

    page.wait_for_url("**/en/members/athens/")


def test_a_stone_of_the_register_leads_to_its_signature(any_page, library):
    page = any_page

    page.goto("/en/declaration/register/")
    stone(page, "Oslo, signed the declaration").click()

    page.wait_for_url("**/signatures/S-*/")


def test_stones_are_large_enough_for_a_finger(page, library):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(CATALOGUE)
    page.locator(".map[data-live] .pin").first.wait_for()

    sizes = [box.bounding_box() for box in page.locator(".pin .hit").all()]

    assert len(sizes) == 4
    assert all(box["width"] >= 24 and box["height"] >= 24 for box in sizes)
