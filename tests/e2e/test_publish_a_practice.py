"""A coordinator writes, a moderator sends it back, gets it again and approves it; a stranger finds it."""

import pytest
from django.urls import reverse

from practices import search
from practices.models import Practice
from tests.e2e.people import follow, link_in_mail, press, sign_in, sign_out
from tests.factories import LONG, MembershipFactory, ThemeFactory, UserFactory, published_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Taxi drivers as first witnesses"


@pytest.fixture
def coordinator():
    return MembershipFactory(member__name="Sampleville-sur-Mer").user


def fill_every_step(page):
    """The six steps, as somebody fills them who has everything at hand."""
    page.get_by_label("Summary").fill(
        "Taxi drivers learn to notice young people in trouble, and have one number to call."
    )
    page.get_by_label("Level", exact=True).select_option("City")
    page.get_by_label("Main theme").select_option("Preventing recruitment")
    page.get_by_label("Training").check()
    page.get_by_label("Adolescents (12–17)").check()
    page.get_by_label("Station and public transport").check()
    page.get_by_label("Stage").select_option("Running")
    page.get_by_label("Started").fill("2024-05")
    page.get_by_label("Keywords").fill("taxi, night shift")
    press(page, "Save and continue")

    page.get_by_label("The problem").fill(LONG[:400])
    page.get_by_label("Objectives").fill("Notice early\nCall the right person")
    page.get_by_label("What was done").fill(LONG)
    page.get_by_label("Rights and ethics").fill(LONG[:200])
    press(page, "Save and continue")

    page.get_by_label("Results", exact=True).fill(LONG[:200])
    page.get_by_label("Evaluation", exact=True).select_option("Monitored activity data")
    page.get_by_label("What did not work").fill(LONG[:200])
    page.get_by_label("What was measured").fill("Calls a month")
    page.get_by_label("Before").fill("3")
    page.get_by_label("After").fill("41")
    page.get_by_label("From", exact=True).fill("2024")
    page.get_by_label("To", exact=True).fill("2025")
    page.get_by_label("Source", exact=True).fill("Taxi cooperative, log of calls")
    page.get_by_label("Better is").select_option("Higher is better")
    press(page, "Save and continue")

    page.get_by_label("Cost to set up").select_option("Under €10,000")
    page.get_by_label("Cost a year").select_option("€10,000–50,000")
    page.get_by_label("Own budget").check()
    press(page, "Save and continue")

    page.get_by_label("Conditions for success").fill(LONG[:200])
    press(page, "Save and continue")

    page.get_by_label("Public contact").fill("prevention@example.org")
    page.get_by_label("We have the right to publish").check()
    page.get_by_label("Who approved the publication").fill("The deputy mayor")
    page.get_by_label("When", exact=True).fill("2026-03-01")
    press(page, "Save and continue")


def approve(page, evidence):
    page.locator(".step > summary", has_text="Approve").click()
    for line in page.locator("details[open] input[type=checkbox]").all():
        line.check()
    page.get_by_label("Level of evidence that you found").select_option(evidence)
    press(page, "Approve")


def test_from_a_title_to_the_public_catalogue(any_page, coordinator):
    moderator = UserFactory(groups=["Moderators"], is_staff=True)
    ThemeFactory(name="Preventing recruitment", name_en="Preventing recruitment", slug="recruitment-prevention")
    page = any_page

    sign_in(page, coordinator)
    follow(page, "New practice")
    page.get_by_label("Title").fill(TITLE)
    press(page, "Begin")
    fill_every_step(page)
    assert page.get_by_role("heading", name="Everything is there").is_visible()
    press(page, "Send for review")
    assert page.get_by_text("Your text is number 1 in the queue.").is_visible()
    sign_out(page)

    sign_in(page, moderator)
    page.goto("/en/moderation/")
    follow(page, TITLE)
    press(page, "Take it")
    page.locator("summary", has_text="Remark on another part").click()
    page.get_by_label("About").select_option("results")
    page.get_by_label("Remark", exact=True).fill("In which months did they call?")
    press(page, "Add the remark")
    page.locator("summary", has_text="Send back with remarks").click()
    press(page, "Send back with remarks")
    assert page.get_by_text("is now: Changes requested.").is_visible()
    sign_out(page)

    sign_in(page, coordinator)
    page.goto(link_in_mail(coordinator, "practice_changes_requested") + "?step=results")
    assert page.get_by_text("In which months did they call?").is_visible()
    page.get_by_label("Results", exact=True).fill("From May to December, every month. " + LONG[:200])
    press(page, "Mark as done")
    press(page, "Save and leave")
    press(page, "Send again")
    sign_out(page)

    sign_in(page, moderator)
    page.goto("/en/moderation/")
    follow(page, TITLE)
    press(page, "Take it")
    approve(page, "Measured")
    assert page.get_by_text("is now: Published.").is_visible()
    sign_out(page)

    page.goto("/en/practices/")
    page.get_by_label("Search").fill("taxi drivers")
    page.get_by_role("button", name="Search").click()
    follow(page, TITLE)
    assert page.get_by_role("heading", level=1).inner_text() == TITLE
    assert page.get_by_text("Calls a month").first.is_visible()
    assert page.url.endswith("/en/practices/taxi-drivers-as-first-witnesses/")


def test_a_public_text_does_not_change_before_its_new_revision_is_approved(any_page, coordinator):
    moderator = UserFactory(groups=["Moderators"], is_staff=True)
    member = coordinator.memberships.get().member
    practice = published_practice(member=member, title="The harbour night school", evidence_stated="described")
    search.index(practice)
    public = practice.get_absolute_url()
    page = any_page

    sign_in(page, coordinator)
    page.goto(reverse("practices:status", args=[practice.pk]))
    press(page, "Change the text")
    page.get_by_label("Title").fill("The harbour night school, second year")
    press(page, "Save and leave")
    press(page, "Send for review")
    page.goto(public)
    assert page.get_by_role("heading", level=1).inner_text() == "The harbour night school"
    sign_out(page)

    sign_in(page, moderator)
    page.goto(reverse("practices:review", args=[practice.pk]))
    assert page.locator("ins", has_text="second year").is_visible()
    press(page, "Take it")
    approve(page, "Described")
    page.goto(public)

    assert page.get_by_role("heading", level=1).inner_text() == "The harbour night school, second year"
    assert Practice.objects.get().public_revision.number == 2
