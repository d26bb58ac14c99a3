"""Who may sign in, how accounts begin (by invitation only), and how the mails about signing in are sent."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context as allauth_context
from django.conf import settings
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition import mail
from members.models import User


class Backend(AuthenticationBackend):
    """Signs in by e-mail. Demo accounts have public passwords, so they are let in on demo sites only."""

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()  # allauth would let a refused account go on; here it is a wrong password
        return user

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's way into the site: nobody signs up, and its mails are queued like all others."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This address and this password do not belong together. Check both, or set a new password."
        ),
        "too_many_login_attempts": _("There were too many tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """`next` leads to this very host only; allauth would break on an address like `http://[`."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={allauth_context.request.get_host()})

    def send_mail(self, template_prefix, email, context):
        """Queue allauth's mail `account/email/password_reset_key` as our `emails/account_password_reset_key.txt`.

        Addresses in it are those of SITE_URL, never of the request's Host header, and in the reader's language.
        """
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = user.language if user else get_language()
        words = {
            "user": user,
            "email": email,
            "address": self._address(context, language),
            "from_email": context.get("from_email"),
            "to_email": context.get("to_email"),
            "at": context.get("timestamp"),
        }
        to = mail.Person(email, user.name if user else "", language)
        mail.send(template_prefix.replace("/email/", "_"), to, words)

    @staticmethod
    def _address(context, language):
        url = context.get("password_reset_url") or context.get("activate_url") or ""
        return settings.SITE_URL + translate_url(urlsplit(url).path, language) if url else ""
