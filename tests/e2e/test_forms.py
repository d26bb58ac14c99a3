"""Forms as people use them: by keyboard, with mistakes, with rows that come and go, with a picture."""

import io

import pytest
from django.urls import reverse
from PIL import Image as Picture

from practices.models import Image, Outcome
from tests.e2e.axe import violations
from tests.e2e.people import press, sign_in
from tests.factories import MembershipFactory, OutcomeFactory, RevisionFactory, ThemeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft():
    membership = MembershipFactory(member__name="Sampleville-sur-Mer")
    return RevisionFactory(practice__member=membership.member, author=membership.user)


def step(draft, slug):
    return f"{reverse('practices:update', args=[draft.practice_id])}?step={slug}"


def a_photograph():
    out = io.BytesIO()
    Picture.new("RGB", (900, 600), "teal").save(out, "JPEG")
    return {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_mistakes_are_said_first_and_lead_to_their_fields(any_page, draft):
    sign_in(any_page, draft.author)
    any_page.goto(step(draft, "short"))
    any_page.get_by_label("Started").fill("last year")
    any_page.get_by_label("Summary").fill("A text that must not be lost")
    press(any_page, "Save and stay")

    assert any_page.locator("#errors").evaluate("element => element === document.activeElement")
    assert any_page.title().startswith("Error:")
    assert any_page.get_by_label("Summary").input_value() == "A text that must not be lost"

    any_page.locator("#errors a").press("Enter")
    assert any_page.get_by_label("Started").evaluate("element => element === document.activeElement")


def test_a_month_is_understood_as_people_type_it(any_page, draft):
    sign_in(any_page, draft.author)
    any_page.goto(step(draft, "short"))
    any_page.get_by_label("Started").fill("5/2024")
    press(any_page, "Save and stay")

    assert any_page.get_by_label("Started").input_value() == "2024-05"


def test_a_step_is_written_with_the_keyboard_alone(page, draft):
    sign_in(page, draft.author)
    page.goto(step(draft, "situation"))
    page.get_by_label("The problem").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Children carry parcels for older boys.")
    page.get_by_role("button", name="Save and stay").press("Enter")

    page.get_by_text("Saved.", exact=True).wait_for()
    draft.refresh_from_db()
    assert draft.context == "Children carry parcels for older boys."


def test_rows_come_and_go_and_a_removed_one_can_be_kept(page, draft):
    OutcomeFactory(revision=draft, indicator="Calls a month")
    sign_in(page, draft.author)
    page.goto(step(draft, "results"))
    rows = page.locator("#id_outcomes [data-row]:not(.gone)")
    before = rows.count()

    page.get_by_role("button", name="Add another").click()
    assert rows.count() == before + 1
    assert page.locator(f"[name=outcomes-{before}-indicator]").evaluate("e => e === document.activeElement")

    page.get_by_role("button", name="Remove Figure 1", exact=True).click()
    assert page.get_by_role("button", name="Keep it").evaluate("e => e === document.activeElement")
    assert violations(page) == []
    page.get_by_role("button", name="Keep it").click()
    assert page.get_by_label("What was measured").first.is_visible()

    page.get_by_role("button", name="Remove Figure 1", exact=True).click()
    press(page, "Save and stay")
    assert not Outcome.objects.exists()


def test_rows_come_and_go_without_script(page_without_script, draft):
    page = page_without_script
    OutcomeFactory(revision=draft)
    sign_in(page, draft.author)
    page.goto(step(draft, "results"))
    page.get_by_label("Remove this when I save").first.check()
    press(page, "Save and add another")

    assert not Outcome.objects.exists()


def test_the_bar_of_buttons_covers_no_field_that_has_the_focus(page, draft):
    ThemeFactory()
    sign_in(page, draft.author)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(step(draft, "short"))
    fields = page.locator("form[data-guard] :is(input:not([type=hidden]), select, textarea):visible")
    page.get_by_label("Title").focus()

    for _ in range(fields.count()):
        page.keyboard.press("Tab")
        covered = page.evaluate("""() => {
            const bar = document.querySelector(".save-bar"), field = document.activeElement;
            return !bar.contains(field) && bar.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_PRECEDING
                && field.matches("input, select")
                && field.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
        }""")
        assert not covered, page.evaluate("document.activeElement.name")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_picture_is_shown_before_it_is_sent_and_keeps_its_focal_point(any_page, draft):
    sign_in(any_page, draft.author)
    any_page.goto(reverse("practices:image_add", args=[draft.practice_id]))
    any_page.get_by_label("Picture", exact=True).set_input_files(a_photograph())
    any_page.get_by_label("Top left").check()
    any_page.get_by_label("Alternative text").fill("A harbour in the morning")
    any_page.get_by_label("Credit").fill("City of Sampleville")
    any_page.get_by_label("Everyone who can be recognised").check()
    press(any_page, "Save")

    any_page.get_by_text("A harbour in the morning").first.wait_for()
    assert Image.objects.get().focus == "nw"


def test_a_wrong_file_is_refused_before_it_is_sent(page, draft):
    sign_in(page, draft.author)
    page.goto(reverse("practices:image_add", args=[draft.practice_id]))
    page.get_by_label("Picture", exact=True).set_input_files(a_photograph())
    page.locator("[data-preview]").wait_for()

    page.get_by_label("Picture", exact=True).set_input_files(
        {"name": "plan.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    page.get_by_role("button", name="Save").click()

    assert page.get_by_text("This kind of file cannot be sent.").is_visible()
    assert not Image.objects.exists()


def test_a_refusal_of_the_server_keeps_file_and_words(page, draft):
    sign_in(page, draft.author)
    page.goto(reverse("practices:image_add", args=[draft.practice_id]))
    page.get_by_label("Picture", exact=True).set_input_files(a_photograph())
    page.get_by_label("Alternative text").fill("A harbour in the morning")
    page.get_by_role("button", name="Save").click()

    page.locator("#errors").wait_for()
    assert page.get_by_label("Alternative text").input_value() == "A harbour in the morning"
    assert page.get_by_label("Picture", exact=True).evaluate("field => field.files[0].name") == "harbour.jpg"
