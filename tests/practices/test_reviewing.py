"""The moderators' desk beside the steps themselves: whose a text is, threads, edits, notes, corrections, spam."""

import datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from practices import moderation, reviewing, writing
from practices.forms.review import CHECKS
from practices.models import Edit, Practice, Reply, Revision
from tests.factories import MembershipFactory, RevisionFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    return UserFactory(groups=["Moderators"], is_staff=True)


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def waiting():
    writer = MembershipFactory()
    revision = RevisionFactory(practice__member=writer.member, author=writer.user)
    return moderation.perform("submit", revision, by=writer.user)


@pytest.fixture
def in_review(waiting, moderator):
    return moderation.perform("claim", waiting, by=moderator)


def at(name, revision, *arguments):
    return reverse(f"practices:{name}", args=[revision.practice_id, *arguments])


def queue(client, query=""):
    return list(client.get(reverse("practices:queue") + query).context["object_list"])


def waits(days, **fields):
    return RevisionFactory(state="submitted", submitted_at=timezone.now() - datetime.timedelta(days=days), **fields)


# whose a text is


def test_a_text_is_given_to_a_colleague_and_found_under_whose_it_is(desk, waiting, moderator, colleague):
    nobodys = waits(1)

    desk.post(at("assign", waiting), {"to": colleague.pk})

    assert queue(desk, "?who=others") == [waiting]
    assert queue(desk, "?who=nobody") == [nobodys]
    desk.force_login(colleague)
    assert queue(desk, "?who=me") == [waiting]
    page = desk.get(at("review", waiting)).text
    assert f"Given to {colleague}" in page  # a note, for moderators
    assert not Message.objects.filter(text__contains=colleague.name, to_email=waiting.author.email).exists()


def test_a_text_is_not_given_to_somebody_with_a_part_in_it(desk, waiting, colleague):
    MembershipFactory(user=colleague, member=waiting.practice.member)

    desk.post(at("assign", waiting), {"to": colleague.pk})

    waiting.refresh_from_db()
    assert waiting.assigned_to is None


def test_the_next_one_is_the_longest_wait_that_is_nobody_elses(desk, moderator, colleague):
    given_away, own, held, longest, later = waits(9), waits(8, author=moderator), waits(7), waits(6), waits(5)
    reviewing.assign(given_away, to=colleague, by=colleague)
    moderation.perform("claim", held, by=colleague)

    answers = [desk.post(reverse("practices:take_next")).url for _ in range(3)]

    assert answers == [at("review", longest), at("review", later), reverse("practices:queue")]
    assert set(Revision.objects.filter(claimed_by=moderator)) == {longest, later}
    own.refresh_from_db()
    assert own.state == "submitted"


# threads


