"""The moderators' desk: what waits, and one text with everything that a fair decision needs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from coalition import working_days
from coalition.models import Message
from coalition.pages import NearestPageMixin
from members.models import Signature
from practices import diff, moderation, safety, search
from practices.forms.review import QueueForm, RemarkForm, step_forms
from practices.forms.writing import STEPS
from practices.models import Practice, Revision
from practices.models.revision import State

CLOSE_PRACTICES = 5


class QueueView(PermissionRequiredMixin, NearestPageMixin, ListView):
    """What waits for a moderator, the longest wait first; QueueForm narrows it."""

    permission_required = "practices.moderate"
    template_name = "practices/queue.html"
    paginate_by = 25

    def get_queryset(self):
        self.form = QueueForm(self.request.GET)
        texts = Revision.objects.filter(practice__removed_at=None)
        return self.form.narrow(texts, self.request.user).for_queue()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user = self.request.user
        shown = [revision.pk for revision in context["object_list"]]
        signatures = Signature.objects.visible_to(user).waiting_for_officer()
        return context | {
            "form": self.form,
            "counts": Revision.objects.in_queue().count_by_attention(user),
            "free_to_take": set(moderation.to_take(user).filter(pk__in=shown).values_list("pk", flat=True)),
            "target": working_days.TARGET,
            "signatures_waiting": signatures.count() if user.has_perm("members.verify_signature") else None,
        }


class ReviewView(PermissionRequiredMixin, DetailView):
    """One text: what changed, the rest of it field by field with remarks, its history, mails and steps."""

    permission_required = "practices.moderate"
    template_name = "practices/review.html"
    url_name = "practices:review"
    bound = {}  # forms that came back with something to mend, by the name of their step

    def get_object(self, queryset=None):
        practices = Practice.objects.visible_to(self.request.user).filter(revisions__in=Revision.objects.sent())
        return get_object_or_404(practices.select_related("member", "public_revision").distinct(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        practice, user = self.object, self.request.user
        revision = practice.revisions.sent().newest()
        may_remark = revision.state == State.IN_REVIEW and moderation.holds_claim(revision, user)
        remark_form = self.bound.get("remark") or RemarkForm()
        asked = getattr(remark_form, "cleaned_data", {}).get("field")  # whose remark came back
        changed, unchanged = fields_of(practice, revision, {asked: remark_form})
        return super().get_context_data(
            revision=revision,
            changed=changed,
            parts=list(parts_of(unchanged)),
            sent_back_at=sent_back_at(revision),
            history=revision.steps.select_related("by"),
            earlier=practice.revisions.sent().exclude(pk=revision.pk),
            mails=Message.objects.about(practice.code),
            target=working_days.TARGET,
            may_remark=may_remark,
            remark_form=RemarkForm() if asked else remark_form,
            unsent=revision.remarks.filter(sent_at=None).count(),
            findings=[(None, finding) for finding in safety.screen(revision)],
            close_practices=search.close_practices(practice, revision, CLOSE_PRACTICES),
            actions=step_forms(practice, user, self.bound),
            next_text=moderation.to_take(user).exclude(practice=practice).select_related("practice__member").first(),
            **kwargs,
        )


def fields_of(practice, revision, bound):
    """What the page shows of each field, those that changed apart from the rest: two lists.

    Changes are counted from the text that was sent back, else from the public one; a first text has none.
    `bound` holds a remark that came back with something to mend, by the name of its field.
    """
    base = revision.read_text
    if not base and practice.public_revision_id not in (None, revision.pk):
        base = diff.words_of(practice.public_revision)
    changes = diff.changes_since(base, revision) if base else {}
    remarks = list(revision.remarks.select_related("by"))
    fields = [
        {
            "name": name,
            "label": Revision.label_of(name),
            "text": revision.text_of(name),
            "changes": changes.get(name),
            "remarks": [remark for remark in remarks if remark.field == name],
            "form": bound.get(name) or RemarkForm(auto_id=f"{name}_%s"),
            "is_asked": name in bound,
        }
        for step in STEPS
        for name in step.names
        if not name.startswith("theme_")
    ]
    changed = [field for field in fields if field["changes"]]
    return changed, [field for field in fields if not field["changes"]]


def parts_of(fields):
    """The fields under the step that they belong to: (title, those with something to read, labels of the empty)."""
    for step in STEPS:
        own = [field for field in fields if field["name"] in step.names]
        filled = [field for field in own if field["text"] or field["remarks"] or field["is_asked"]]
        if own:
            yield step.title, filled, [field["label"] for field in own if field not in filled]


def sent_back_at(revision):
    """When a moderator last asked for changes of this text, or None."""
    return revision.steps.filter(name="request_changes").values_list("at", flat=True).last()


@require_POST
@login_required
@permission_required("practices.moderate", raise_exception=True)
def add_remark(request, pk):
    """Pin a remark to a field of the text under review."""
    practice = get_object_or_404(Practice.objects.visible_to(request.user), pk=pk)
    revision = get_object_or_404(practice.revisions.open())
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            remark = moderation.remark(revision, by=request.user, **form.cleaned_data)
        except moderation.NotNow:
            messages.warning(
                request,
                _("Your claim has ended. Take the text again to go on; this is what you wrote: %s")
                % form.cleaned_data["text"],
            )
            return redirect("practices:review", pk)
        return redirect(f"{reverse('practices:review', args=[pk])}#field-{remark.field}")
    return ask_again(ReviewView, request, pk, {"remark": form})


def ask_again(page, request, pk, bound):
    """The page that a form came from, with the form (by the name of its step) and what is to mend in it."""
    view = page(bound=bound)
    view.setup(request, pk=pk)
    response = view.get(request)
    response.status_code = 422
    return response
