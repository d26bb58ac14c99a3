import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from practices import asking
from practices.models import Question
from tests.factories import MembershipFactory, QuestionFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db

TEXT = "How did you convince the night shift to take part?"


@pytest.fixture
def practice(lead):
    """A public practice whose city has a lead."""
    return published_practice(member=lead.member)


@pytest.fixture
def asker(coordinator):
    return coordinator


def ask(practice, asker, text=TEXT):
    return asking.ask(practice, text, by=asker, for_member=asker.member)


def test_a_question_reaches_the_city_without_an_address_or_its_words_in_the_mail(practice, asker, lead):
    question = ask(practice, asker)

    message = Message.objects.get(template="question_asked")
    assert (message.to_email, message.case) == (lead.email, practice.code)
    assert f"/en/workspace/questions/{question.pk}/" in message.text
    assert asker.email not in message.text + message.html
    assert TEXT not in message.text + message.html


def test_an_answer_reaches_whoever_asked(practice, asker, lead):
    question = ask(practice, asker)

    asking.perform("answer", question, by=lead, words="We paid the hours.")

    message = Message.objects.get(template="question_ended")
    question.refresh_from_db()
    assert (message.to_email, question.state, question.answered_by) == (asker.email, "answered", lead)
    assert lead.email not in message.text + message.html
    assert "We paid the hours." not in message.text + message.html


def test_an_answer_to_somebody_who_has_left_goes_to_their_lead(practice, asker, lead):
    question = ask(practice, asker)
    asker.memberships.update(ended_at=timezone.now())
    successor = MembershipFactory(member=asker.member, role="lead").user

    asking.perform("answer", question, by=lead, words="We paid the hours.")

    assert Message.objects.get(template="question_ended").to_email == successor.email


def test_pages_show_no_address_of_the_other_side(client, practice, asker, lead):
    question = ask(practice, asker)
    asking.perform("answer", question, by=lead, words="We paid the hours.")
    pages = {}
    for person in (asker, lead):
        client.force_login(person)
        pages[person] = client.get(reverse("practices:question", args=[question.pk])).text

    assert lead.email not in pages[asker]
    assert asker.email not in pages[lead]
    assert "We paid the hours." in pages[asker]


def test_nobody_else_sees_a_question_until_it_is_shared(client, practice, asker, lead):
    question = ask(practice, asker)
    other = MembershipFactory().user
    moderator = UserFactory(groups=["Moderators"])

    for person in (other, moderator):
        client.force_login(person)
        assert client.get(reverse("practices:question", args=[question.pk])).status_code == 404
    client.force_login(other)
    assert TEXT not in client.get(reverse("practices:ask", args=[practice.slug])).text


def test_an_answered_question_is_shared_once_both_sides_agree_and_no_longer_when_one_does_not(
    client, practice, asker, lead
):
    question = ask(practice, asker)
    asking.perform("answer", question, by=lead, words="We paid the hours.")
    client.force_login(MembershipFactory().user)
    page = reverse("practices:ask", args=[practice.slug])

    asking.share(question, by=lead)
    one_side = client.get(page).text
    asking.share(question, by=asker)
    both_sides = client.get(page).text
    public = client.__class__().get(practice.get_absolute_url()).text
    asking.share(question, by=asker, agrees=False)
    again_one = client.get(page).text

    assert "We paid the hours." not in one_side
    assert "We paid the hours." in both_sides
    assert asker.name not in both_sides
    assert "We paid the hours." not in public
    assert "We paid the hours." not in again_one


def test_a_city_is_reminded_once_after_ten_days(practice, asker, lead):
    question = ask(practice, asker)
    early = asking.remind()
    Question.objects.update(asked_at=question.asked_at - datetime.timedelta(days=10, minutes=1))

    assert (early, asking.remind(), asking.remind()) == (0, 1, 0)
    assert Message.objects.get(template="question_reminder").to_email == lead.email


def test_what_is_answered_needs_no_reminder(practice, asker, lead):
    question = ask(practice, asker)
    asking.perform("answer", question, by=lead, words="We paid the hours.")
    Question.objects.update(asked_at=question.asked_at - datetime.timedelta(days=11))

    assert asking.remind() == 0


