"""A mayor's office signs, the mayor confirms by a button, an officer checks, and the register shows it."""

import pytest

from tests.e2e.axe import violations
from tests.e2e.people import link_in_mail, sign_in, sign_out
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
    officer = UserFactory(groups=["Declaration officers"], is_staff=True)
    page = any_page

    page.goto("/en/declaration/")
    page.get_by_role("link", name="Sign for your city or region").first.click()
    page.get_by_label("City or region", exact=True).fill("musterstadt")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Musterstadt am Fluss").click()
    fill_in(page)
    page.get_by_role("button", name="Continue: check your answers").click()
    page.get_by_role("button", name="Send to the person who signs").click()
    page.goto("/en/declaration/register/")
    assert not page.get_by_text("Musterstadt am Fluss").is_visible()

    page.goto(link_in_mail("mayor@musterstadt.example.org", "signature_confirm"))
    page.reload()
    page.get_by_role("button", name="Confirm and sign").click()

    sign_in(page, officer)
    page.goto("/en/moderation/signatures/")
    page.get_by_role("link", name="Musterstadt am Fluss").click()
    page.get_by_role("button", name="Take this case").click()
    page.get_by_label("How it was checked").select_option("Called back on a number from the authority's own site")
    page.get_by_role("button", name="Verify and enter on the register").click()
    sign_out(page)

    page.goto("/en/declaration/register/")
    page.get_by_role("link", name="Musterstadt am Fluss").first.click()
    assert page.get_by_text("Maria Muster").first.is_visible()
    assert "mayor@musterstadt.example.org" not in page.content()


def test_the_signing_pages_are_accessible(page):
    DeclarationVersionFactory()
    AuthorityFactory(name="Musterstadt am Fluss", code="geonames:7")
    found = {}

    def look(name, address=None):
        if address:
            page.goto(address)
        found[name] = violations(page)

    look("declaration", "/en/declaration/")
    look("register, empty", "/en/declaration/register/")
    look("authorities", "/en/declaration/sign/?q=muster")
    look("nothing found", "/en/declaration/sign/?q=xyzzy")
    look("form", "/en/declaration/sign/?authority=geonames%3A7")
    page.get_by_role("button", name="Continue: check your answers").click()
    look("form, with errors")
    fill_in(page)
    page.get_by_role("button", name="Continue: check your answers").click()
    look("check")
    page.get_by_role("button", name="Send to the person who signs").click()
    look("thanks")
    look("confirm", link_in_mail("mayor@musterstadt.example.org", "signature_confirm"))
    page.get_by_role("button", name="Confirm and sign").click()
    look("confirmed")

    assert {name: faults for name, faults in found.items() if faults} == {}
