"""The declaration, the way to sign it, and its public register."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView, TemplateView, View
from django_countries import countries

from coalition import limits, maps
from coalition.pages import NearestPageMixin
from coalition.wording import words
from members import signing
from members.emails import signing as emails
from members.forms.signing import (
    MATCHES_SUGGESTED,
    AuthorityRequestForm,
    AuthoritySearchForm,
    RegisterForm,
    SignForm,
)
from members.models import Authority, DeclarationVersion, Signature
from members.register.bundle import proofs_of

HOUR = 3600
LATEST_SHOWN = 5
UPLOADS_AN_HOUR = 30


class DeclarationView(TemplateView):
    """The text that is signed today, how far the signatures are, and how to sign."""

    template_name = "members/declaration.html"

    def get_context_data(self, **kwargs):
        version = DeclarationVersion.objects.current()
        signatures = Signature.objects.active()
        return super().get_context_data(
            version=version,
            text=version and version.text_in(self.request.GET.get("text") or get_language()),
            count=signatures.count(),
            goal=settings.SIGNATORY_GOAL,
            country_count=signatures.values("authority__country").distinct().count(),
            latest=signatures.for_register()[:LATEST_SHOWN],
            **kwargs,
        )


class VersionView(TemplateView):
    """One version to the letter, as its fingerprint was taken, and what it changed in the one before."""

    template_name = "members/version.html"

    def get_context_data(self, number, **kwargs):
        versions = list(DeclarationVersion.objects.published().prefetch_related("texts__articles"))
        version = next((version for version in versions if version.number == number), None)
        if version is None:
            raise Http404
        before = next((other for other in versions if other.number < number), None)
        text = version.text_in(version.authentic_language)
        plain = text.as_plain_text()
        earlier = before.text_in(before.authentic_language).as_plain_text() if before else ""
        return super().get_context_data(
            version=version,
            versions=versions,
            before=before,
            text=text,
            plain=plain,
            changes=words(earlier, plain) if before else [],
            **kwargs,
        )


class AuthorityListView(View):
    """First step of signing: which city or region? One that is missing can be asked for."""

    def get(self, request):
        return self.answer(request, AuthorityRequestForm())

    def post(self, request):
        form = AuthorityRequestForm(request.POST)
        if not form.is_valid():
            return self.answer(request, form)
        if limits.allow(f"authority:ip:{limits.visitors_address(request)}", 5, HOUR):
            emails.authority_missing(form.cleaned_data)
        messages.success(request, _("Thank you. The secretariat has your request and answers by e-mail."))
        return redirect("members:authorities")

    def answer(self, request, request_form):
        search_form = AuthoritySearchForm(request.GET)
        context = {
            "search_form": search_form,
            "authority_list": search_form.matches(),
            "request_form": request_form,
        }
        return render(request, "members/authority_list.html", context)


@require_safe
def authority_suggestions(request):
    """A fragment of HTML for `static/js/suggest.js`: which city or region may be meant by what is typed so far."""
    authorities = AuthoritySearchForm(request.GET).matches(MATCHES_SUGGESTED)
    return render(request, "members/_authority_suggestions.html", {"authority_list": authorities})


@method_decorator(never_cache, name="dispatch")
class SignView(View):
    """Second step: the form. Third step: the same answers once more, and the button that sends them."""

    def get(self, request):
        authority = Authority.objects.filter(code=request.GET.get("authority", "").replace("\x00", "")).first()
        if authority is None:
            return AuthorityListView.as_view()(request)
        return self.show_form(SignForm(initial={"authority": authority.code}), authority)

    def post(self, request):
        form = SignForm(request.POST, self.files())
        is_complete = form.is_valid()
        authority = form.cleaned_data.get("authority")
        if authority is None:
            messages.error(request, _("Choose the city or region first."))
            return redirect("members:authorities")
        if is_complete and "send" in request.POST:
            signing.start(
                form.answers() | {"language": get_language()}, form.kept_mandate, limits.visitors_address(request)
            )
            return redirect("members:sign_thanks")
        if is_complete and "change" not in request.POST:
            context = {"form": form, "authority": authority, "mandate": form.kept_mandate}
            return render(request, "members/sign_check.html", context)
        return self.show_form(form, authority)

    def files(self):
        """What was uploaded, while this visitor does not fill our disk."""
        address = limits.visitors_address(self.request)
        if self.request.FILES and not limits.allow(f"mandate:ip:{address}", UPLOADS_AN_HOUR, HOUR):
            messages.warning(self.request, _("That is a lot of files. Leave this one out, and send it to us later."))
            return None
        return self.request.FILES

    def show_form(self, form, authority):
        context = {"form": form, "authority": authority, "mandate": form.kept_mandate}
        return render(self.request, "members/sign.html", context)


# Where a case stands among the four things that happen, as `what_happens.html` counts them; others have ended.
STOPS = {
    Signature.State.STARTED: 2,
    **dict.fromkeys([Signature.State.CONFIRMED, Signature.State.VERIFYING, Signature.State.CLARIFICATION], 3),
    Signature.State.PREPARED: 4,
    Signature.State.ACTIVE: 5,
}


class ThanksView(TemplateView):
    """The same words for everybody: they tell nobody who signs."""

    template_name = "members/sign_thanks.html"


# The link's secret is the proof here, not a cookie: there is nothing that a forged request could borrow. A token
# would need an Origin header, which browsers blank on pages that send no referrer.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class ConfirmView(View):
    """What was typed, and the buttons that sign, disown or ask for a new link. Looking changes nothing."""

    STEPS = {
        "confirm": signing.confirm,
        "disown": signing.disown,
        "renew": signing.renew_link,
        "leave": signing.leave,
        "sign_new_text": signing.follow,
    }

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get(self, request, token):
        signature = signing.case_of(token)
        if signature is None:
            return render(request, "members/confirm_unknown.html", status=404)
        context = {
            "signature": signature,
            "newer": DeclarationVersion.objects.to_sign_after(signature.version),
            "renewal": signature.renewals.filter(state__in=Signature.State.open()).first(),
            "text": signature.version.text_in(),
            "steps": signing.available(signature, signing.Actor.SIGNATORY),
            "place": signature.confirmed_at and signing.place_in_queue(signature),
            "here": STOPS.get(signature.state),
        }
        return render(request, "members/confirm.html", context)

    def post(self, request, token):
        step = self.STEPS.get(request.POST.get("step"))
        try:
            if step:
                step(token)
        except PermissionDenied:
            pass  # used, expired or unknown: the page itself says so calmly
        else:
            if step is signing.renew_link:
                return render(request, "members/confirm_renewed.html")
        return redirect("members:confirm", token=token)


class RegisterView(NearestPageMixin, ListView):
    """Who signed, newest first; withdrawn signatures stay with their dates."""

    template_name = "members/register.html"
    paginate_by = 50

    def get_queryset(self):
        signatures = Signature.objects.on_register()
        codes = set(signatures.order_by().values_list("authority__country", flat=True).distinct())
        self.form = RegisterForm(self.request.GET, countries=[row for row in countries if row[0] in codes])
        return self.form.narrow(signatures.for_register())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            form=self.form,
            count=Signature.objects.active().count(),
            goal=settings.SIGNATORY_GOAL,
            query=narrowing(self.request.GET),
            **kwargs,
        )
        page = with_pins(context["page_obj"].object_list)
        signatures = with_pins(self.object_list.for_map()) if context["is_paginated"] else page
        return context | {"signatures": signatures, "map": self.map([signature.pin for signature in signatures])}

    def map(self, pins):
        """All that was found, not this page only."""
        return maps.Map(
            pins,
            view=maps.View.read(self.request.GET.get("near")),
            address=lambda view: maps.near_address(self.request.GET, view),
            title=_("Map of signatories"),
            caption=maps.counted(
                ngettext("%(count)s signature", "%(count)s signatures", len(pins)) % {"count": len(pins)},
                len({(pin.name, pin.point) for pin in pins}),  # a city that withdrew may have signed again
            ),
        )


def narrowing(asked):
    """What of an address narrows the register, to be added to another one."""
    kept = {name: asked[name] for name in RegisterForm.base_fields if asked.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def with_pins(signatures):
    for signature in signatures:
        signature.pin = pin_of(signature)
    return signatures


def pin_of(signature):
    """How a signature stands on the map; its words say what its stone looks like."""
    authority, is_active = signature.authority, signature.state == Signature.State.ACTIVE
    status = _("signed the declaration") if is_active else _("signature withdrawn")
    return maps.Pin(
        name=authority.name,
        words=f"{authority.name}, {status}",
        address=signature.get_absolute_url(),
        point=maps.project(authority.latitude, authority.longitude),
        size=authority.population or 0,
        kind="signed" if is_active else "withdrawn",
    )


class SignatureDetailView(DetailView):
    """One entry of the register: who, which text, how it was checked, and whether it stands today."""

    template_name = "members/signature_detail.html"
    context_object_name = "signature"
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        return Signature.objects.on_register().for_register()

    def get_context_data(self, **kwargs):
        signed = self.object.version
        later = DeclarationVersion.objects.published().filter(declaration=signed.declaration, number__gt=signed.number)
        later = later.filter(is_substantive=True).first()
        following = self.object.renewals.on_register().first()
        return super().get_context_data(proofs=proofs_of(self.object), later=later, following=following, **kwargs)


# Whoever forges this request causes what anybody may cause, a mail to the signatory: no token, so no cookie.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class WithdrawView(View):
    """Anybody may ask for the link that withdraws; it goes to the mailbox that signed, and the answer is the same."""

    def get(self, request, code):
        return self.show(request, code)

    def post(self, request, code):
        return self.show(request, code, is_sent=True)

    def show(self, request, code, is_sent=False):
        signature = get_object_or_404(Signature.objects.on_register().for_register(), code=code)
        if is_sent:
            signing.send_withdrawal_link(signature, limits.visitors_address(request))
        return render(request, "members/withdraw.html", {"signature": signature, "is_sent": is_sent})
