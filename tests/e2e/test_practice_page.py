"""The page of a practice, in all its states: on a phone, by keyboard, in the dark, on paper."""

import datetime

import pytest
from django.utils import timezone

from practices.models import Adaptation
from tests.factories import MemberFactory, OutcomeFactory, RevisionFactory, ThemeFactory, published_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GREEK = "Η βία που συνδέεται με τα ναρκωτικά μπορεί να μειωθεί, όταν συνεργάζονται οι υπηρεσίες της πόλης"


@pytest.fixture(autouse=True)
def library():
    """A practice with a count and a past, and two that came from it, one after the other."""
    theme = ThemeFactory(name="Ports")
    counted = published_practice(
        slug="counted", number=2, member=MemberFactory(name="Malmö"), themes=[theme], title="Eleven schools take part"
    )
    OutcomeFactory(revision=counted.public_revision, indicator="Shootings", before=65, after=20, unit="", better="down")
    then = timezone.now() - datetime.timedelta(days=30)
    earlier = {"state": "replaced", "approved_at": then, "published_at": then, "evidence_checked": "described"}
    RevisionFactory(practice=counted, number=1, title="Many schools take part", **earlier)
    share = published_practice(slug="share", themes=[theme])
    told = published_practice(slug="told", title=GREEK, language="el", origin="retold", themes=[theme])
    Adaptation.objects.create(revision=share.public_revision, origin=counted)
    Adaptation.objects.create(revision=told.public_revision, origin=share)


def test_a_drawing_reads_as_its_numbers(page):
    page.goto("/en/practices/counted/")

    assert page.get_by_role("img", name="Shootings: 65 in 2023, 20 in 2025").is_visible()


def test_an_idea_is_followed_along_its_family(any_page):
    page = any_page

    page.goto("/en/practices/counted/")
    page.locator(".tree").get_by_role("link", name=GREEK).click()
    page.wait_for_url("**/told/")
    page.locator(".line").get_by_role("link", name="Eleven schools take part").click()

    page.wait_for_url("**/counted/")


def test_a_reader_sees_what_changed_between_two_texts(any_page):
    page = any_page

    page.goto("/en/practices/counted/")
    page.get_by_role("link", name="What changed in revision 2").click()

    assert page.locator("del").first.inner_text().strip() == "Many"
    assert page.locator("ins").first.inner_text().strip() == "Eleven"


def test_a_citation_is_copied_by_keyboard_and_the_page_says_so(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/en/practices/counted/")

    page.get_by_role("button", name="Copy the citation").focus()
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Citation copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Malmö (20")


def test_a_page_without_script_offers_no_button_that_does_nothing(page_without_script):
    page_without_script.goto("/en/practices/counted/")

    assert page_without_script.get_by_role("button", name="Copy").count() == 0
    assert page_without_script.get_by_role("link", name="BibTeX").is_visible()


def test_on_paper_stay_the_figures_and_the_source_and_no_button(page):
    page.goto("/en/practices/counted/")
    page.emulate_media(media="print")

    assert page.get_by_role("img", name="Shootings").is_visible()
    assert page.locator("#citation").is_visible()
    assert not page.get_by_role("button", name="Copy the citation").is_visible()