def test_one_waits_for_one_answer_about_a_practice_and_asks_five_questions_a_day(practice, asker, lead):
    ask(practice, asker)
    with pytest.raises(ValidationError, match="still waits"):
        ask(practice, asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionFactory(practice=practice, asked_by=asker, asking_member=asker.member)
    for _ in range(4):
        ask(published_practice(member=lead.member), asker)

    with pytest.raises(ValidationError, match="five questions"):
        ask(published_practice(member=lead.member), asker)

    assert Question.objects.count() == 5


def test_a_reported_question_is_the_secretariats_and_abuse_silences_its_author(practice, asker, lead):
    question = ask(practice, asker)
    moderator = UserFactory(groups=["Moderators"])

    asking.perform("report", question, by=lead, words="Advertising.")
    with pytest.raises(PermissionDenied):
        asking.perform("answer", question, by=lead, words="Too late.")
    asking.perform("uphold", question, by=moderator)

    with pytest.raises(ValidationError, match="secretariat"):
        ask(published_practice(member=lead.member), asker)
    Question.objects.update(ended_at=timezone.now() - datetime.timedelta(days=91))
    assert ask(published_practice(member=lead.member), asker).is_open


def test_a_dismissed_report_opens_the_question_again(practice, asker, lead):
    question = ask(practice, asker)
    asking.perform("report", question, by=lead, words="Advertising.")

    asking.perform("dismiss", question, by=UserFactory(groups=["Moderators"]))

    assert asking.available(question.__class__.objects.get(), lead) == {"answer", "close", "report"}


def test_each_side_takes_its_own_steps_only(practice, asker, lead):
    question = ask(practice, asker)
    both = UserFactory(groups=["Moderators"])
    MembershipFactory(user=both, member=asker.member)
    asking.perform("report", question, by=lead, words="Advertising.")

    taken = {}
    for person in (asker, lead, both, UserFactory()):
        for name in asking.STEPS:
            try:
                asking.perform(name, question, by=person, words="Words.")
                taken[person] = name
            except PermissionDenied:
                pass

    assert taken == {}


def test_nobody_asks_their_own_city_a_place_without_people_or_for_a_city_not_theirs(practice, asker, lead):
    retold = published_practice(member=lead.member, origin="retold")
    deserted = published_practice()

    for about, by, for_member in (
        (practice, lead, lead.member),
        (retold, asker, asker.member),
        (deserted, asker, asker.member),
        (practice, asker, lead.member),
    ):
        with pytest.raises(PermissionDenied):
            asking.ask(about, TEXT, by=by, for_member=for_member)

    assert not Question.objects.exists()


def test_a_question_is_asked_and_answered_on_the_site(client, practice, asker, lead):
    client.force_login(asker)
    short = client.post(reverse("practices:ask", args=[practice.slug]), {"text": "Why?"})
    client.post(reverse("practices:ask", args=[practice.slug]), {"text": TEXT})
    question = Question.objects.get()
    client.force_login(lead)
    work = client.get(reverse("practices:workspace")).text
    empty = client.post(reverse("practices:question_step", args=[question.pk, "answer"]), {"words": ""})
    client.post(reverse("practices:question_step", args=[question.pk, "answer"]), {"words": "We paid the hours."})

    assert "at least 20" in short.text
    assert f"{asker.member} has a question" in work
    assert empty.status_code == 422
    assert Question.objects.get().answer == "We paid the hours."


def test_the_list_of_questions_costs_the_same_whatever_its_length(client, practice, asker, lead):
    client.force_login(lead)
    counts = []
    for number in (1, 10):
        for _ in range(number):
            QuestionFactory(practice=practice)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("practices:questions"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


# history, and what is shared


def test_each_step_of_a_question_has_its_line_and_its_reason(practice, asker, lead, moderator):
    question = ask(practice, asker)

    asking.perform("report", question, by=lead, words="It names a pupil.")
    asking.perform("dismiss", question, by=moderator)
    asking.perform("answer", question, by=lead, words="We paid the hours.")
    asking.share(question, by=lead)
    asking.share(question, by=lead, agrees=False)

    assert list(question.steps.values_list("name", "by", "target", "words")) == [
        ("ask", asker.pk, "open", ""),
        ("report", lead.pk, "reported", "It names a pupil."),
        ("dismiss", moderator.pk, "open", ""),
        ("answer", lead.pk, "answered", ""),
        ("share", lead.pk, "answered", ""),
        ("unshare", lead.pk, "answered", ""),
    ]


def test_the_history_of_a_question_is_never_changed(practice, asker):
    step = ask(practice, asker).steps.get()

    for deed in (step.delete, step.save):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_both_sides_read_the_history_without_the_names_of_people(client, practice, asker, lead):
    question = ask(practice, asker)
    asking.perform("close", question, by=lead, words="We were not there.")
    client.force_login(asker)

    page = client.get(reverse("practices:question", args=[question.pk])).text

    assert page.index("Asked</b>") < page.index("Closed without an answer</b>")
    assert lead.name not in page


def test_what_is_shared_stands_in_the_workspace_of_other_members_and_of_nobody_else(client, practice, asker, lead):
    question = ask(practice, asker)
    asking.perform("answer", question, by=lead, words="We paid the hours.")
    asking.share(question, by=lead)
    asking.share(question, by=asker)
    member, outsider = MembershipFactory().user, UserFactory()

    pages = {}
    for person in (member, outsider, lead):
        client.force_login(person)
        pages[person] = client.get(reverse("practices:questions"))

    assert [list(page.context["shared"]) for page in pages.values()] == [[question], [], []]
    assert "We paid the hours." in pages[member].text
    assert all(words not in pages[member].text for words in (asker.name, asker.email, lead.name, lead.email))
