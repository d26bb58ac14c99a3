"""The desk of the declaration officers: the queue, one case, and the steps that decide it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView, View

from coalition import unsent, working_days
from coalition.models import Message
from coalition.pages import NearestPageMixin
from members import signing
from members.forms.signing import QueueForm, form_for
from members.models import Signature


def find_case(user, code):
    """The case, for officers; nobody else learns whether it exists."""
    return get_object_or_404(Signature.objects.visible_to(user).for_desk(), code=code)


class QueueView(LoginRequiredMixin, NearestPageMixin, ListView):
    """Cases, the longest waiting first, with the working days that were promised."""

    template_name = "members/signature_queue.html"
    paginate_by = 50

    def get_queryset(self):
        if not self.request.user.has_perm("members.verify_signature"):
            raise Http404
        self.form = QueueForm(self.request.GET)
        return self.form.narrow(Signature.objects.visible_to(self.request.user)).for_desk()

    def get_context_data(self, **kwargs):
        waiting = Signature.objects.visible_to(self.request.user).waiting_for_officer().count()
        context = super().get_context_data(form=self.form, target=working_days.TARGET, waiting=waiting, **kwargs)
        now = timezone.now()
        context["cases"] = [
            (signature, days, max(days - working_days.TARGET, 0))
            for signature in context["page_obj"]
            for days in [working_days.between(signature.confirmed_at or signature.started_at, now)]
        ]
        return context


class CaseView(LoginRequiredMixin, View):
    """Everything about one case, and the buttons for what this officer may do now."""

    def get(self, request, code):
        return show_case(request, find_case(request.user, code))


def show_case(request, signature, bound=None):
    """The page of a case; `bound` holds the form that was sent with errors, by its step."""
    steps = signing.available(signature, request.user)
    forms = {name: form_for(name, step)(prefix=name) for name, step in steps.items()} | (bound or {})
    untaken = Signature.objects.waiting_for_officer().filter(state=Signature.State.CONFIRMED)
    context = {
        "signature": signature,
        "steps": [(name, step, forms[name]) for name, step in steps.items()],
        "history": [(signing.label_of(step), step) for step in signature.steps.select_related("by")],
        "mails": Message.objects.about(signature.code),
        "is_involved": signing.is_involved(signature, request.user),
        "waits_for_another": signing.waits_for_second_officer(signature, request.user),
        "next_case": untaken.exclude(pk=signature.pk).select_related("authority").first(),
        "has_private_mailbox": signing.has_private_mailbox(signature),
    }
    return render(request, "members/signature_case.html", context)


@require_POST
@login_required
def take_step(request, code, name):
    """Take one step of the path; a step that is no longer possible is said, not punished."""
    signature = find_case(request.user, code)
    step = signing.TRANSITIONS.get(name)
    if step is None:
        raise Http404
    form = form_for(name, step)(request.POST, request.FILES, prefix=name)
    if name not in signing.available(signature, request.user):
        return _moved_on(request, signature, form)
    if not form.is_valid():
        return show_case(request, signature, {name: form})
    try:
        signature = signing.perform(name, signature, by=request.user, **form.cleaned_data)
    except PermissionDenied:
        return _moved_on(request, signature, form)
    except ValidationError as error:
        _add_errors(form, error)
        return show_case(request, signature, {name: form})
    messages.success(request, _("Recorded. The case is now: %(state)s.") % {"state": signature.get_state_display()})
    return redirect("members:signature_case", code=signature.code)


def _moved_on(request, signature, form):
    unsent.give_back(request, _("This step is not possible now. Nothing was changed."), form)
    return redirect("members:signature_case", code=signature.code)


def _add_errors(form, error):
    for field, errors in error.message_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@require_safe
@login_required
def mandate(request, code):
    """The decision or letter, to be saved and opened outside the browser."""
    signature = find_case(request.user, code)
    if not signature.mandate or not signature.mandate.storage.exists(signature.mandate.name):
        raise Http404
    response = FileResponse(
        signature.mandate.open(), as_attachment=True, filename=f"{signature.code}.pdf", content_type="application/pdf"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
