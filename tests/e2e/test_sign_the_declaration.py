"""A mayor's office signs, the mayor confirms by a button, an officer checks, and the register shows it."""

import pytest

from tests.e2e.axe import violations
from tests.e2e.people import follow, link_in_mail, press, sign_in, sign_out
from tests.factories import AuthorityFactory, DeclarationVersionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_in(page):
    page.get_by_label("Name of the person who signs").fill("Maria Muster")
    page.get_by_label("Office held").fill("Mayor")
    page.get_by_label("Official e-mail address of the person who signs").fill("mayor@musterstadt.example.org")
    page.get_by_label("Your name").fill("Paul Beispiel")
    page.get_by_label("Your e-mail address").fill("office@musterstadt.example.org")
    page.get_by_label("The signatory's own power").check()
    page.get_by_label("Name and office").check()


def test_from_reading_to_the_register(any_page):
    DeclarationVersionFactory()
    AuthorityFactory(name="Musterstadt am Fluss")
    officer, colleague = (UserFactory(groups=["Declaration officers"], is_staff=True) for _ in range(2))
    page = any_page

    page.goto("/en/declaration/")
    follow(page, "Sign for your city or region")
    page.get_by_label("City or region", exact=True).fill("musterstadt")
    press(page, "Search")
    follow(page, "Musterstadt am Fluss")
    fill_in(page)
    press(page, "Continue: check your answers")
    press(page, "Send to the person who signs")
    page.goto("/en/declaration/register/")
    assert not page.get_by_text("Musterstadt am Fluss").is_visible()

    page.goto(link_in_mail("mayor@musterstadt.example.org", "signature_confirm"))
    page.reload()
    press(page, "Confirm and sign")

    sign_in(page, officer)
    page.goto("/en/moderation/signatures/")
    follow(page, "Musterstadt am Fluss")
    press(page, "Take this case")
    page.get_by_label("Called back on a number from the authority's own site").first.check()
    press(page, "Record the check")
    sign_out(page)

    sign_in(page, colleague)
    page.goto("/en/moderation/signatures/")
    follow(page, "Musterstadt am Fluss")
    press(page, "Verify and enter on the register")
    sign_out(page)

    page.goto("/en/declaration/register/")
    follow(page, "Musterstadt am Fluss")
    assert page.get_by_text("Maria Muster").first.is_visible()
    assert "mayor@musterstadt.example.org" not in page.content()


def test_a_city_is_chosen_while_it_is_typed(page):
    for name in ("Musterstadt am Fluss", "Musterstadt am See"):
        AuthorityFactory(name=name)
    page.goto("/en/declaration/sign/")
    field = page.get_by_role("combobox", name="City or region")

    field.press_sequentially("muster")
    page.get_by_role("option").first.wait_for()
    said = page.get_by_role("status").inner_text()
    found = violations(page)
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = page.locator("#" + field.get_attribute("aria-activedescendant"))
    name = chosen.locator("span").inner_text()
    with page.expect_navigation():
        field.press("Enter")

    assert said == "2 places, use the arrow keys"
    assert found == []
    assert page.get_by_role("heading", name=f"Sign for {name}", exact=True).is_visible()


def test_escape_puts_the_suggestions_away_and_keeps_what_was_typed(page):
    AuthorityFactory(name="Musterstadt am Fluss")
    page.goto("/en/declaration/sign/")
    field = page.get_by_role("combobox", name="City or region")

    field.press_sequentially("muster")
    page.get_by_role("option").first.wait_for()
    field.press("Escape")

    assert field.get_attribute("aria-expanded") == "false"
    assert page.get_by_role("option").count() == 0
    assert field.input_value() == "muster"
