"""Whatever refuses a form, what somebody typed in it comes back to them, and to nobody else."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.html import escape

from coalition import unsent
from practices import moderation
from practices.models import Reply
from tests.conftest import SignedInClient
from tests.factories import MembershipFactory, RevisionFactory

pytestmark = pytest.mark.django_db

WORDS = "By the county's count & nobody else's."
OURS = {"sec-fetch-site": "same-origin"}  # as a browser says of a form that a page of ours has sent
PASSWORD = "correct horse battery"  # of every factory's account


@pytest.fixture
def remark(moderator):
    writer = MembershipFactory()
    revision = RevisionFactory(practice__member=writer.member, author=writer.user)
    moderation.perform("submit", revision, by=writer.user)
    moderation.perform("claim", revision, by=moderator)
    remark = moderation.remark(revision, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", revision, by=moderator)
    return remark


def answer_to(remark):
    return reverse("practices:remark_reply", args=[remark.pk])


def hidden_in(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


@pytest.fixture
def strict(remark):
    """A browser of the author's, whose forms need their token."""
    browser = SignedInClient(enforce_csrf_checks=True)
    browser.force_login(remark.revision.author)
    return browser


def test_a_form_whose_token_is_stale_is_sent_again_from_the_page_that_refuses_it(strict, remark):
    refused = strict.post(answer_to(remark), {"text": WORDS}, headers=OURS)
    token = hidden_in(refused.text)["csrfmiddlewaretoken"]

    sent = strict.post(answer_to(remark), {"text": WORDS, "csrfmiddlewaretoken": token})

    assert (refused.status_code, refused.headers["Cache-Control"]) == (403, "no-store")
    assert f'action="{answer_to(remark)}"' in refused.text
    assert hidden_in(refused.text)["text"] == escape(WORDS)
    assert sent.status_code == 302
    assert Reply.objects.get().text == WORDS


@pytest.mark.parametrize("site", [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_words_of_another_site_are_not_shown_as_ones_own(strict, remark, site):
    refused = strict.post(answer_to(remark), {"text": WORDS}, headers=site)

    assert refused.status_code == 403
    assert "<form" not in refused.text
    assert escape(WORDS) not in refused.text


def test_a_password_is_never_written_into_a_page(strict):
    refused = strict.post(
        reverse("account_login"),
        {"login": "x@example.org", "password": PASSWORD},
        headers=OURS,
    )

    assert refused.status_code == 403
    assert PASSWORD not in refused.text


def test_what_was_sent_signed_out_waits_until_its_writer_is_back(client, remark):
    client.force_login(remark.revision.author)
    Session.objects.all().delete()  # the browser still has its cookie

    sent = client.post(answer_to(remark), {"text": WORDS})
    client.post(sent.url, {"login": remark.revision.author.email, "password": PASSWORD, "next": reverse("unsent")})
    page = client.get(reverse("unsent"))
    client.post(answer_to(remark), {"text": hidden_in(page.text)["text"].replace("&#x27;", "'").replace("&amp;", "&")})

    assert f'action="{answer_to(remark)}"' in page.text
    assert Reply.objects.get().text == WORDS
    assert "Nothing waits to be sent" in client.get(reverse("unsent")).text


def test_what_waits_to_be_sent_may_be_thrown_away(client, remark):
    client.post(answer_to(remark), {"text": WORDS})
    client.force_login(remark.revision.author)
    before = client.get(reverse("unsent")).text

    client.post(reverse("unsent"))

    assert escape(WORDS) in before
    assert "Nothing waits to be sent" in client.get(reverse("unsent")).text


def test_too_much_is_not_kept(client, remark):
    client.post(answer_to(remark), {"text": "x" * (unsent.MOST + 1)})

    assert unsent.KEPT not in client.session


def test_a_page_that_is_closed_or_gone_gives_the_words_back(client, remark, moderator):
    client.force_login(MembershipFactory().user)
    notes = reverse("practices:note_add", args=[remark.revision.practice_id])
    hidden = client.post(answer_to(remark), {"text": WORDS}, headers=OURS)
    closed = client.post(notes, {"text": WORDS}, headers=OURS)
    foreign = client.post(notes, {"text": WORDS})

    assert (hidden.status_code, closed.status_code) == (404, 403)
    assert escape(WORDS) in hidden.text
    assert escape(WORDS) in closed.text
    assert escape(WORDS) not in foreign.text
