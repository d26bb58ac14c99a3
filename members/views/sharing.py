"""The register where others can use it: table, JSON, feed, and what cities put on sites of their own."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from coalition import tables
from members.forms.signing import RegisterForm
from members.models import Signature
from members.register import public

NEWEST = 50
WITHOUT_SCRIPT_IN_ANY_FRAME = {"frame-ancestors": ["*"], "script-src": ["'none'"], "form-action": ["'none'"]}


def found(request):
    """What the register's page lists at the same address."""
    return RegisterForm(request.GET).narrow(Signature.objects.on_register())


@require_safe
def table(request):
    """All that was found, as CSV that is safe in spreadsheets."""
    return tables.csv_response("signatures.csv", public.rows(found(request)))


@require_safe
def data(request):
    """All that was found, as JSON; any site's script may read it."""
    signatures = [public.as_data(signature) for signature in found(request).for_register()]
    answer = {
        "count": Signature.objects.active().count(),
        "goal": settings.SIGNATORY_GOAL,
        "signatures": signatures,
    }
    return JsonResponse(answer, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"})


class SignatureFeed(Feed):
    """What came to the register and what left it, the newest first, narrowed by the same address as the page."""

    feed_type = Atom1Feed
    title = gettext_lazy("Register of signatories")
    subtitle = gettext_lazy("Cities and regions that signed the declaration, or withdrew.")

    def get_object(self, request):
        return request

    def link(self, request):
        return with_query("members:register", request)

    def feed_url(self, request):
        return with_query("members:register_feed", request)

    def items(self, request):
        return found(request).for_register().newest_act_first()[:NEWEST]

    def item_title(self, signature):
        words = _("%(place)s has withdrawn") if signature.withdrawn_at else _("%(place)s has signed")
        return words % {"place": signature.authority}

    def item_description(self, signature):
        signed_by = ", ".join(filter(None, [signature.public_name, signature.signatory_office]))
        return f"{_('Invented for the demonstration')}. {signed_by}" if signature.is_fictional else signed_by

    def item_pubdate(self, signature):
        return signature.verified_at

    def item_updateddate(self, signature):
        return signature.withdrawn_at or signature.verified_at

    def item_guid(self, signature):
        return signature.code


def with_query(name, request):
    query = urlencode(sorted(request.GET.items()))
    return reverse(name) + (f"?{query}" if query else "")


@require_safe
def badge(request, code):
    """A drawing for a city's own site. Once its signature is withdrawn there is none."""
    signature = get_object_or_404(Signature.objects.active().for_register(), code=code)
    lines = [signature.authority.name, _("has signed the declaration")]
    return drawing("members/badge.svg", lines, signature.is_fictional, {"signature": signature})


def drawing(template, lines, is_fictional, context):
    """An SVG with two lines that any site may show and that can do nothing there."""
    first, second = lines
    context |= {"first": first, "second": second, "is_fictional": is_fictional}
    context |= {"width": 78 + max(10 * len(first), 8 * len(second)), "language": translation.get_language()}
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=300",
    }
    return HttpResponse(render_to_string(template, context), content_type="image/svg+xml", headers=headers)


@require_safe
@xframe_options_exempt
@csp_replace(WITHOUT_SCRIPT_IN_ANY_FRAME)
def embed(request):
    """How many signed, and who, for a frame on anybody's site: no cookie, no script, nobody counted."""
    signatures = Signature.objects.active().for_register().order_by("authority__name", "pk")
    context = {
        "signatures": [] if request.GET.get("show") == "count" else signatures,
        "count": signatures.count(),
        "goal": settings.SIGNATORY_GOAL,
    }
    response = render(request, "members/embed.html", context)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
