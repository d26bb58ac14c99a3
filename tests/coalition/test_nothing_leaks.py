"""Canaries: words that stand only where they must stay, and a crawl of all that others may read."""

import json
import re

import pytest
from django.utils import timezone

from members.models import JoinRequest, Signature
from practices import printouts, search, share_images
from practices.models import Adaptation, Note, Opinion, Question, SearchWord
from practices.models.state import State
from tests import world as worlds
from tests.conftest import SignedInClient
from tests.factories import MembershipFactory, QuestionFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db

WITHOUT_TEXT = [*worlds.WITHOUT_PUBLIC_TEXT, State.WITHDRAWN, State.REMOVED]
PRIVATE = {  # stays unpublished in a public text, too
    "note": "canarynote",
    "right_approved_by": "canaryapprover",
    "contacts": [{"name": "Canaryperson", "role": "canaryrole", "email": "canarymail@example.org", "public": False}],
}
DRAWN = ("print.pdf", "share.png")  # their words cannot be read in the bytes: the tests below read what is drawn
SEEN_WHEN_WITHDRAWN = {"title"}  # its page keeps the name, so that citations survive
START = [
    *("/en/", "/fr/", "/en/practices/feed.atom", "/robots.txt", "/sitemap.xml", "/en/demo/mail/"),
    *(
        "/en/declaration/authorities/?q=canary",
        "/en/declaration/authorities/suggestions/?q=canary",
        "/en/practices/?q=canary",
        "/en/practices/?q=canarj",
    ),
    *("/en/practices/results.csv", "/en/practices/results.csv?q=canary"),
    *(
        "/en/members/?q=canary",
        "/en/declaration/register/?q=canary",
        "/en/embed/signatories/",
        "/en/workspace/",
        "/en/moderation/",
    ),
]


@pytest.fixture
def world():
    """Every text that nobody else may read is made of canaries; everything that is public is findable."""
    world = worlds.build()
    for person in world.people.values():
        if person:
            person.email, person.name = f"canary{person.pk}@example.org", f"Canaryname {person.pk}"
            person.save()
    for state, practice in world.practices.items():
        hide_canaries_in(practice.revisions.earliest("number"), state in WITHOUT_TEXT)
        search.index(practice)
    link_what_is_public_to_what_is_not(world)
    for state, signature in world.signatures.items():
        signature.signatory_email = signature.filled_in_by_email = "canary@example.org"
        signature.filled_in_by_name = signature.second_channel = signature.decision_reference = "Canary"
        signature.shown = "office"
        signature.signatory_name = "Canary"
        if state not in (Signature.State.ACTIVE, Signature.State.WITHDRAWN):
            signature.signatory_office = "Canary"
            signature.authority.name, signature.authority.folded_names = "Sampletown", "sampletown"
            signature.authority.save()
        signature.save()
    ask_and_answer_in_canaries(world)
    return world


def hide_canaries_in(revision, everywhere):
    texts = [field.name for field in revision._meta.concrete_fields if field.get_internal_type() == "TextField"]
    for name in texts if everywhere else []:
        setattr(revision, name, f"canary{name}")
    for name, value in PRIVATE.items():
        setattr(revision, name, value)
    if everywhere:
        revision.objectives = revision.first_steps = ["canaryline"]
        revision.partners = [{"name": "canarypartner", "type": "", "role": "canaryrole"}]
        revision.links = revision.sources = [{"url": "https://canary.example.org", "title": "canarylink"}]
        revision.evaluation_link = "https://canary.example.org"
        revision.outcomes.create(indicator="canaryindicator", before=1, after=2, begin="2024", source="canarysource")
        revision.keywords.add("canarykeyword")
        revision.images.update(alternative_text="canaryimage", credit="canarycredit")
        revision.documents.update(title="canarydocument")
    revision.remarks.update(text="canaryremark")
    revision.save()
    add_what_moderators_say(revision)


def add_what_moderators_say(revision):
    """What the secretariat says among itself, and what it has not sent yet: no author may read it."""
    by = UserFactory(name="Canarysecret Moderator", email=f"canarysecret{revision.pk}@example.org")
    Note.objects.create(practice=revision.practice, text="canarysecretnote", by=by)
    Opinion.objects.create(
        revision=revision, expert=by, asked_by=by, question="canarysecretquestion", due_on=timezone.localdate(),
        answered_at=timezone.now(), advice="refuse", text="canarysecretadvice",
    )  # fmt: skip
    revision.remarks.create(field="title", text="canarysecretremark", by=by)
    sent = revision.remarks.create(field="title", text="Where?", by=by, sent_at=timezone.now())
    sent.replies.create(text="A canaryreply of the city", by=revision.author, is_from_city=True, sent_at=timezone.now())
    sent.replies.create(text="canarysecretreply", by=by)
    revision.edits.create(field="title", before="canarysecretbefore", after="canarysecretafter", by=by)


def link_what_is_public_to_what_is_not(world):
    """Lines of descent run through hidden texts in both ways; an old and a new text of a public practice are hidden."""
    public = world.practices[State.PUBLIC]
    for state in WITHOUT_TEXT:
        hidden = world.practices[state]
        Adaptation.objects.create(revision=public.public_revision, origin=hidden, kept="Its idea")
        Adaptation.objects.create(revision=hidden.revisions.get(), origin=public, kept="canarykept")
    for number, state in enumerate(["draft", "refused"], start=2):
        draft = worlds.RevisionFactory(
            practice=public, number=number, state=state, author=world.people["coordinator"], themes=[world.theme]
        )
        hide_canaries_in(draft, everywhere=True)
    search.index(public)


