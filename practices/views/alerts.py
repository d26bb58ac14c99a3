"""Following the catalogue by e-mail, and practices of places like one's own."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import View

from coalition import limits
from practices import alerts, likeness
from practices.filters import CatalogueFilter
from practices.forms.following import AlertForm, MyPlaceForm
from practices.models import Alert

HOUR = 3600
ASKED_AN_HOUR = 10  # by one address of the net, or for one mailbox


class AlertCreateView(View):
    """Ask to be told of new practices that answer the question in the address."""

    def get(self, request):
        return self.answer(request, AlertForm())

    def post(self, request):
        form = AlertForm(request.POST)
        catalogue = CatalogueFilter(request.GET)
        if not form.is_valid() or not catalogue.question:
            return self.answer(request, form)
        email = form.cleaned_data["email"].lower()
        keys = [f"alert:ip:{limits.visitors_address(request)}", f"alert:to:{email}"]
        if all(limits.allow(key, ASKED_AN_HOUR, HOUR) for key in keys):
            alerts.ask(email, catalogue.question, catalogue.in_words, get_language())
        messages.success(
            request, _("Look into your mailbox: a link there starts the alert. It is good for three days.")
        )
        return redirect(f"{request.path}?{catalogue.question}")

    def answer(self, request, form):
        catalogue = CatalogueFilter(request.GET)
        return render(request, "practices/alert_form.html", {"form": form, "filter": catalogue})


@method_decorator([never_cache, csrf_exempt], name="dispatch")  # the link is the proof here, no cookie is
class AlertView(View):
    """The page behind the link in the mail: one button starts the alert, one stops it and erases the address."""

    def get(self, request, token):
        return self.answer(request, self.find(token))

    def post(self, request, token):
        alert = self.find(token)
        if alert and request.POST.get("step") == "confirm":
            alerts.confirm(alert)
        elif alert:  # by the button, or by the mail program's own (RFC 8058)
            alerts.stop(alert)
            alert = None
        return self.answer(request, alert)

    def find(self, token):
        return Alert.objects.filter(token=token).first()

    def answer(self, request, alert):
        response = render(request, "practices/alert.html", {"alert": alert})
        response["Referrer-Policy"] = "no-referrer"  # the address is a secret
        return response


@require_safe
def like_mine(request):
    """Practices of places like the reader's, each with what speaks for and against it."""
    form = MyPlaceForm(request.GET or None)
    asked = form.is_valid() and any(form.cleaned_data.values())
    found = likeness.like(**form.cleaned_data) if asked else []
    return render(request, "practices/like_mine.html", {"form": form, "is_asked": asked, "likenesses": found})
