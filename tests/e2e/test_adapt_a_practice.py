"""A city says in its text that it adapted another's practice; once it is public, the other city confirms it."""

import pytest
from django.urls import reverse

from practices import moderation, search
from tests.e2e.people import link_in_mail, press, sign_in, sign_out
from tests.factories import MembershipFactory, RevisionFactory, UserFactory, published_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_adaptation_is_claimed_and_confirmed(page):
    origins_lead = MembershipFactory(role="lead", member__name="Musterhausen").user
    origin = published_practice(member=origins_lead.memberships.get().member, title="The harbour night school")
    search.index(origin)
    author = MembershipFactory(member__name="Sampleville-sur-Mer").user
    text = RevisionFactory(practice__member=author.memberships.get().member, author=author, title="Our night school")
    moderator = UserFactory(groups=["Moderators"])

    sign_in(page, author)
    page.goto(f"{reverse('practices:update', args=[text.practice_id])}?step=elsewhere")
    page.get_by_label("Practice in this library").first.select_option("The harbour night school (Musterhausen)")
    page.get_by_label("What you kept").first.fill("Teachers who come to the pier")
    press(page, "Save and leave")
    press(page, "Send for review")
    sign_out(page)
    moderation.perform("claim", text, by=moderator)
    moderation.perform("approve", text, by=moderator, evidence="described")

    sign_in(page, origins_lead)
    page.goto(link_in_mail(origins_lead, "adaptation_claimed"))
    assert page.get_by_text("Teachers who come to the pier").is_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Yes, it came from ours").click()
    assert page.get_by_text("Your answer stands beside the adaptation.").is_visible()

    page.goto("/en/practices/")
    card = page.get_by_role("article").filter(has_text="The harbour night school")
    assert "Adapted once" in card.inner_text()
    page.goto(origin.get_absolute_url())
    assert page.get_by_role("link", name="Our night school").first.is_visible()
