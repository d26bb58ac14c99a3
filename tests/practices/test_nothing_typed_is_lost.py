"""Every small form beside the writing form: what it refuses comes back in it, with the error at the field."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from practices import asking, moderation, opinions
from tests.factories import (
    DescentFactory,
    JoinRequestFactory,
    MembershipFactory,
    QuestionFactory,
    RevisionFactory,
    SignatureFactory,
    UserFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db

WORDS = "Somebody has thought about these words for an hour. "
TOO_LONG = (WORDS * 70).strip()


@pytest.fixture
def text(moderator):
    """A text that the moderator is reading."""
    writer = MembershipFactory()
    revision = RevisionFactory(practice__member=writer.member, author=writer.user)
    moderation.perform("submit", revision, by=writer.user)
    return moderation.perform("claim", revision, by=moderator)


@pytest.fixture
def remark(text, moderator):
    return moderation.remark(text, field="results", text="By whose count?", by=moderator)


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def at(name, revision, *arguments):
    return reverse(f"practices:{name}", args=[revision.practice_id, *arguments])


def comes_back(response, words, field):
    """Whether the words are in their form, and its field says that something is wrong."""
    assert response.status_code in (200, 422)
    boxes = [box.partition("</textarea>")[0] for box in response.text.split("<textarea ")[1:]]
    [box] = [box for box in boxes if f'name="{field}"' in box and 'aria-invalid="true"' in box]
    return words.strip() in box


def is_given_back(response, words=WORDS):
    """Whether the page to which the person is led says what they wrote."""
    assert response.status_code in (200, 404)
    return words.strip() in response.text


# what is too long, too short, or lacks something else


@pytest.mark.parametrize("words", [TOO_LONG, " "])
def test_an_authors_reply_comes_back(client, text, remark, moderator, words):
    moderation.perform("request_changes", text, by=moderator)
    client.force_login(text.author)

    answer = client.post(reverse("practices:remark_reply", args=[remark.pk]), {"text": words})

    assert comes_back(answer, words, "text")
    assert answer.text.count('aria-invalid="true"') == 1
    assert not remark.replies.exists()


def test_a_moderators_reply_comes_back(desk, remark):
    answer = desk.post(reverse("practices:remark_reply", args=[remark.pk]), {"text": TOO_LONG})

    assert comes_back(answer, TOO_LONG, "text")
    assert answer.text.count('aria-invalid="true"') == 1


@pytest.mark.parametrize(
    ("name", "step", "data", "field"),
    [
        ("remark_add", "", {"field": "results", "text": TOO_LONG}, "text"),
        ("note_add", "", {"text": TOO_LONG}, "text"),
        ("opinion_ask", "", {"email": "erika@example.org", "due_on": "2100-01-01", "question": TOO_LONG}, "question"),
        ("step", "refuse", {"reason_code": "scope", "reason": TOO_LONG}, "reason"),
        ("step", "request_changes", {"reason": TOO_LONG}, "reason"),
        ("step", "approve", {"evidence": "described", "reason": TOO_LONG}, "reason"),
        ("edit", "title", {"title": "", "reason": TOO_LONG[:400]}, "title"),
    ],
)
def test_what_a_moderator_writes_comes_back(desk, text, name, step, data, field):
    answer = desk.post(at(name, text, *filter(None, [step])), data)

    assert comes_back(answer, data[field], field)


def test_what_stands_beside_the_ticks_is_there_after_keeping_them(desk, text):
    data = {"checks": ["minors"], "evidence": "measured", "evidence_reason": WORDS, "reason": "Thank you."}

    answer = desk.post(at("checks", text), data)

    form = next(form for name, _step, form in answer.context["actions"] if name == "approve")
    assert {name: form[name].value() for name in data} == data
    assert WORDS in answer.text
    text.refresh_from_db()
    assert text.checks == ["minors"]


def test_an_experts_words_come_back_and_go_with_a_refusal(client, text, moderator):
    expert = UserFactory()
    day = timezone.localdate() + datetime.timedelta(days=5)
    opinion = opinions.ask(text, email=expert.email, question="Is it safe?", due_on=day, by=moderator)
    client.force_login(expert)
    address = reverse("practices:opinion", args=[opinion.pk])

    without_advice = client.post(address, {"text": WORDS})
    client.post(address, {"text": WORDS, "decline": "1"})

    assert WORDS.strip() in without_advice.text
    opinion.refresh_from_db()
    assert (opinion.is_declined, opinion.text) == (True, WORDS.strip())


@pytest.mark.parametrize("name", ["answer", "close", "report"])
def test_an_answer_to_a_question_comes_back(client, lead, name):
    question = QuestionFactory(practice=published_practice(member=lead.member))
    client.force_login(lead)

    answer = client.post(reverse("practices:question_step", args=[question.pk, name]), {"words": TOO_LONG})

    assert comes_back(answer, TOO_LONG, "words")


def test_a_question_comes_back(client, lead, coordinator):
    practice = published_practice(member=lead.member)
    client.force_login(coordinator)

    assert comes_back(client.post(reverse("practices:ask", args=[practice.slug]), {"text": TOO_LONG}), TOO_LONG, "text")


def test_what_a_city_says_of_an_adaptation_comes_back(client, lead):
    origin, adapted = published_practice(member=lead.member), published_practice()
    descent = DescentFactory(origin=origin, practice=adapted, state="claimed")
    adapted.public_revision.adaptations.create(origin=origin)
    client.force_login(lead)

    answer = client.post(reverse("practices:adaptation_answer", args=[descent.pk, "dispute"]), {"words": TOO_LONG})

    assert comes_back(answer, TOO_LONG, "words")


def test_a_reason_to_withdraw_comes_back(client, lead):
    practice = published_practice(member=lead.member)
    client.force_login(lead)

    answer = client.post(reverse("practices:step", args=[practice.pk, "withdraw"]), {"reason": TOO_LONG})

    assert comes_back(answer, TOO_LONG, "reason")


def test_a_request_to_join_and_its_answer_come_back(client, administrator):
    asked = client.post(reverse("members:join"), {"place": "Newtown", "message": TOO_LONG})
    client.force_login(administrator)
    address = reverse("members:join_request", args=[JoinRequestFactory().pk])
    answered = client.post(address, {"answer": "decline", "reason": TOO_LONG})

    assert comes_back(asked, TOO_LONG, "message")
    assert comes_back(answered, TOO_LONG, "reason")


def test_an_officers_reason_comes_back(client):
    client.force_login(UserFactory(groups=["Declaration officers"], is_staff=True))
    signature = SignatureFactory(state="verifying", confirmed_at=timezone.now())
    address = reverse("members:signature_step", args=[signature.code, "refuse"])

    assert comes_back(client.post(address, {"refuse-reason": TOO_LONG}), TOO_LONG, "refuse-reason")


# what came too late


def test_what_a_moderator_wrote_after_their_claim_went_to_another_is_given_back(desk, text, remark):
    colleague = UserFactory(groups=["Moderators"])
    text.claimed_by = colleague
    text.save()

    for name, data in {
        ("remark_add",): {"field": "results", "text": WORDS},
        ("opinion_ask",): {"email": "erika@example.org", "due_on": "2100-01-01", "question": WORDS},
        ("checks",): {"checks": ["minors"], "evidence": "described", "reason": WORDS},
        ("edit", "results"): {"results": WORDS},
        ("step", "request_changes"): {"reason": WORDS},
        ("step", "refuse"): {"reason_code": "scope", "reason": WORDS},
    }.items():
        assert is_given_back(desk.post(at(name[0], text, *name[1:]), data, follow=True)), name
    assert is_given_back(desk.post(reverse("practices:remark_reply", args=[remark.pk]), {"text": WORDS}, follow=True))


def test_an_opinion_on_a_decided_text_is_given_back(client, text, moderator):
    expert = UserFactory()
    opinion = opinions.ask(text, email=expert.email, question="Is it safe?", due_on=timezone.localdate(), by=moderator)
    moderation.perform("refuse", text, by=moderator, reason="Not ours.", reason_code="scope")
    client.force_login(expert)

    address = reverse("practices:opinion", args=[opinion.pk])
    data = {"advice": "publish", "text": WORDS}
    answer = client.post(address, data, headers={"sec-fetch-site": "same-origin"})  # as a browser says

    assert is_given_back(answer)


def test_an_answer_after_a_colleagues_is_given_back(client, lead):
    colleague = MembershipFactory(member=lead.member).user
    question = QuestionFactory(practice=published_practice(member=lead.member))
    asking.perform("answer", question, by=colleague, words="We paid the hours.")
    client.force_login(lead)
    address = reverse("practices:question_step", args=[question.pk, "answer"])

    answer = client.post(address, {"words": WORDS}, follow=True)

    assert is_given_back(answer)
    question.refresh_from_db()
    assert question.answer == "We paid the hours."
    with pytest.raises(PermissionDenied):
        asking.perform("answer", question, by=lead, words=WORDS)


def test_an_answer_to_a_city_that_was_answered_meanwhile_is_given_back(client, administrator):
    request = JoinRequestFactory(answered_at=timezone.now(), answered_by=administrator, reason="Checked by telephone.")
    client.force_login(administrator)
    address = reverse("members:join_request", args=[request.pk])

    answer = client.post(address, {"answer": "decline", "reason": WORDS}, follow=True)

    assert is_given_back(answer)
    request.refresh_from_db()
    assert request.reason == "Checked by telephone."


def test_an_officers_reason_after_a_colleagues_decision_is_given_back(client):
    client.force_login(UserFactory(groups=["Declaration officers"], is_staff=True))
    signature = SignatureFactory(state="refused", confirmed_at=timezone.now())
    address = reverse("members:signature_step", args=[signature.code, "refuse"])

    assert is_given_back(client.post(address, {"refuse-reason": WORDS}, follow=True))


def test_a_text_box_never_cuts_what_is_pasted(desk, text):
    page = desk.get(at("review", text)).text

    assert "<textarea" in page
    assert not [box for box in page.split("<textarea")[1:] if "maxlength" in box.partition(">")[0]]
