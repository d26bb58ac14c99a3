"""Pages of a demo site: who may sign in with what, and the mail that it would have sent."""

import time
from functools import wraps

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from coalition.models import Message
from members.demo import ACCOUNTS

CODE_LASTS = 30  # seconds, as authenticator apps have it


def on_demo_sites(view):
    """The page exists on demo sites only."""

    @wraps(view)
    @require_safe
    @never_cache
    def wrapped(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@on_demo_sites
def accounts(request):
    """Everybody who may sign in, with password and the codes of this half minute and the next."""
    totp = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__is_demo=True).select_related("user")
    secrets = {authenticator.user.email: decrypt(authenticator.data["secret"]) for authenticator in totp}
    now = int(time.time())
    people = [
        {"account": account, "codes": codes(secrets[account.email], now) if account.email in secrets else []}
        for account in ACCOUNTS
    ]
    return render(request, "demo/accounts.html", {"people": people, "seconds_left": CODE_LASTS - now % CODE_LASTS})


def codes(secret, now):
    """The code an authenticator app shows now, and the one after it."""
    return [format_hotp_value(hotp_value(secret, now // CODE_LASTS + step)) for step in (0, 1)]


@on_demo_sites
def mails(request):
    """Every mail that the site has written, the newest first."""
    page = Paginator(Message.objects.defer("text", "html"), 50).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page_obj": page})


@csp_update({"frame-src": [SELF]})
@on_demo_sites
def mail(request, pk):
    return render(request, "demo/mail.html", {"message": get_object_or_404(Message, pk=pk)})


@xframe_options_sameorigin
@csp_replace({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF], "base-uri": [NONE]})
@on_demo_sites
def mail_html(request, pk):
    """The HTML part as a mailbox shows it, for the frame of `mail`; its links lead the whole window."""
    html = get_object_or_404(Message, pk=pk).html
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
