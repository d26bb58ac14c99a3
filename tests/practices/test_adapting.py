import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from practices import adapting, moderation, search
from practices.models import Adaptation, Descent, DescentStep, Practice, SearchRow
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    RevisionFactory,
    UserFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db


def lead_of(practice, language="en"):
    return MembershipFactory(member=practice.member, role="lead", user__language=language).user


def approve(revision):
    """Let a moderator approve it, which publishes it."""
    moderator = UserFactory(groups=["Moderators"])
    revision.state, revision.claimed_by = "in_review", moderator
    revision.claim_expires_at, revision.evidence_stated = timezone.now() + moderation.CLAIM, "described"
    revision.save()
    return moderation.perform("approve", revision, by=moderator, evidence="described")


def adapt(origin, *, place="Lille", **fields):
    """A practice that says it came from this one, approved and public; returns the Descent."""
    draft = RevisionFactory(practice__member=MemberFactory(name=place), title=f"The practice of {place}", **fields)
    Adaptation.objects.create(revision=draft, origin=origin, kept="The morning round")
    approve(draft)
    return Descent.objects.get(practice=draft.practice)


def test_the_origins_city_is_told_in_its_language_when_a_text_that_names_it_is_public():
    origin = published_practice(member=MemberFactory(name="Gent"))
    lead = lead_of(origin, language="fr")
    draft = RevisionFactory(practice__member__name="Lille")
    Adaptation.objects.create(revision=draft, origin=origin)
    assert not Message.objects.exists()

    approve(draft)

    message = Message.objects.get(template="adaptation_claimed")
    assert (message.to_email, message.language, message.case) == (lead.email, "fr", origin.code)
    assert "/fr/workspace/adaptations/#descent-" in message.text
    descent = Descent.objects.get()
    assert (descent.practice, descent.origin, descent.state) == (draft.practice, origin, "claimed")
    assert [step.name for step in descent.steps.all()] == ["claim"]


def test_a_text_that_waits_for_its_day_tells_nobody():
    origin = published_practice()
    lead_of(origin)
    draft = RevisionFactory(publish_not_before=timezone.localdate() + datetime.timedelta(days=3))
    Adaptation.objects.create(revision=draft, origin=origin)

    approve(draft)

    assert not Message.objects.filter(template="adaptation_claimed").exists()
    assert not Descent.objects.standing().exists()


def test_the_mail_goes_only_if_the_text_is_published():
    origin = published_practice()
    lead_of(origin)
    with transaction.atomic():
        adapt(origin)
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_confirmation_is_counted_and_told():
    origin = published_practice()
    search.index(origin)
    lead = lead_of(origin)
    descent = adapt(origin)
    author = lead_of(descent.practice)
    before = list(Adaptation.objects.counted())

    adapting.answer("confirm", descent, by=lead)

    assert before == []
    assert [claim.revision.practice for claim in Adaptation.objects.counted()] == [descent.practice]
    assert SearchRow.objects.get(practice=origin).adaptations == 1
    assert search.check() == ([], True)
    assert Message.objects.get(template="adaptation_confirmed").to_email == author.email
    step = descent.steps.last()
    assert (step.name, step.by, step.source, step.target) == ("confirm", lead, "claimed", "confirmed")


def test_a_dispute_needs_words_which_both_sides_read(client):
    origin = published_practice(member=MemberFactory(name="Gent"))
    lead = lead_of(origin)
    descent = adapt(origin)
    lead_of(descent.practice)

    with pytest.raises(ValidationError):
        adapting.answer("dispute", descent, by=lead)
    adapting.answer("dispute", descent, by=lead, words="They never asked us.")

    assert list(Adaptation.objects.counted()) == []
    assert "They never asked us." in Message.objects.get(template="adaptation_disputed").text
    for practice in (origin, descent.practice):
        page = client.get(practice.get_absolute_url()).content.decode()
        assert "Disputed" in page
        assert "They never asked us." in page
        assert "The morning round" in page


def test_an_answer_may_change_and_every_one_is_kept():
    origin = published_practice()
    lead = lead_of(origin)
    descent = adapt(origin)

    adapting.answer("dispute", descent, by=lead, words="No.")
    adapting.answer("confirm", descent, by=lead)
    adapting.answer("confirm", descent, by=lead)

    assert [step.target for step in descent.steps.all()] == ["claimed", "disputed", "confirmed"]
    assert [step.words for step in descent.steps.all()] == ["", "No.", ""]


