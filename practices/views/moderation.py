"""The moderators' desk: what waits, and one text with everything that a fair decision needs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView

from coalition import unsent, working_days
from coalition.models import Message
from coalition.pages import NearestPageMixin
from members.models import Signature
from practices import diff, moderation, opinions, promises, reviewing, safety, search
from practices.forms.review import (
    CHECKS,
    EDITABLE,
    AskForm,
    AssignForm,
    ChecksForm,
    NoteForm,
    QueueForm,
    RemarkForm,
    edit_form,
    with_reply_forms,
)
from practices.forms.steps import step_form, step_forms, unfinished_form
from practices.forms.writing import STEPS
from practices.models import Practice, Reply, Revision, Step
from practices.models.state import State

CLOSE_PRACTICES = 5
CLAIM_ENDED = gettext_lazy("Your claim has ended. Take the text again to go on.")


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
            "usual_days": promises.usual_days(),
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
        return sent_practice(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        practice, user = self.object, self.request.user
        revision = practice.revisions.sent().newest()
        revision.practice = practice
        may_remark = revision.state == State.IN_REVIEW and moderation.holds_claim(revision, user)
        remark_form = self.bound.get("remark") or RemarkForm()
        asked = getattr(remark_form, "cleaned_data", {}).get("field")  # whose remark came back
        bases = bases_of(practice, revision)
        against = chosen(bases, self.request.GET.get("against"))
        is_judge = moderation.judges(revision, user)  # who has a part in it sees what its city sees
        remarks = with_reply_forms(remarks_on(revision, is_judge), self.bound)
        changed, unchanged = fields_of(revision, bases.get(against), {asked: remark_form}, remarks)
        return super().get_context_data(
            revision=revision,
            changed=changed,
            parts=list(parts_of(unchanged)),
            against=against,
            bases=list(bases),
            sent_back_at=sent_back_at(revision),
            decisions=decisions_on(practice),
            notes=practice.notes.select_related("by") if is_judge else [],
            note_form=self.bound.get("note") or NoteForm(auto_id="note_%s"),
            opinions=revision.opinions.select_related("expert") if is_judge else [],
            ask_form=self.bound.get("ask") or AskForm(auto_id="ask_%s"),
            assign_form=AssignForm(revision=revision) if revision.is_waiting and is_judge else None,
            edits=with_words(revision.edits.select_related("by")) if is_judge else [],
            ticked=[label for code, label in CHECKS if code in revision.checks],
            checks=CHECKS,
            history=revision.steps.select_related("by"),
            earlier=practice.revisions.sent().exclude(pk=revision.pk),
            is_judge=is_judge,
            mails=Message.objects.about(practice.code) if is_judge else [],
            target=working_days.TARGET,
            may_remark=may_remark,
            remark_form=RemarkForm() if asked else remark_form,
            unsent=revision.remarks.filter(sent_at=None).count(),
            findings=[(None, finding) for finding in safety.screen(revision)],
            close_practices=search.close_practices(practice, revision, CLOSE_PRACTICES),
            actions=step_forms(practice, user, self.bound),
            next_text=reviewing.next_for(user).exclude(practice=practice).select_related("practice__member").first(),
            **kwargs,
        )


def sent_practice(user, pk):
    """The practice, if this person may see it and a text of it was sent; else 404."""
    practices = Practice.objects.visible_to(user).filter(revisions__in=Revision.objects.sent())
    return get_object_or_404(practices.select_related("member", "public_revision").distinct(), pk=pk)


def bases_of(practice, revision):
    """The texts that this one can be compared with: what a moderator last sent back, and what is public."""
    bases = {"read": revision.read_text} if revision.read_text else {}
    if practice.public_revision_id not in (None, revision.pk):
        bases["public"] = diff.words_of(practice.public_revision)
    return bases


def chosen(bases, wish):
    """Which of them to compare with: the one wished for, else the one that was read last; "" for a first text."""
    return wish if wish in bases else next(iter(bases), "")


def remarks_on(revision, is_judge):
    """All remarks with their threads for whoever may judge the text; what was sent for those with a part in it."""
    remarks = revision.remarks.all() if is_judge else revision.remarks.sent()
    return remarks.select_related("by").prefetch_related(Prefetch("replies", Reply.objects.select_related("by")))


def fields_of(revision, base, bound, remarks):
    """What the page shows of each field, those that changed apart from the rest: two lists.

    Changes are counted from `base`, the words of another text; a first text has none.
    `bound` holds a remark that came back with something to mend, by the name of its field.
    """
    changes = diff.changes_since(base, revision) if base else {}
    fields = [
        {
            "name": name,
            "label": Revision.label_of(name),
            "text": revision.text_of(name),
            "changes": changes.get(name),
            "remarks": [remark for remark in remarks if remark.field == name],
            "form": bound.get(name) or RemarkForm(auto_id=f"{name}_%s"),
            "is_asked": name in bound,
            "is_editable": name in EDITABLE,
        }
        for step in STEPS
        for name in step.names
        if not name.startswith("theme_")
    ]
    changed = [field for field in fields if field["changes"]]
    return changed, [field for field in fields if not field["changes"]]


def decisions_on(practice):
    """What was ever decided about the practice, with the reasons, the last first."""
    steps = Step.objects.filter(revision__practice=practice, name__in=[*promises.DECISIONS, "withdraw", "reopen"])
    return steps.select_related("by", "revision").order_by("-at", "-pk")


def with_words(edits):
    """Each edit with what it took out and put in: pairs."""
    return [(edit, diff.words(edit.before, edit.after)) for edit in edits]


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


def moderators_only(view):
    """A verb of the moderators' desk: POST, signed in, with the permission."""
    return require_POST(login_required(permission_required("practices.moderate", raise_exception=True)(view)))


