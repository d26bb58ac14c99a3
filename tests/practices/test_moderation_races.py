"""Two people at once: threads with connections of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from practices import moderation
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
