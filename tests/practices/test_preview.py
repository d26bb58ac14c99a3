"""A preview is the page as the public will see it, but for what the secretariat has still to say."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from practices import moderation
from tests import factories

pytestmark = pytest.mark.django_db
ONLY_HERE = ["A preview", "The public does not see this text.", "Back to where it stands"]


def words_of(page):
    """What a person reads in the middle of a page, sentence by sentence."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    sentences = re.split(r"\n|(?<=\.) ", re.sub(r"<[^>]+>", "\n", main))
    return [" ".join(unescape(sentence).split()) for sentence in sentences if sentence.strip()]


def test_the_public_sees_exactly_what_the_preview_showed(client):
    membership = factories.MembershipFactory()
    origin = factories.published_practice(title="Where it came from")
    draft = factories.RevisionFactory(
        practice__member=membership.member,
        author=membership.user,
        partners=[{"name": "Harbour police", "type": "local-police", "role": "Patrols"}],
        building_blocks=[{"title": "A number to call", "what": "One for all.", "conditions": "", "lessons": "Early."}],
        links=[{"url": "https://example.org/film", "title": "The film"}],
        first_steps=["Ask the caretakers"],
        offers=["visit"],
    )
    factories.OutcomeFactory(revision=draft)
    draft.adaptations.create(origin=origin, kept="The call", changed="Social workers lead it")
    draft.keywords.add("harbour")
    client.force_login(membership.user)

    preview = words_of(client.get(reverse("practices:preview", args=[draft.practice_id])).text)
    moderator = factories.UserFactory(groups=["Moderators"])
    moderation.perform("submit", draft, by=membership.user)
    moderation.perform("claim", draft, by=moderator)
    moderation.perform("approve", draft, by=moderator, evidence="described", evidence_reason="One count.")
    draft.practice.refresh_from_db()
    client.logout()
    public = words_of(client.get(draft.practice.get_absolute_url()).text)

    today = date_format(timezone.localdate(), "j F Y")
    added = [sentence for sentence in public if sentence not in preview]
    tools = added.index("PDF")  # here begins what only a text with an address of its own has: tools, cite, history
    assert [sentence for sentence in preview if sentence not in public] == ONLY_HERE
    assert added[:tools] == [
        *("Evidence:", "Described", ", step 1 of 5"),
        *(f"Checked by the secretariat on {today}.", f"Confirmed by the city on {today}."),
        *("Ask this city", "(for members, after signing in)"),
        *("Checked by the secretariat", "Stated by the author", "Why this step:", "One count."),
    ]
