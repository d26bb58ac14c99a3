"""Who may sign in, and how accounts begin: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


class Backend(AuthenticationBackend):
    """Signs in by e-mail. Demo accounts have public passwords, so they are let in on demo sites only."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Nobody registers by themselves: a lead or the secretariat invites."""
        return False
