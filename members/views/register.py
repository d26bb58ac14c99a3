"""The register for machines and doubters: its checkpoint, its bundle, a verifier to take home, a check of PDFs."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import View

from coalition import limits
from members.forms.register import CertificateForm
from members.models import Signature
from members.register import bundle, certificate, verify_register, witnesses

HOUR = 3600
LONGEST_NOTE = 10_000  # bytes; a note with three witnesses has 600
CHECKS_AN_HOUR = 60


def answer(request, content, content_type):
    """The same bytes for everybody, from any site's script, asked for again only if they have changed."""
    if not content:
        raise Http404
    response = HttpResponse(content, content_type=content_type)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    set_response_etag(response)
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)


@require_safe
def checkpoint(request):
    """The newest signed head, as a C2SP note."""
    return answer(request, bundle.checkpoint(), "text/plain; charset=utf-8")


@require_safe
def whole_bundle(request):
    """The whole register in one file; docs/register.md has its format."""
    return answer(request, bundle.bundle(), "application/json")


@require_safe
def verifier(request):
    """The offline verifier, with this register's key pinned in it."""
    source = Path(verify_register.__file__).read_text()
    return answer(
        request, source.replace('PINNED_KEY = ""', f"PINNED_KEY = {settings.REGISTER_VKEY!r}"), "text/x-python"
    )


@csrf_exempt  # the witness's signature is the proof here, no cookie is
@require_POST
def cosign(request):
    """A witness sends back our checkpoint with its own signature on it."""
    if not limits.allow(f"cosign:ip:{limits.visitors_address(request)}", 60, HOUR):
        return JsonResponse({"error": "too many"}, status=429)
    try:
        names = witnesses.accept(request.read(LONGEST_NOTE).decode())
    except ValueError:
        names = []
    if not names:
        return JsonResponse({"error": "not our checkpoint with the signature of a known witness"}, status=400)
    return JsonResponse({"accepted": names})


@require_safe
def certificate_pdf(request, code):
    """The sealed certificate, or what became of the signature: never a 404 for what was once signed."""
    signature = get_object_or_404(Signature.objects.on_register().for_register(), code=code)
    path = certificate.path_of(signature, get_language())
    if signature.withdrawn_at or not default_storage.exists(path):
        response = render(request, "members/certificate_status.html", {"signature": signature})
        if not signature.withdrawn_at:
            response.status_code, response.headers["Retry-After"] = 202, "60"
    else:
        response = FileResponse(default_storage.open(path), content_type="application/pdf", filename=f"{code}.pdf")
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache"  # it may be withdrawn, corrected or erased at any moment
    return response


# Nothing is changed and nothing kept, whoever sends the form: no token, so no cookie on a public page.
@method_decorator(csrf_exempt, name="dispatch")
class VerifyView(View):
    """How to verify the register without trusting this site; and a certificate, judged on three questions."""

    def get(self, request):
        return self.show(request, CertificateForm())

    def post(self, request):
        form = CertificateForm(request.POST, request.FILES)
        allowed = limits.allow(f"certificate:ip:{limits.visitors_address(request)}", CHECKS_AN_HOUR, HOUR)
        if not allowed:
            form.add_error(None, form.TOO_MANY)
        if not form.is_valid():
            return self.show(request, form)
        return self.show(request, form, certificate.judge(form.cleaned_data["file"].read()))

    def show(self, request, form, verdict=None):
        context = {
            "form": form,
            "verdict": verdict,
            "vkey": settings.REGISTER_VKEY,
            "checkpoint": bundle.checkpoint(),
            "witnesses": settings.REGISTER_WITNESSES,
        }
        return render(request, "members/register_verify.html", context)
