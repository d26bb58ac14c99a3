"""Words that could not be taken in. Whatever refuses a form, what somebody typed in it comes back to them.

A form with a mistake is shown again by its own view. This module is for what no view can show again:

    the step is not open any more   ──▶  give_back(): the reason, and the words
    the page is closed or gone      ──▶  the error page shows them
    the form's token is stale       ──▶  the error page offers to send the same form again
    its writer was signed out       ──▶  it waits in the session until they are back: UnsentView
"""

from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from coalition import limits

KEPT = "unsent"  # in the session
MOST, AN_HOUR = 200_000, 60  # characters; forms of one network
FEWEST = 20  # characters: what is shorter and has no space in it was chosen, not written
HAVE_WORDS = (403, 404, 410)


def give_back(request, why, form):
    """Say why nothing was done, and with it what was written in the form that was sent."""
    fields = [field for field in form if form.is_bound and isinstance(field.field, forms.CharField)]
    words = "\n".join(filter(None, (str(field.value() or "") for field in fields)))
    messages.warning(request, f"{why} {_('This is what you wrote:')}\n{words}" if words else why)


def is_ours(request):
    """Whether a page of ours sent it: the browser itself says so. No other site gets its words shown here."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def sent(data):
    """What a form sent, as (name, value), to be sent once more; nothing where there is a password in it."""
    if any("password" in name for name in data):
        return []
    return [(name, value) for name, values in data.lists() for value in values if name != "csrfmiddlewaretoken"]


def words(data):
    """The parts of it that somebody wrote."""
    return [value for _name, value in sent(data) if len(value) > FEWEST or " " in value.strip()]


def as_form(data, address, request):
    """What the template `unsent_form.html` shows, so that the form can be sent once more."""
    return {"address": address, "sent": sent(data), "words": words(data), "csrf_token": get_token(request)}


# signed out while writing


def keep(request, address):
    """Keep what was sent in the visitor's session for whoever signs in there. Says whether it is kept."""
    text = request.POST.urlencode()
    is_kept = len(text) <= MOST and limits.allow(f"unsent:ip:{limits.visitors_address(request)}", AN_HOUR, 3600)
    if is_kept:
        request.session[KEPT] = {"address": address, "text": text}
        messages.info(request, _("You had been signed out. Sign in, and you find what you wrote as you left it."))
    return is_kept


def kept(request, address=None):
    """What waits, as it was sent; with an address, only what was sent there. None where nothing does."""
    waiting = request.session.get(KEPT)
    return QueryDict(waiting["text"]) if waiting and address in (None, waiting["address"]) else None


def forget(request):
    request.session.pop(KEPT, None)


def keep_words(get_response):
    """Middleware: a form that is refused without its view having a say is not lost."""

    def middleware(request):
        response = get_response(request)
        if request.method != "POST" or not request.POST:
            return response
        if leads_to_sign_in(response):
            return wait_for_writer(request, response)
        if response.status_code in HAVE_WORDS and not hasattr(response, "has_words") and is_ours(request):
            response.content = render_to_string(f"{response.status_code}.html", {"words": words(request.POST)})
        elif response.status_code < 400 and kept(request, request.get_full_path()) is not None:
            forget(request)
        return response

    return middleware


def leads_to_sign_in(response):
    return response.status_code == 302 and urlsplit(response.url).path == reverse(settings.LOGIN_URL)


def wait_for_writer(request, response):
    """Keep the form, unless its view has done so, and lead from the sign-in to where it can be sent."""
    if kept(request, request.get_full_path()) == request.POST or not sent(request.POST):
        return response
    if not keep(request, request.get_full_path()):
        return response
    return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': reverse('unsent')})}")


class UnsentView(LoginRequiredMixin, TemplateView):
    """What somebody sent after they had been signed out: read it again, then send it or throw it away."""

    template_name = "unsent.html"

    def get_context_data(self, **kwargs):
        data = kept(self.request)
        address = self.request.session.get(KEPT, {}).get("address")
        return super().get_context_data(form=data and as_form(data, address, self.request), **kwargs)

    def post(self, request):
        """Throw it away."""
        forget(request)
        return redirect("practices:workspace")
