"""Nothing that somebody writes is lost: not with the line, not with the session, not in two windows."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from practices import moderation
from tests.e2e.axe import violations
from tests.e2e.people import press, sign_in, sign_out
from tests.factories import MembershipFactory, RevisionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft():
    membership = MembershipFactory(member__name="Sampleville-sur-Mer")
    return RevisionFactory(practice__member=membership.member, author=membership.user, staff="One person")


def means(draft):
    return f"{reverse('practices:update', args=[draft.practice_id])}?step=means"


def says(page, words):
    """The state of the text as the form shows and announces it."""
    page.locator("[data-saved-state]:not([aria-busy=true])").filter(has_text=words).wait_for()


SAVED = re.compile(r"^Saved at \d\d:\d\d$")
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


def test_a_draft_saves_itself_and_may_be_left_without_a_word(page, draft):
    sign_in(page, draft.author)
    page.goto(means(draft))
    page.get_by_label("Staff").fill("Two people")
    says(page, SAVED)
    page.get_by_role("button", name="Add another").click()
    page.get_by_label("Name").last.fill("Police")
    page.get_by_label("Staff").fill("Three people")
    says(page, SAVED)
    page.goto(reverse("practices:workspace"))

    page.goto(means(draft))
    assert page.get_by_label("Staff").input_value() == "Three people"
    assert page.evaluate(KEPT) == 0


def test_what_is_written_while_the_line_is_down_is_saved_when_it_is_back(page, draft):
    sign_in(page, draft.author)
    page.goto(means(draft))
    page.context.set_offline(True)
    page.get_by_label("Staff").fill("Written in a tunnel")
    says(page, "Not saved: the line is down. Kept in this browser.")
    assert page.evaluate(KEPT) == 1

    page.context.set_offline(False)

    says(page, SAVED)
    draft.refresh_from_db()
    assert draft.staff == "Written in a tunnel"
    assert page.evaluate(KEPT) == 0


def test_a_browser_that_went_down_with_the_line_offers_what_it_kept(page, draft):
    sign_in(page, draft.author)
    page.goto(means(draft))
    page.context.set_offline(True)
    page.get_by_role("button", name="Add another").click()
    page.get_by_label("Name").last.fill("Harbour police")
    page.get_by_label("Staff").fill("Written in a tunnel")
    says(page, "Not saved: the line is down. Kept in this browser.")
    page.route(
        "**/edit/**",
        lambda route: route.abort("internetdisconnected") if route.request.method == "POST" else route.fallback(),
    )
    page.context.set_offline(False)  # the browser has its line again, and the text has not gone yet
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(means(draft))

    offer = page.get_by_role("region", name="This browser kept words of yours")
    assert "Written in a tunnel" in offer.inner_text()
    assert "One person" in offer.inner_text()
    assert violations(page) == []
    page.unroute("**/edit/**")
    offer.get_by_role("button", name="Take them into the form").click()
    says(page, SAVED)
    draft.refresh_from_db()
    assert (draft.staff, draft.partners[-1]["name"]) == ("Written in a tunnel", "Harbour police")


def test_signing_out_leaves_nothing_in_the_browser(page, draft):
    sign_in(page, draft.author)
    page.goto(reverse("practices:workspace"))
    page.evaluate("localStorage.setItem('draft:1:1:means', '{}')")

    sign_out(page)

    assert page.evaluate(KEPT) == 0


def test_a_session_that_ends_takes_no_word_with_it(page, draft):
    sign_in(page, draft.author)
    page.goto(means(draft))
    Session.objects.all().delete()
    page.get_by_label("Staff").fill("Written after the session ended")
    dialog = page.get_by_role("dialog", name="You have been signed out")
    dialog.wait_for()
    assert violations(page) == []

    with page.context.expect_page() as new_tab:
        dialog.get_by_role("link", name="Sign in").click()
    sign_in(new_tab.value, draft.author)
    page.bring_to_front()
    dialog.get_by_role("button", name="I have signed in").click()

    says(page, SAVED)
    draft.refresh_from_db()
    assert draft.staff == "Written after the session ended"
    page.get_by_label("Staff").fill("And the button works, too")
    press(page, "Save and stay")
    assert page.get_by_label("Staff").input_value() == "And the button works, too"


def test_without_script_a_form_that_was_sent_too_late_waits_for_its_writer(page_without_script, draft):
    page = page_without_script
    sign_in(page, draft.author)
    page.goto(means(draft))
    page.get_by_label("Staff").fill("Sent too late")
    Session.objects.all().delete()
    press(page, "Save and stay")

    page.get_by_label("E-mail").fill(draft.author.email)
    page.get_by_label("Password").fill("correct horse battery")
    press(page, "Sign in")

    assert page.get_by_label("Staff").input_value() == "Sent too late"
    press(page, "Save and stay")
    draft.refresh_from_db()
    assert draft.staff == "Sent too late"


def test_two_windows_overwrite_nothing_and_ask_which_words_count(page, draft):
    sign_in(page, draft.author)
    page.goto(means(draft))
    other = page.context.new_page()
    other.goto(means(draft))
    other.get_by_label("Staff").fill("Two people")
    says(other, SAVED)

    page.get_by_label("Staff").fill("Three people")
    says(page, "Nothing is overwritten: save to see both.")
    press(page, "Save and stay")

    assert violations(page) == []
    page.get_by_label("What you wrote in this window").check()
    press(page, "Save what I chose")
    assert page.get_by_label("Staff").input_value() == "Three people"
    draft.refresh_from_db()
    assert draft.staff == "Three people"


def test_without_script_a_form_from_before_signing_in_again_is_sent_once_more(page_without_script, draft):
    page = page_without_script
    sign_in(page, draft.author)
    page.goto(means(draft))
    page.get_by_label("Staff").fill("Written before I signed in again")
    Session.objects.all().delete()
    sign_in(page.context.new_page(), draft.author)  # its token is a new one

    press(page, "Save and stay")

    assert "Written before I signed in again" in page.get_by_role("region", name="What you wrote").inner_text()
    press(page, "Send it now")
    assert page.get_by_label("Staff").input_value() == "Written before I signed in again"
    draft.refresh_from_db()
    assert draft.staff == "Written before I signed in again"


def send_reply(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Send the reply").click()


def test_without_cookies_any_more_a_form_is_sent_once_its_writer_is_back(page_without_script, draft):
    page = page_without_script
    moderator = UserFactory(groups=["Moderators"], is_staff=True)
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    remark = moderation.remark(draft, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", draft, by=moderator)
    sign_in(page, draft.author)
    page.goto(reverse("practices:status", args=[draft.practice_id]))
    page.locator("summary").filter(has_text="Reply: results").click()
    page.get_by_label("Reply about “Results”").fill("By the county's. " * 90)
    send_reply(page)

    box = page.get_by_label("Reply about “Results”")
    assert box.input_value() == "By the county's. " * 90
    assert "at most 1000 characters" in page.get_by_role("alert").first.inner_text()
    box.fill("By the county's.")
    page.context.clear_cookies()
    send_reply(page)
    press(page, "Send it now")
    page.get_by_label("E-mail").fill(draft.author.email)
    page.get_by_label("Password").fill("correct horse battery")
    press(page, "Sign in")
    press(page, "Send it now")

    assert remark.replies.get().text == "By the county's."
