"""What a session of the secretariat must have before it sees anything."""

from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

ALWAYS_OPEN = {"account_logout", "account_reauthenticate", "healthz", "readyz"}


def staff_need_two_factors(get_response):
    """Who works for the secretariat sees nothing but the second factor's pages until the session has passed it.

    Nothing is remembered: a factor that is removed closes the site again with the next request.
    """

    def middleware(request):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:  # visitors: leave the session untouched
            return get_response(request)
        page = _page_to_pass(request)
        if page is None or _is_always_open(request.path_info):
            return get_response(request)
        if request.method not in ("GET", "HEAD") or "HX-Request" in request.headers:
            raise PermissionDenied
        return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")

    return middleware


def _page_to_pass(request):
    """The name of the page that stands between this session and the site, or None."""
    user = request.user
    if not user.is_authenticated or not works_for_secretariat(user):
        return None
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return "mfa_activate_totp"
    if not any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return "mfa_reauthenticate"  # signed in by password alone, before the factor was set up
    return None


def works_for_secretariat(user):
    """Every group is a role of the secretariat; the flags alone would trust whoever set them."""
    return user.is_staff or user.is_superuser or user.groups.exists()


def _is_always_open(path):
    try:
        name = resolve(path).view_name
    except Resolver404:
        return False
    return name in ALWAYS_OPEN or name.startswith("mfa_")