def text_in_hand(user, pk):
    """The practice and its open text that was sent, if this moderator may see it; else 404."""
    practice = get_object_or_404(Practice.objects.visible_to(user), pk=pk)
    return practice, get_object_or_404(practice.revisions.open().sent().select_related("practice__member"))


@moderators_only
def take_next(request):
    """Claim what has waited longest."""
    revision = reviewing.take_next(request.user)
    if revision is None:
        messages.info(request, _("Nothing waits for you that nobody else holds."))
        return redirect("practices:queue")
    return redirect("practices:review", revision.practice_id)


@moderators_only
def mark_spam(request):
    """The one thing that is done to several texts at once: each ticked one is marked, and each has its history."""
    ticked = [int(pk) for pk in request.POST.getlist("text") if pk.isdecimal() and len(pk) < 10]
    done = 0
    for revision in Revision.objects.filter(pk__in=ticked, practice__in=Practice.objects.visible_to(request.user)):
        try:
            moderation.perform("spam", revision, by=request.user)
            done += 1
        except moderation.NotNow:
            continue
    if left := len(ticked) - done:
        messages.warning(
            request,
            ngettext(
                "%d text was left as it is: somebody reads it already.",
                "%d texts were left as they are: somebody reads them already.",
                left,
            )
            % left,
        )
    if done:
        messages.success(request, ngettext("%d text is marked as spam.", "%d texts are marked as spam.", done) % done)
    return redirect("practices:queue")


@moderators_only
def assign(request, pk):
    """Give a text to a colleague, to oneself or to nobody."""
    _practice, revision = text_in_hand(request.user, pk)
    form = AssignForm(request.POST, revision=revision)
    if not form.is_valid():
        return ask_again(ReviewView, request, pk, {})
    try:
        reviewing.assign(revision, to=form.cleaned_data["to"], by=request.user)
    except moderation.NotNow:
        messages.warning(request, _("This text does not wait any more, or one of you has a part in it."))
    return redirect("practices:review", pk)


