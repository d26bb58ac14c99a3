"""Fixtures that every test may use."""

import time

import pytest
from django.test import Client
from django.utils import translation

from tests import factories


class SignedInClient(Client):
    """`force_login` signs in as a person does: with the second factor, where the account has one."""

    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        if user.authenticator_set.exists():
            session = self.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()


@pytest.fixture
def client():
    return SignedInClient()


@pytest.fixture
def coordinator():
    """A coordinator of a member, the member at `coordinator.member`."""
    membership = factories.MembershipFactory()
    membership.user.member = membership.member
    return membership.user


@pytest.fixture
def moderator():
    return factories.UserFactory(groups=["Moderators"], is_staff=True)


@pytest.fixture
def lead():
    """A lead of a member, the member at `lead.member`."""
    membership = factories.MembershipFactory(role="lead")
    membership.user.member = membership.member
    return membership.user


@pytest.fixture
def administrator():
    return factories.UserFactory(groups=["Administrators"], is_staff=True)


@pytest.fixture(autouse=True)
def _english():
    """A request in another language leaves that language active; each test begins in English."""
    translation.activate("en")