def sent_back(revision, moderator):
    remark = moderation.remark(revision, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", revision, by=moderator)
    remark.refresh_from_db()
    return remark


def test_an_answer_to_a_remark_hangs_on_it_for_both_sides(desk, in_review, moderator):
    remark, author = sent_back(in_review, moderator), in_review.author
    desk.force_login(author)
    address = reverse("practices:remark_reply", args=[remark.pk])

    desk.post(address, {"text": "By the county's."})
    desk.post(address, {"text": "By the county's."})
    moderation.perform("resubmit", in_review, by=author)
    moderation.perform("claim", in_review, by=moderator)
    desk.force_login(moderator)
    review = desk.get(at("review", in_review)).text
    desk.post(address, {"text": "Thank you."})
    desk.force_login(author)
    before = desk.get(at("status", in_review)).text
    moderation.perform("refuse", in_review, by=moderator, reason="Not ours.", reason_code="scope")
    after = desk.get(at("status", in_review)).text

    assert list(remark.replies.values_list("text", "is_from_city")) == [
        ("By the county's.", True),
        ("Thank you.", False),
    ]
    assert "By the county&#x27;s." in review
    assert ("Thank you." in before, "Thank you." in after) == (False, True)
    assert moderator.name not in after


def test_a_reply_out_of_turn_is_not_lost_in_silence(desk, in_review, moderator):
    remark = sent_back(in_review, moderator)

    answer = desk.post(reverse("practices:remark_reply", args=[remark.pk]), {"text": "One more thing."}, follow=True)

    assert "One more thing." in answer.text
    assert not Reply.objects.exists()


def test_remarks_that_were_not_sent_cannot_be_replied_to_by_their_city(client, in_review, moderator):
    remark = moderation.remark(in_review, field="results", text="By whose count?", by=moderator)
    client.force_login(in_review.author)

    assert client.post(reverse("practices:remark_reply", args=[remark.pk]), {"text": "?"}).status_code == 404


# comparing


def test_a_moderator_chooses_what_a_text_is_compared_with(desk, moderator):
    writer = MembershipFactory()
    practice = published_practice(member=writer.member, author=writer.user, staff="Two people")
    draft = writing.revise(practice, by=writer.user)
    draft.staff = "Three people"
    draft.save()
    moderation.perform("submit", draft, by=writer.user)
    moderation.perform("claim", draft, by=moderator)
    sent_back(draft, moderator)
    draft.refresh_from_db()
    draft.staff = "Four people"
    draft.save()
    moderation.perform("resubmit", draft, by=writer.user)

    read = desk.get(at("review", draft)).text
    public = desk.get(at("review", draft), {"against": "public"}).text
    nonsense = desk.get(at("review", draft), {"against": "nonsense"}).text

    assert "<del>Three </del><ins>Four </ins>" in read
    assert "<del>Two </del><ins>Four </ins>" in public
    assert "<del>Three </del><ins>Four </ins>" in nonsense


def test_earlier_decisions_are_shown_with_their_reasons(desk, in_review, moderator, colleague):
    moderation.perform("refuse", in_review, by=moderator, reason="The numbers cannot be followed.", reason_code="other")
    moderation.perform("reopen", in_review, by=colleague)

    page = desk.get(at("review", in_review))

    assert [step.name for step in page.context["decisions"]] == ["reopen", "refuse"]
    assert "The numbers cannot be followed." in page.text


# the checklist


def test_ticks_are_kept_while_the_text_is_read_and_with_the_decision(desk, in_review, moderator):
    desk.post(at("checks", in_review), {"checks": ["minors", "sites"]})

    form = {name: form for name, _step, form in desk.get(at("review", in_review)).context["actions"]}["approve"]
    everything = [code for code, _label in CHECKS]
    desk.post(at("step", in_review, "approve"), {"evidence": "described", "checks": everything})

    assert form.initial["checks"] == ["minors", "sites"]
    in_review.refresh_from_db()
    assert (in_review.state, in_review.checks) == ("public", everything)


def test_a_text_that_comes_back_is_checked_anew(in_review, moderator):
    reviewing.keep_checks(in_review, ["minors"], by=moderator)
    sent_back(in_review, moderator)

    assert moderation.perform("resubmit", in_review, by=in_review.author).checks == []


# edits by a moderator


def test_what_a_moderator_puts_right_is_shown_to_its_author_before_and_after(desk, in_review, moderator):
    right = in_review.results.replace("parcels", "packets")

    desk.post(at("edit", in_review, "results"), {"results": right, "reason": "One word for one thing."})
    desk.force_login(in_review.author)
    before = desk.get(at("status", in_review)).text
    moderation.perform("approve", in_review, by=moderator, evidence="described", evidence_reason="Read.")
    after = desk.get(at("status", in_review)).text

    assert "<ins>packets" not in before
    assert "<del>parcels, </del><ins>packets, </ins>" in after
    assert "One word for one thing." in after
    assert moderator.name not in after
    assert "put words right" in Message.objects.get(template="practice_published").text
    assert Practice.objects.published().get().public_revision.results == right.strip()
    assert [step.name for step in in_review.steps.all()] == ["submit", "claim", "edit", "approve", "publish"]


def test_only_the_holder_edits_and_only_words(desk, waiting, in_review, moderator, colleague):
    desk.force_login(colleague)
    answer = desk.post(at("edit", in_review, "results"), {"results": "Other words"})
    desk.force_login(moderator)
    unknown = [desk.get(at("edit", in_review, field)).status_code for field in ("note", "state", "themes", "nothing")]

    assert answer.url == at("review", in_review)
    assert unknown == [404] * 4
    assert not Edit.objects.exists()


def test_an_edit_that_changes_nothing_is_none(in_review, moderator):
    assert reviewing.edit(in_review, field="title", text=in_review.title, by=moderator) is None
    assert not in_review.steps.filter(name="edit").exists()


def test_a_writer_who_had_the_text_open_is_told(in_review, moderator):
    opened = writing.traces(in_review, ["title"])
    form = SimpleNamespace(save=lambda: Revision.objects.update(title="What the writer typed meanwhile"))

    reviewing.edit(in_review, field="title", text="What the moderator put right", by=moderator)
    sent_back(in_review, moderator)
    with pytest.raises(writing.Overtaken):
        writing.save([form], revision=in_review, by=in_review.author, opened=opened)

    assert Revision.objects.get().title == "What the moderator put right"


# corrections


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"public_contact": "other@example.org"}, True),
        ({"staff": "Two people in many schools"}, True),
        ({"staff": "Two people in few schools"}, False),
        ({"staff": "2 people in manny schools"}, False),
        ({"staff": "Two people in manny schools and homes"}, False),
        ({"public_contact": "other@example.org", "stage": "ended"}, False),
        ({}, False),
    ],
)
def test_a_correction_is_contact_and_typing_errors_and_nothing_else(change, expected):
    writer = MembershipFactory()
    practice = published_practice(member=writer.member, author=writer.user, staff="Two people in manny schools")
    draft = writing.revise(practice, by=writer.user)
    for name, value in change.items():
        setattr(draft, name, value)
    draft.save()

    assert moderation.perform("submit", draft, by=writer.user).is_correction is expected


