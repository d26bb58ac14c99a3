import pytest

from coalition import limits
from tests.factories import published_practice

pytestmark = pytest.mark.django_db


def test_the_third_try_is_one_too_many():
    tries = [limits.allow("sign:203.0.113.9", limit=2, window=60) for _ in range(3)]

    assert tries == [True, True, False]


def test_a_published_practice_can_be_made():
    assert published_practice().public_revision.state == "public"


def test_a_moderator_may_review(moderator):
    assert moderator.has_perm("practices.moderate")
