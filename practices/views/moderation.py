"""The moderators' desk: what waits, and one text with everything that a fair decision needs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from coalition import working_days
from coalition.models import Message
from coalition.pages import NearestPageMixin
from practices import diff, moderation
from practices.forms.review import RemarkForm, step_forms
from practices.forms.writing import STEPS, languages
from practices.models import Practice, Revision
from practices.models.revision import State


class QueueView(PermissionRequiredMixin, NearestPageMixin, ListView):
    """What waits for a moderator, the longest wait first; `?who=me|nobody&language=fr&state=…` narrows it."""

    permission_required = "practices.moderate"
    template_name = "practices/queue.html"
    paginate_by = 25
    STATES = [State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.REFUSED]

    def get_queryset(self):
        chosen = self.request.GET
        revisions = Revision.objects.filter(steps__isnull=False, practice__removed_at=None).distinct()
        if chosen.get("state") in self.STATES:
            revisions = revisions.filter(state=chosen["state"]).order_by("submitted_at")
        else:
            revisions = revisions.in_queue()
        if chosen.get("who") == "me":
            revisions = revisions.filter(claimed_by=self.request.user)
        elif chosen.get("who") == "nobody":
            revisions = revisions.filter(claimed_by=None)
        if chosen.get("language") in dict(languages()):
            revisions = revisions.filter(language=chosen["language"])
        return revisions.select_related("practice__member", "claimed_by")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        for revision in context["object_list"]:
            revision.age = working_days.between(revision.submitted_at, now)
            revision.late_by = max(revision.age - working_days.TARGET, 0)
            revision.claim_is_held = bool(revision.claim_expires_at and revision.claim_expires_at > now)
        return context | {
            "waiting": Revision.objects.in_queue().count(),
            "target": working_days.TARGET,
            "states": [(state, state.label) for state in self.STATES],
            "languages": languages(),
            "chosen": self.request.GET,
        }


class ReviewView(PermissionRequiredMixin, DetailView):
    """One text: what changed, the whole of it field by field with remarks, its history, mails and steps."""

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
        base = practice.public_revision if practice.public_revision != revision else None
        names = [name for step in STEPS for name in step.names if not name.startswith("theme_")]
        remarks = list(revision.remarks.select_related("by"))
        about = {name: [remark for remark in remarks if remark.field == name] for name in names}
        return super().get_context_data(
            revision=revision,
            changes=diff.changes(base, revision, names) if base else [],
            parts=[
                (
                    step.title,
                    [
                        (name, Revision.label_of(name), revision.text_of(name), about[name])
                        for name in step.names
                        if name in about
                    ],
                )
                for step in STEPS
            ],
            history=revision.steps.select_related("by"),
            earlier=practice.revisions.sent().exclude(pk=revision.pk),
            mails=Message.objects.about(practice.code),
            due=working_days.due(revision.submitted_at) if revision.submitted_at else None,
            may_remark=revision.state == State.IN_REVIEW and moderation.holds_claim(revision, user),
            remark_form=self.bound.get("remark") or RemarkForm(),
            actions=step_forms(practice, user, self.bound),
            **kwargs,
        )


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
