"""Fixtures that every test may use."""

import pytest

from tests import factories


@pytest.fixture
def coordinator():
    """A coordinator of a member, the member at `coordinator.member`."""
    membership = factories.MembershipFactory()
    membership.user.member = membership.member
    return membership.user


@pytest.fixture
def moderator():
    return factories.UserFactory(groups=["Moderators"], is_staff=True)
