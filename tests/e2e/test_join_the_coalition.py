"""A city asks to join, the secretariat accepts with a reason, and the invitation opens an account."""

import pytest

from members.models import Member
from tests.e2e.people import follow, link_in_mail, press, sign_in, sign_out
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_request_to_the_first_lead(page):
    administrator = UserFactory(groups=["Administrators"], is_staff=True)

    page.goto("/en/join/")
    page.get_by_label("Name of the city or region").fill("Sampleville-sur-Mer")
    page.get_by_label("Country").select_option("France")
    page.get_by_label("Your name").fill("Nora Nouvelle")
    page.get_by_label("Your office or task").fill("Head of prevention")
    page.get_by_label("Your work e-mail address").fill("nora@sampleville.example.org")
    press(page, "Ask to join")
    assert page.get_by_text("The secretariat has your request").is_visible()

    sign_in(page, administrator)
    page.goto("/en/moderation/members/")
    follow(page, "Sampleville-sur-Mer")
    page.get_by_label("Accept, and invite this person as lead").check()
    page.get_by_label("Reason").fill("The town hall confirmed it by telephone.")
    press(page, "Send the answer")
    assert page.get_by_text("Your answer is on its way.").is_visible()
    sign_out(page)

    page.goto(link_in_mail("nora@sampleville.example.org", "invitation"))
    page.get_by_label("Name").fill("Nora Nouvelle")
    page.get_by_label("Password", exact=True).fill("a long and honest sentence")
    press(page, "Open my account and accept")

    assert page.get_by_text("You now act for Sampleville-sur-Mer.").is_visible()
    member = Member.objects.get()
    assert (member.is_member, member.memberships.get().role) == (True, "lead")