@moderators_only
def add_note(request, pk):
    """Something for moderators only."""
    practice = sent_practice(request.user, pk)
    form = NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return ask_again(ReviewView, request, pk, {"note": form})
    try:
        reviewing.note(practice, by=request.user, **form.cleaned_data)
    except moderation.NotNow:
        raise Http404 from None  # whose page gives the words back
    return redirect(f"{reverse('practices:review', args=[pk])}#notes")


@moderators_only
def keep_checks(request, pk):
    """Keep the ticks of the checklist while the text is still read; what else was typed beside them stays there."""
    _practice, revision = text_in_hand(request.user, pk)
    form = ChecksForm(request.POST)
    if form.is_valid():
        try:
            reviewing.keep_checks(revision, form.cleaned_data["checks"], by=request.user)
        except moderation.NotNow:
            unsent.give_back(request, CLAIM_ENDED, step_form("approve", revision, request.POST))
            return redirect("practices:review", pk)
        messages.success(request, _("Your ticks are kept."))
    beside = unfinished_form("approve", revision, request.POST)
    return ask_again(ReviewView, request, pk, {"approve": beside}, status=200)


@moderators_only
def ask_expert(request, pk):
    """Ask for a second opinion."""
    _practice, revision = text_in_hand(request.user, pk)
    form = AskForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            opinion = opinions.ask(revision, by=request.user, **form.cleaned_data)
        except moderation.NotNow:
            unsent.give_back(request, CLAIM_ENDED, form)
            return redirect("practices:review", pk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is asked by e-mail.") % {"name": opinion.expert})
            return redirect(f"{reverse('practices:review', args=[pk])}#opinions")
    return ask_again(ReviewView, request, pk, {"ask": form})


class EditView(PermissionRequiredMixin, FormView):
    """Put one field of a text right; its author sees the words before and after."""

    permission_required = "practices.moderate"
    template_name = "practices/review_edit.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.has_perm(self.permission_required):
            if kwargs["field"] not in EDITABLE:
                raise Http404
            self.practice, self.revision = text_in_hand(request.user, kwargs["pk"])
            if self.revision.state != State.IN_REVIEW or not moderation.holds_claim(self.revision, request.user):
                unsent.give_back(request, _("Take the text before you change words in it."), self.get_form())
                return redirect("practices:review", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form_class = edit_form(self.kwargs["field"])
        return form_class(self.request.POST or None, instance=self.revision)

    def form_valid(self, form):
        field = self.kwargs["field"]
        text, reason = form.cleaned_data[field], form.cleaned_data["reason"]
        try:
            reviewing.edit(self.revision, field=field, text=text, reason=reason, by=self.request.user)
        except moderation.NotNow:
            unsent.give_back(self.request, CLAIM_ENDED, form)
        return redirect(f"{reverse('practices:review', args=[self.practice.pk])}#field-{field}")

    def get_context_data(self, **kwargs):
        label = Revision.label_of(self.kwargs["field"])
        return super().get_context_data(practice=self.practice, revision=self.revision, label=label, **kwargs)


@moderators_only
def add_remark(request, pk):
    """Pin a remark to a field of the text under review."""
    practice = get_object_or_404(Practice.objects.visible_to(request.user), pk=pk)
    revision = get_object_or_404(practice.revisions.open())
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            remark = moderation.remark(revision, by=request.user, **form.cleaned_data)
        except moderation.NotNow:
            unsent.give_back(request, CLAIM_ENDED, form)
            return redirect("practices:review", pk)
        return redirect(f"{reverse('practices:review', args=[pk])}#field-{remark.field}")
    return ask_again(ReviewView, request, pk, {"remark": form})


def ask_again(page, request, pk, bound, status=422):
    """The page that a form came from, with the form (by the name of its step) and what is to mend in it."""
    view = page(bound=bound)
    view.setup(request, pk=pk)
    response = view.get(request)
    response.status_code = status
    return response