def test_a_correction_is_approved_with_one_button_and_logged(desk, moderator):
    writer = MembershipFactory()
    practice = published_practice(
        member=writer.member, author=writer.user, evidence_checked="measured", evidence_reason="Counted by the county."
    )
    draft = writing.revise(practice, by=writer.user)
    draft.public_contact = "new@example.org"
    draft.save()
    moderation.perform("submit", draft, by=writer.user)

    listed = queue(desk, "?corrections=on")
    desk.post(at("step", draft, "claim"))
    desk.post(at("step", draft, "approve"))

    public = Practice.objects.published().get().public_revision
    assert listed == [draft]
    assert public.public_contact == "new@example.org"
    assert (public.evidence_checked, public.evidence_reason) == ("measured", "Counted by the county.")
    assert [step.name for step in public.steps.all()] == ["submit", "claim", "approve", "publish"]


def test_an_ordinary_text_is_not_approved_without_its_form(desk, in_review):
    assert desk.post(at("step", in_review, "approve")).status_code == 422


# spam


def test_spam_is_marked_for_several_texts_at_once_and_nothing_else_is(desk, in_review, moderator):
    ticked = [waits(1), waits(2), waits(3, author=moderator), in_review]
    left = waits(4)

    answer = desk.post(reverse("practices:spam"), {"text": [text.pk for text in ticked] + ["x"]}, follow=True)

    states = dict(Revision.objects.values_list("pk", "state"))
    assert [states[text.pk] for text in [*ticked, left]] == ["spam", "spam", "submitted", "in_review", "submitted"]
    assert [list(text.steps.values_list("name", "by")) for text in ticked[:2]] == [[("spam", moderator.pk)]] * 2
    assert "2 texts are marked as spam." in answer.text
    assert "2 texts were left as they are" in answer.text


# among moderators


def test_a_moderator_with_a_part_in_a_text_sees_what_its_city_sees(desk, in_review, moderator, colleague):
    moderation.remark(in_review, field="title", text="An unsent remark", by=moderator)
    reviewing.note(in_review.practice, text="An internal note", by=moderator)
    MembershipFactory(user=colleague, member=in_review.practice.member)
    desk.force_login(colleague)

    page = desk.get(at("review", in_review)).text
    answer = desk.post(at("note_add", in_review), {"text": "Mine"})

    assert "An unsent remark" not in page
    assert "An internal note" not in page
    assert answer.status_code == 404


def test_notes_are_read_by_moderators(desk, in_review, colleague):
    desk.post(at("note_add", in_review), {"text": "Call the city."})
    empty = desk.post(at("note_add", in_review), {"text": ""})
    desk.force_login(colleague)

    assert "Call the city." in desk.get(at("review", in_review)).text
    assert empty.status_code == 422


def test_moderators_read_what_became_of_each_mail(desk, in_review):
    Message.objects.filter(kind="").update(dead_at=timezone.now(), error="SMTPRecipientsRefused: no such box")

    page = desk.get(at("review", in_review)).text

    assert "Not delivered" in page
    assert "no such box" in page
    assert "Kept for a digest" in page  # the mail to moderators themselves