def test_only_the_origins_city_answers_and_nobody_who_acts_for_both():
    origin = published_practice()
    descent = adapt(origin)
    both = lead_of(origin)
    MembershipFactory(user=both, member=descent.practice.member)

    for somebody in (lead_of(descent.practice), UserFactory(groups=["Moderators"]), both):
        with pytest.raises(PermissionDenied):
            adapting.answer("confirm", descent, by=somebody)

    assert [step.name for step in descent.steps.all()] == ["claim"]


def test_a_claim_without_an_answer_lapses_after_thirty_days_and_can_still_be_confirmed():
    origin = published_practice()
    lead = lead_of(origin)
    descent = adapt(origin)
    Descent.objects.update(asked_at=timezone.now() - datetime.timedelta(days=29, hours=23))
    early = adapting.lapse_overdue()
    Descent.objects.update(asked_at=timezone.now() - datetime.timedelta(days=30, hours=1))

    late = [adapting.lapse_overdue(), adapting.lapse_overdue()]
    descent.refresh_from_db()

    assert (early, late) == (0, [1, 0])
    assert descent.get_state_display() == "Not yet confirmed"
    assert Descent.objects.answerable_by(lead).waiting().get() == descent
    assert adapting.answer("confirm", descent, by=lead).state == "confirmed"
    assert [step.name for step in descent.steps.all()] == ["claim", "lapse", "confirm"]


def test_a_newer_text_keeps_the_answer_or_ends_the_claim():
    origin = published_practice()
    lead = lead_of(origin)
    descent = adapt(origin)
    adapting.answer("confirm", descent, by=lead)
    same = RevisionFactory(practice=descent.practice)
    Adaptation.objects.create(revision=same, origin=origin)

    approve(same)
    kept = Descent.objects.standing().get()
    approve(RevisionFactory(practice=descent.practice))

    assert kept.state == "confirmed"
    assert Message.objects.filter(template="adaptation_claimed").count() == 1
    assert not Descent.objects.standing().exists()
    assert Descent.objects.get().ended_at is not None


def test_nobody_is_asked_about_a_practice_of_the_same_city_or_one_that_was_retold():
    origin = published_practice()
    lead_of(origin)
    own = RevisionFactory(practice__member=origin.member)
    retold = RevisionFactory(practice__origin="retold")
    for draft in (own, retold):
        Adaptation.objects.create(revision=draft, origin=origin)
        approve(draft)

    assert not Message.objects.filter(template="adaptation_claimed").exists()
    assert [claim.revision for claim in Adaptation.objects.counted()] == [retold]


def test_the_database_refuses_a_circle():
    first, second, third = (published_practice() for _ in range(3))
    Descent.objects.create(practice=second, origin=first)
    Descent.objects.create(practice=third, origin=second)

    with pytest.raises(IntegrityError, match="descend from itself"), transaction.atomic():
        Descent.objects.create(practice=first, origin=third)
    with pytest.raises(IntegrityError), transaction.atomic():
        Descent.objects.create(practice=first, origin=first)

    assert Descent.objects.count() == 2


def test_a_claim_that_has_ended_is_in_nobodys_way_and_does_not_come_back_in_a_circle():
    first, second = published_practice(), published_practice()
    ended = Descent.objects.create(practice=second, origin=first, ended_at=timezone.now())

    Descent.objects.create(practice=first, origin=second)

    with pytest.raises(IntegrityError), transaction.atomic():
        Descent.objects.filter(pk=ended.pk).update(ended_at=None)


def test_a_moderator_hears_why_a_circle_cannot_be_approved():
    origin = published_practice(member=MemberFactory(name="Gent"))
    descent = adapt(origin)
    back = RevisionFactory(practice=origin)
    Adaptation.objects.create(revision=back, origin=descent.practice)

    with pytest.raises(ValidationError, match="came from this one"):
        approve(back)

    back.refresh_from_db()
    assert back.state == "in_review"


def test_history_of_an_answer_is_append_only():
    adapt(published_practice())

    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        DescentStep.objects.update(name="confirm")


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_that_would_close_a_circle_one_is_refused():
    first, second, third = (published_practice() for _ in range(3))
    Descent.objects.create(practice=second, origin=first)  # A → B
    both_begun = threading.Barrier(2, timeout=20)

    def claim(pair):
        try:
            with transaction.atomic():
                Practice.objects.get(pk=pair[0].pk)
                both_begun.wait()
                Descent.objects.create(practice=pair[0], origin=pair[1])
            return "laid down"
        except IntegrityError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(claim, [(third, second), (first, third)]))  # B → C and C → A

    assert answers == ["laid down", "refused"]


