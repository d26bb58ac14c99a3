"""What a city puts on its own site: one line of HTML, and the drawing that it shows."""

import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from coalition.models import Message
from practices import badges, moderation
from tests.factories import MemberFactory, MembershipFactory, RevisionFactory, published_practice

pytestmark = pytest.mark.django_db


def badge(client, practice):
    return client.get(reverse("practices:badge", args=[practice.slug]))


def test_a_badge_is_a_drawing_with_the_title_that_can_do_nothing(client):
    practice = published_practice(title='Night buses & "quiet" streets <script>')

    response = badge(client, practice)

    assert ET.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "<script" not in response.text
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies


def test_only_what_readers_find_has_a_badge(client):
    draft = RevisionFactory(practice__slug="a-draft").practice
    withdrawn = published_practice(state="withdrawn")

    assert {badge(client, practice).status_code for practice in (draft, withdrawn)} == {404}


def test_an_invented_practice_says_so_on_its_badge(client):
    assert "Invented example" in badge(client, published_practice(member=MemberFactory(is_fictional=True))).text


def test_the_mail_of_a_publication_brings_the_line_in_the_readers_language(moderator):
    writer = MembershipFactory(user__language="fr")
    text = RevisionFactory(practice__member=writer.member, author=writer.user, title='A "quiet" night')
    moderation.perform("submit", text, by=writer.user)
    moderation.perform("claim", text, by=moderator)

    moderation.perform("approve", text, by=moderator, evidence="described")

    mail = Message.objects.get(template="practice_published")
    text.practice.refresh_from_db()
    with translation.override("fr"):
        line = badges.html(text.practice, text)
    assert "/fr/practices/a-quiet-night/badge.svg" in line
    assert "A &quot;quiet&quot; night" in line
    assert line in " ".join(mail.text.split())
    assert escape("<img src=") in mail.html
    assert "badge.svg" not in "".join(mail.html.split("<img")[1:])  # shown, not drawn


def test_the_page_where_a_practice_stands_offers_the_line_while_it_is_public(client, lead):
    public = published_practice(member=lead.member)
    draft = RevisionFactory(practice__member=lead.member).practice
    client.force_login(lead)

    of_public, of_draft = (client.get(reverse("practices:status", args=[p.pk])).text for p in (public, draft))

    assert escape(badges.html(public, public.public_revision)) in of_public
    assert "badge.svg" not in of_draft
