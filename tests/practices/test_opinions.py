import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from practices import moderation, opinions, reviewing
from practices.models import Opinion
from tests.factories import MembershipFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(moderator):
    writer = MembershipFactory()
    revision = RevisionFactory(practice__member=writer.member, author=writer.user, note="For moderators only")
    moderation.perform("submit", revision, by=writer.user)
    return moderation.perform("claim", revision, by=moderator)


@pytest.fixture
def expert():
    return UserFactory(name="Erika Expertin")


@pytest.fixture
def opinion(text, expert, moderator):
    day = timezone.localdate() + datetime.timedelta(days=5)
    return opinions.ask(text, email=expert.email.upper(), question="Is it safe?", due_on=day, by=moderator)


def page_of(opinion):
    return reverse("practices:opinion", args=[opinion.pk])


def test_an_expert_is_asked_by_mail_and_on_their_desk(opinion, expert, client):
    client.force_login(expert)

    mail = Message.objects.get(template="opinion_asked")
    tasks = client.get(reverse("practices:workspace")).context["tasks"]

    assert mail.to_email == expert.email
    assert "Is it safe?" in mail.text
    assert page_of(opinion) in mail.text
    assert [task.address for task in tasks] == [page_of(opinion)]


def test_an_expert_sees_the_text_and_nothing_else(opinion, text, expert, moderator, client):
    moderation.remark(text, field="title", text="An unsent remark", by=moderator)
    reviewing.note(text.practice, text="An internal note", by=moderator)
    other = RevisionFactory(state="submitted", submitted_at=timezone.now())
    client.force_login(expert)

    page = client.get(page_of(opinion)).text

    assert text.summary in page
    for hidden in ("An unsent remark", "An internal note", text.note, moderator.name):
        assert hidden not in page
    for practice in (text.practice, other.practice):
        for name in ("status", "preview", "update"):
            assert client.get(reverse(f"practices:{name}", args=[practice.pk])).status_code == 404
        assert client.get(reverse("practices:review", args=[practice.pk])).status_code == 403


def test_nobody_else_opens_it(opinion, text, moderator, client):
    for person in (moderator, text.author, UserFactory()):
        client.force_login(person)
        assert client.get(page_of(opinion)).status_code == 404


def test_advice_reaches_the_moderators_and_only_them(opinion, text, expert, moderator, client):
    client.force_login(expert)
    client.post(page_of(opinion), {"advice": "change", "text": "Leave out the street."})

    mail = Message.objects.get(template="opinion_given")
    client.force_login(moderator)
    review = client.get(reverse("practices:review", args=[text.practice_id])).text
    client.force_login(text.author)
    status = client.get(reverse("practices:status", args=[text.practice_id])).text

    assert mail.to_email == moderator.email
    assert "Leave out the street." in mail.text
    assert "Leave out the street." in review
    assert "Leave out the street." not in status
    assert expert.name not in status


def test_an_expert_may_decline_with_one_button(opinion, expert, client):
    client.force_login(expert)

    client.post(page_of(opinion), {"decline": "1"})

    opinion.refresh_from_db()
    assert opinion.is_declined
    assert client.get(page_of(opinion)).status_code == 404


def test_advice_needs_words(opinion, expert, client):
    client.force_login(expert)

    answer = client.post(page_of(opinion), {"advice": "publish", "text": ""})

    assert set(answer.context["form"].errors) == {"text"}
    opinion.refresh_from_db()
    assert opinion.answered_at is None


def test_an_opinion_is_given_once_and_not_after_the_decision(opinion, text, expert, moderator):
    opinions.answer(opinion, by=expert, advice="publish", text="Fine.")
    with pytest.raises(moderation.NotNow):
        opinions.answer(opinion, by=expert, advice="refuse", text="No.")
    second = opinions.ask(text, email=UserFactory().email, question="You?", due_on=timezone.localdate(), by=moderator)
    moderation.perform("refuse", text, by=moderator, reason="Not ours.", reason_code="scope")

    with pytest.raises(moderation.NotNow):
        opinions.answer(second, by=second.expert, advice="publish", text="Fine.")
    assert not Opinion.objects.asked_of(second.expert).exists()


def test_those_with_a_part_in_the_text_are_not_asked(text, moderator):
    colleague = MembershipFactory(member=text.practice.member).user
    for email in (colleague.email, text.author.email, moderator.email, "nobody@example.org"):
        with pytest.raises(ValidationError):
            opinions.ask(text, email=email, question="?", due_on=timezone.localdate(), by=moderator)

    assert not Opinion.objects.exists()


def test_only_who_holds_the_text_asks(text, expert):
    with pytest.raises(moderation.NotNow):
        opinions.ask(text, email=expert.email, question="?", due_on=timezone.localdate(), by=UserFactory())


def test_the_form_asks_and_says_what_is_wrong(text, expert, moderator, client):
    client.force_login(moderator)
    address = reverse("practices:opinion_ask", args=[text.practice_id])
    words = {"email": "nobody@example.org", "due_on": timezone.localdate().isoformat(), "question": "Is it safe?"}

    wrong = client.post(address, words)
    past = client.post(address, words | {"email": expert.email, "due_on": "2020-01-01"})
    right = client.post(address, words | {"email": expert.email})

    assert (wrong.status_code, past.status_code, right.status_code) == (422, 422, 302)
    assert "Nobody has an account with this address" in wrong.text
    assert Opinion.objects.get().expert == expert


def test_experts_are_reminded_once_at_their_term(opinion):
    too_early = opinions.remind_experts()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=5)):
        at_the_term = [opinions.remind_experts(), opinions.remind_experts()]

    assert (too_early, at_the_term) == (0, [1, 0])
    assert Message.objects.get(template="opinion_reminder").to_email == opinion.expert.email