def test_a_withdrawn_origin_keeps_its_place_and_none_of_its_words(client):
    origin = published_practice(member=MemberFactory(name="Gent"), title="The title that was withdrawn")
    lead = lead_of(origin)
    descent = adapt(origin)
    adapting.answer("confirm", descent, by=lead)

    moderation.perform("withdraw", origin.public_revision, by=lead, reason="It has ended.")

    page = client.get(descent.practice.get_absolute_url()).content.decode()
    assert "Gent" in page
    assert "No longer in the library" in page
    assert "The title that was withdrawn" not in page
    assert [claim.revision.practice for claim in Adaptation.objects.counted()] == [descent.practice]


def test_a_withdrawn_adaptation_no_longer_waits_for_an_answer():
    origin = published_practice()
    lead = lead_of(origin)
    descent = adapt(origin)
    moderation.perform("withdraw", descent.practice.public_revision, by=lead_of(descent.practice), reason="It ended.")

    with pytest.raises(PermissionDenied):
        adapting.answer("confirm", descent, by=lead)

    assert not Descent.objects.answerable_by(lead).exists()


def test_the_most_adapted_stand_first_in_the_catalogue():
    often, once, claimed = published_practice(), published_practice(), published_practice()
    for practice in (often, once, claimed):
        search.index(practice)
        lead = lead_of(practice)
        for number in range({often: 2, once: 1}.get(practice, 3)):
            descent = adapt(practice, place=f"{practice} {number}")
            if practice != claimed:
                adapting.answer("confirm", descent, by=lead)

    assert search.find(sort="adapted").practices[:2] == [often, once]
    assert SearchRow.objects.get(practice=claimed).adaptations == 0
    assert search.check() == ([], True)


def test_a_city_answers_on_its_workspace(client):
    origin = published_practice()
    descent = adapt(origin, place="Lille")
    client.force_login(lead_of(origin))

    work = client.get(reverse("practices:workspace")).content.decode()
    page = client.get(reverse("practices:adaptations")).content.decode()
    wrong = client.post(reverse("practices:adaptation_answer", args=[descent.pk, "dispute"]), {"words": " "})
    right = client.post(reverse("practices:adaptation_answer", args=[descent.pk, "confirm"]))
    again = client.get(reverse("practices:workspace")).content.decode()

    assert "Lille says that it adapted" in work
    assert "The morning round" in page
    assert wrong.status_code == 422
    assert right.status_code == 302
    assert Descent.objects.get().is_confirmed
    assert "Lille says that it adapted" not in again


def test_answers_of_others_are_not_there(client):
    descent = adapt(published_practice())
    client.force_login(lead_of(descent.practice))

    response = client.post(reverse("practices:adaptation_answer", args=[descent.pk, "confirm"]))

    assert response.status_code == 404


# before a circle is sent


def send_adaptation(client, draft, origin):
    rows = {"adaptations-TOTAL_FORMS": 1, "adaptations-INITIAL_FORMS": 0, "adaptations-0-origin": origin.pk}
    address = f"{reverse('practices:update', args=[draft.practice_id])}?step=elsewhere"
    data = {"links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0, "adaptations-0-kept": "The morning round"}
    opened = client.get(address).context["opened"]
    return client.post(address, rows | data | {"opened": opened})


def test_the_form_says_at_the_field_that_an_origin_came_from_this_practice_by_two_steps(client, lead):
    first = published_practice(member=lead.member)
    second = adapt(first, place="Lille").practice
    third = adapt(second, place="Gent").practice
    draft = RevisionFactory(practice=first)
    client.force_login(lead)

    refused = send_adaptation(client, draft, third)

    assert refused.status_code == 422
    words = f"Gent’s practice {third.code} came from this one, so this one cannot have come from it."
    assert refused.context["formsets"][0].errors[0]["origin"] == [words]
    assert "The morning round" in refused.text
    assert not draft.adaptations.exists()
    assert send_adaptation(client, draft, published_practice()).status_code == 302


def test_a_circle_that_closed_after_it_was_written_is_told_before_it_is_sent(client, lead):
    first = published_practice(member=lead.member)
    second = published_practice(member=MemberFactory(name="Lille"))
    draft = RevisionFactory(practice=first, author=lead)
    Adaptation.objects.create(revision=draft, origin=second)
    Descent.objects.create(practice=second, origin=first)
    client.force_login(lead)

    answer = client.post(reverse("practices:step", args=[first.pk, "submit"]))

    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == (422, "draft")
    assert f"Lille’s practice {second.code} came from this one" in answer.text
