"""The secretariat's day with the keyboard alone; every desk for everyone, in light and dark, on the smallest phone."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from practices import moderation
from practices.forms.review import CHECKS
from practices.models import Revision
from tests.e2e.people import sign_in
from tests.factories import (
    DeclarationVersionFactory,
    MembershipFactory,
    RevisionFactory,
    SignatureFactory,
    UserFactory,
    published_practice,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_TITLE = "Jugendgerichtshilfezusammenarbeitsvereinbarung der Hafenverwaltungsbezirke"


@pytest.fixture
def moderator():
    return UserFactory(groups=["Moderators", "Declaration officers"], is_staff=True, name="Mona Musterfrau")


@pytest.fixture
def writer():
    return MembershipFactory(role="lead", member__name="Sampleville-sur-Mer").user


@pytest.fixture
def texts(writer, moderator):
    """One text in each state that a desk shows: sent, late, held, sent back and answered, public, begun."""
    member = writer.memberships.get().member
    now = timezone.now()

    def sent(days, title):
        text = RevisionFactory(practice__member=member, author=writer, title=title)
        moderation.perform("submit", text, by=writer)
        Revision.objects.filter(pk=text.pk).update(submitted_at=now - datetime.timedelta(days=days))
        return Revision.objects.get(pk=text.pk)

    late, young, answered = sent(60, LONG_TITLE), sent(1, "Night bus as a safe place"), sent(0, "Football on Fridays")
    moderation.perform("claim", answered, by=moderator)
    moderation.remark(answered, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", answered, by=moderator)
    answered = Revision.objects.get(pk=answered.pk)
    answered.results = answered.results.replace("parcels", "letters")
    answered.save()
    moderation.perform("resubmit", answered, by=writer)
    asked = sent(3, "A text with a question")
    moderation.perform("claim", asked, by=moderator)
    moderation.remark(asked, field="context", text="Since when?", by=moderator)
    moderation.perform("request_changes", asked, by=moderator)
    published_practice(member=member, title="Light and life in the passage", offers=["call"], commitments=["C1"])
    RevisionFactory(practice__member=member, author=writer, title="A text that was begun", summary="")
    return {"late": late, "young": young, "answered": answered, "asked": asked}


@pytest.fixture
def case():
    version = DeclarationVersionFactory()
    return SignatureFactory(version=version, state="verifying", confirmed_at=timezone.now(), power="council")


def tab_to(page, name, role):
    """Press Tab until the control has the focus, as somebody does who has no mouse."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(250):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {name}")


def press_enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_moderator_takes_remarks_approves_and_goes_on_with_the_keyboard_alone(page, moderator, texts):
    sign_in(page, moderator)
    page.goto("/en/moderation/")

    tab_to(page, LONG_TITLE, "button")
    press_enter(page)
    page.locator("summary", has_text="Remark on this").nth(1).focus()  # the summary's
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Say which year.")
    page.keyboard.press("Tab")
    press_enter(page)
    remark = texts["late"].remarks.get()
    page.locator(".step > summary", has_text="Approve").focus()
    page.keyboard.press("Enter")
    for _check in CHECKS:
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    press_enter(page)
    approved = Revision.objects.get(pk=texts["late"].pk)
    tab_to(page, "Take the next one", "button")
    press_enter(page)

    assert (remark.field, remark.text) == ("summary", "Say which year.")
    assert approved.state == "public"
    assert page.get_by_role("heading", level=1).inner_text() == "Night bus as a safe place"
    assert Revision.objects.get(pk=texts["young"].pk).claimed_by == moderator


def test_a_decision_with_something_to_mend_keeps_the_words_and_takes_the_focus(any_page, moderator, texts):
    page = any_page
    sign_in(page, moderator)
    moderation.perform("claim", texts["young"], by=moderator)
    page.goto(reverse("practices:review", args=[texts["young"].practice_id]))

    page.locator("summary", has_text="Send back with remarks").click()
    page.get_by_label("Message").first.fill("Almost there")
    with page.expect_navigation():
        page.get_by_role("button", name="Send back with remarks").click()

    assert page.get_by_label("Message").first.input_value() == "Almost there"
    assert page.locator("#errors").evaluate("element => element === document.activeElement")
