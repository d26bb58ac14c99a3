"""A lead invites a colleague, who opens an account from the mail and begins to write."""

import pytest

from tests.e2e.people import follow, link_in_mail, press, sign_in, sign_out
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_invitation_to_a_first_draft(any_page):
    lead = MembershipFactory(role="lead", member__name="Sampleville-sur-Mer").user
    page = any_page

    sign_in(page, lead)
    follow(page, "Colleagues and invitations")
    page.get_by_label("E-mail address").fill("new.colleague@example.org")
    press(page, "Send the invitation")
    sign_out(page)

    page.goto(link_in_mail("new.colleague@example.org", "invitation"))
    page.get_by_label("Name").fill("Nadia Neu")
    page.get_by_label("Password", exact=True).fill("a long and honest sentence")
    press(page, "Open my account and accept")
    page.goto("/en/workspace/practices/new/")
    page.get_by_label("Title").fill("Football on Friday nights")
    press(page, "Begin")

    assert page.get_by_text("Sampleville-sur-Mer").first.is_visible()
    assert page.get_by_role("heading", name="The practice in short").is_visible()
