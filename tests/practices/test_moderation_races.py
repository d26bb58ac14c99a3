"""Two people at once: threads with connections of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from practices import moderation, reviewing
from practices.models import Practice, Step
from tests.factories import RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_approvals_at_once_publish_one_text_once():
    moderator = UserFactory(groups=["Moderators"])
    revision = RevisionFactory(
        state="in_review",
        claimed_by=moderator,
        claim_expires_at=timezone.now() + moderation.CLAIM,
        evidence_stated="described",
    )

    def approve(_):
        try:
            moderation.perform("approve", revision, by=moderator, evidence="described")
        except moderation.NotNow:
            return "too late"
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(approve, range(50)))

    assert answers.count("approved") == 1
    assert answers.count("too late") == 49
    assert list(Step.objects.values_list("name", flat=True)) == ["approve", "publish"]
    assert Practice.objects.published().count() == 1


def test_moderators_who_take_the_next_one_at_once_get_a_text_each():
    moderators = [UserFactory(groups=["Moderators"]) for _ in range(6)]
    texts = [RevisionFactory(state="submitted", submitted_at=timezone.now()) for _ in range(5)]

    def take(moderator):
        try:
            return reviewing.take_next(moderator)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, moderators))

    assert sorted(text.pk for text in taken if text) == sorted(text.pk for text in texts)
    assert taken.count(None) == 1
    assert Step.objects.filter(name="claim").count() == len(texts)


def test_who_edits_while_another_approves_is_told_and_nothing_is_overwritten(client):
    """A moderator's edit form that was open while a colleague approved the text from another window."""
    moderator = UserFactory(groups=["Moderators"], is_staff=True)
    revision = RevisionFactory(
        state="in_review",
        claimed_by=moderator,
        claim_expires_at=timezone.now() + moderation.CLAIM,
        evidence_stated="described",
    )
    title = revision.title

    def approve():
        try:
            return moderation.perform("approve", revision, by=moderator, evidence="described")
        finally:
            connection.close()

    def edit():
        try:
            return reviewing.edit(revision, field="title", text="Another title altogether", by=moderator)
        except moderation.NotNow:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        approval, change = pool.submit(approve), pool.submit(edit)
        approved, edited = approval.result(), change.result()

    public = Practice.objects.published().get().public_revision
    assert approved.state == "public"
    assert public.title == (title if edited == "too late" else "Another title altogether")
    with pytest.raises(moderation.NotNow):
        reviewing.edit(revision, field="title", text="One more title", by=moderator)
