"""A moderator remarks and sends back, the author replies on the thread and sends again, the moderator approves."""

import pytest
from django.urls import reverse

from practices import moderation
from tests.e2e.people import link_in_mail, press, sign_in, sign_out
from tests.e2e.test_publish_a_practice import approve
from tests.factories import MembershipFactory, RevisionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press_first(page, name):
    """Press a button whose name goes on with what it is about."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def reply(page, words):
    page.locator("summary", has_text="Reply").first.click()
    page.get_by_label("Reply about “Results”").fill(words)
    press_first(page, "Send the reply")


def test_a_remark_becomes_a_conversation_and_the_text_is_published(page):
    author = MembershipFactory(member__name="Sampleville-sur-Mer").user
    moderator = UserFactory(groups=["Moderators"], is_staff=True, name="Mona Musterfrau")
    text = RevisionFactory(practice__member=author.memberships.get().member, author=author)
    moderation.perform("submit", text, by=author)
    review = reverse("practices:review", args=[text.practice_id])

    sign_in(page, moderator)
    page.goto(review)
    press(page, "Take it")
    page.locator("summary", has_text="Remark on this: Results").click()
    page.get_by_label("Remark on “Results”").fill("By whose count?")
    with page.expect_navigation():
        page.locator("form", has=page.get_by_label("Remark on “Results”")).get_by_role("button").click()
    page.locator("summary", has_text="Send back with remarks").click()
    press(page, "Send back with remarks")
    sign_out(page)

    sign_in(page, author)
    page.goto(link_in_mail(author, "practice_changes_requested").replace("edit/", ""))
    reply(page, "By the county's, once a year.")
    assert "Mona Musterfrau" not in page.content()
    press_first(page, "Mark as done")
    page.goto(reverse("practices:status", args=[text.practice_id]))
    press(page, "Send again")
    sign_out(page)

    sign_in(page, moderator)
    page.goto(review)
    assert page.get_by_text("By the county's, once a year.").is_visible()
    press(page, "Take it")
    reply(page, "Thank you, that is clear.")
    approve(page, "Described")
    sign_out(page)

    sign_in(page, author)
    page.goto(reverse("practices:status", args=[text.practice_id]))
    assert page.get_by_text("Thank you, that is clear.").is_visible()
    text.refresh_from_db()
    assert text.state == "public"
