"""Light or dark: the reader's own choice, kept in a cookie that says nothing else, so that it holds without script."""

from django import forms
from django.conf import settings
from django.db import models
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "appearance"
ONE_YEAR = 365 * 24 * 3600


class Appearance(models.TextChoices):
    DEVICE = "device", _("As on your device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class AppearanceForm(forms.Form):
    appearance = forms.ChoiceField(choices=Appearance.choices)


@csrf_exempt  # whoever forges it changes a colour; a token would set a second cookie on every public page
@require_POST
def choose(request):
    """Keep what was chosen and go back to the page; what is no choice of ours changes nothing."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else resolve_url("home"))
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return response
    if form.cleaned_data["appearance"] == Appearance.DEVICE:
        response.delete_cookie(COOKIE)
    else:
        options = {"max_age": ONE_YEAR, "httponly": True, "samesite": "Lax", "secure": not settings.LOCAL}
        response.set_cookie(COOKIE, form.cleaned_data["appearance"], **options)
    return response


def chosen(request):
    """What this reader chose, or as on their device."""
    choice = request.COOKIES.get(COOKIE)
    return Appearance(choice) if choice in Appearance.values else Appearance.DEVICE