def ask_and_answer_in_canaries(world):
    """Questions between two other cities, open and answered, shared by one side only; a city that asks to join."""
    asker = MembershipFactory(user__name="Canaryname", user__email="canaryasker@example.org")
    words = {"practice": world.practices[State.PUBLIC], "asking_member": asker.member, "text": "Canaryquestion"}
    QuestionFactory(asked_by=asker.user, **words)
    lead = world.people["lead"]
    answer = {"answer": "canaryanswer", "answered_by": lead, "ended_at": timezone.now()}
    QuestionFactory(asked_by=lead, state="answered", city_agreed_at=timezone.now(), **answer, **words)
    JoinRequest.objects.update(place="Canarytown", name="Canary", email="canary@example.org", message="canarymessage")


def crawl(client, start):
    """(address, text) of all pages that can be reached from these without leaving the site."""
    waiting, seen = list(start), set(start)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        text = content.decode(errors="replace") + str(response.headers)
        yield address, text
        for found in re.findall(r'(?:href|src|action|<loc>)="?(/[^"#<> ]*)', text):
            found = found.replace("&amp;", "&")
            if found not in seen and "/logout" not in found and not found.startswith("/static/"):
                seen.add(found)
                waiting.append(found)


def direct_addresses(world):
    """What nobody links to, but somebody may try."""
    for practice in world.practices.values():
        slug = practice.slug or f"practice-{practice.pk}"
        yield f"/en/practices/{slug}/"
        yield from (f"/en/practices/{slug}/{name}" for name in DRAWN)
        yield f"/en/practices/{slug}/badge.svg"
        yield from (f"/en/practices/{slug}/revisions/{n}/print.pdf" for n in (1, 2, 3))
        yield from (f"/en/practices/{slug}/revisions/{n}/" for n in (1, 2, 3))
        yield from (f"/en/workspace/practices/{practice.code}/{page}" for page in ("", "edit/", "preview/"))
        yield f"/en/moderation/practices/{practice.code}/"
        for revision in practice.revisions.all():
            yield from (f"/en/files/images/{image.key}/480.webp" for image in revision.images.all())
            yield from (f"/en/files/documents/{document.key}/" for document in revision.documents.all())
    yield from (f"/en/workspace/questions/{question.pk}/" for question in Question.objects.all())
    yield from (f"/en/practices/practice-{state}/ask/" for state in world.practices)
    yield from ("/en/workspace/questions/", "/en/workspace/adaptations/", "/en/moderation/questions/")
    yield from ("/en/moderation/members/", f"/en/moderation/members/requests/{world.join_request.pk}/", "/en/join/")
    for signature in world.signatures.values():
        yield f"/en/declaration/signatures/{signature.code}/"
        yield f"/en/declaration/signatures/{signature.code}/badge.svg"
        yield f"/en/moderation/signatures/{signature.code}/"


@pytest.mark.parametrize("reader", ["visitor", "stranger", "foreigner"])
def test_no_canary_is_found_by_those_who_read_from_outside(world, reader):
    client = SignedInClient()
    person = world.people[reader]
    if person:
        client.force_login(person)
        person.__class__.objects.filter(pk=person.pk).update(name="Reader", email="reader@example.org")

    pages = list(crawl(client, [*START, *direct_addresses(world)]))

    asked = "canary|canarj"  # a search box shows what was typed
    leaks = {}
    for address, text in pages:
        if f"/practices/practice-{State.WITHDRAWN}/" in address:
            text = text.replace("canarytitle", "")
        if "q=canar" in address:
            text = re.sub(rf"(?<![a-z])({asked})(?![a-z])", "", text)
            text = re.sub(rf"q=({asked})", "", text)
        if found := re.findall(r".{0,60}canary.{0,40}", text, re.IGNORECASE | re.DOTALL):
            leaks[address] = found[:2]
    assert leaks == {}
    assert len(pages) > 60


@pytest.mark.parametrize("author", ["coordinator", "lead"])
def test_no_author_reads_what_the_secretariat_says_among_itself(world, author):
    client = SignedInClient()
    client.force_login(world.people[author])
    start = [
        f"/en/workspace/practices/{practice.code}/{page}"
        for practice in world.practices.values()
        for page in ("", "edit/", "preview/")
    ]

    pages = list(crawl(client, ["/en/workspace/", *start]))

    assert {address: text for address, text in pages if "canarysecret" in text.lower()} == {}
    assert any("canaryreply" in text for _address, text in pages)


@pytest.mark.parametrize("name", [*DRAWN, "revisions/1/print.pdf"])
def test_what_is_not_public_is_not_drawn(world, client, name):
    drawn = {
        state
        for state, practice in world.practices.items()
        if client.get(f"/en/practices/{practice.slug or f'practice-{practice.pk}'}/{name}").status_code == 200
    }

    assert drawn == {State.PUBLIC, State.REPLACED}


@pytest.mark.parametrize("state", [State.PUBLIC, State.REPLACED])
def test_what_is_drawn_says_nothing_that_is_hidden(world, state):
    practice = world.practices[state]

    words = [
        printouts.words_of(practice, practice.public_revision),
        share_images.words_of_practice(practice, practice.public_revision),
    ]

    assert practice.public_revision.title in json.dumps(words)
    assert "canary" not in json.dumps(words, default=str).lower()


def test_the_words_of_hidden_texts_are_not_offered_as_corrections(world):
    assert not SearchWord.objects.filter(word__contains="canary").exists()


def test_hidden_texts_are_counted_nowhere(world, client):
    published_practice(themes=[world.theme])

    page = client.get("/en/practices/")
    theme = client.get(f"/en/themes/{world.theme.slug}/")

    shown = {State.PUBLIC, State.REPLACED}
    assert page.context["results"].total == len(shown)
    assert theme.context["theme"].practice_count == len(shown) + 1  # the one just published has no search row yet
