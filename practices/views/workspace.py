"""Where a city's people follow a practice: how it begins, where it stands, its files, and the way to the moderator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, FormView, UpdateView

from coalition import unsent
from practices import arcs, badges, moderation, safety, timeline, writing
from practices.completeness import COUNTS, invitations, problems
from practices.forms.beginning import BeginForm, ImportForm
from practices.forms.files import DocumentForm, ImageForm
from practices.forms.steps import SendForm, step_form, step_forms
from practices.forms.writing import STEPS, step_of
from practices.lineage import Lineage
from practices.models import Practice, Remark, Revision
from practices.models.state import State
from practices.views.following import followed
from practices.views.moderation import ReviewView, ask_again


def editable(user, pk):
    """The practice, if this person writes for its member; else 404."""
    return get_object_or_404(Practice.objects.editable_by(user).select_related("member", "public_revision"), pk=pk)


def writable(user, pk):
    """The practice's open revision while the city may change it; else 404."""
    practice = editable(user, pk)
    return get_object_or_404(practice.revisions.filter(state__in=State.writable()).select_related("practice__member"))


class BeginMixin(LoginRequiredMixin):
    """For people who write for a city or region; others are told how they come to do so."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.memberships.current().exists():
            messages.info(
                request, _("You write for a city or region once its lead or the secretariat has invited you.")
            )
            return redirect("practices:workspace")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}


class PracticeCreateView(BeginMixin, FormView):
    """A working title is enough to begin."""

    form_class = BeginForm
    template_name = "practices/practice_form.html"

    def form_valid(self, form):
        draft = writing.begin_once(
            form.cleaned_data["member"],
            by=self.request.user,
            title=form.cleaned_data["title"],
            language=form.cleaned_data["language"],
        )
        return redirect("practices:update", draft.practice_id)


class SheetImportView(BeginMixin, FormView):
    """A practice sheet becomes a draft; the answer says what went where."""

    form_class = ImportForm
    template_name = "practices/sheet_import.html"

    def form_valid(self, form):
        sheet = form.cleaned_data["sheet"]
        fields = {"title": _("Without a title")} | sheet.fields
        draft = writing.begin_once(
            form.cleaned_data["member"], by=self.request.user, language=form.cleaned_data["language"], **fields
        )
        context = {"revision": draft, "practice": draft.practice, "placed": sheet.placed}
        return render(self.request, "practices/sheet_imported.html", context)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


def problems_by_step(revision):
    """What is still to mend, under the step on whose page it stands."""
    return by_step(problems(revision))


def by_step(found):
    """Things said of fields, as (label, thing), under the step on whose page their fields stand."""
    steps = {}
    for thing in found:
        steps.setdefault(step_of(thing.field).slug, []).append((Revision.label_of(thing.field), thing))
    return steps


class PracticeStatusView(LoginRequiredMixin, DetailView):
    """Where a practice stands and why: state, place in the queue, remarks, history, and what can be done now."""

    template_name = "practices/practice_status.html"
    url_name = "practices:status"
    bound = {}  # forms that came back with something to mend, by the name of their step

    def get_object(self, queryset=None):
        return editable(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        practice = self.object
        revision = practice.revision_for(self.request.user)
        missing = problems_by_step(revision) if revision.is_writable else {}
        actions = step_forms(practice, self.request.user, self.bound)
        is_public = revision.state == State.PUBLIC
        return super().get_context_data(
            revision=revision,
            place_in_queue=revision.place_in_queue,
            problems=[(step, missing[step.slug]) for step in STEPS if step.slug in missing],
            findings=[(step_of(finding.field), finding) for finding in findings_asked_in(actions)],
            similar=writing.similar(revision) if revision.is_writable else [],
            invitations=by_step(invitations(revision)).values() if is_public else [],
            **followed(practice, revision, self.bound),
            open_remarks=revision.remarks.sent().open().count(),
            stops=timeline.stops(revision, revision.steps.all()),
            badge_html=badge_of(practice),
            published=practice.revisions.ever_public(),
            actions=actions,
            **kwargs,
        )


def badge_of(practice):
    """The line for the city's own site while readers find the practice, else nothing."""
    public = practice.public_revision
    return badges.html(practice, public) if public and public.state == State.PUBLIC else ""


def findings_asked_in(actions):
    """What the button that sends the text asks its author to look at; nothing where there is no such button."""
    return next((form.findings for _name, _step, form in actions if isinstance(form, SendForm)), [])


def desk(practice, user):
    """The page on which this person follows the practice: the city's, or the moderators'."""
    return PracticeStatusView if Practice.objects.editable_by(user).contains(practice) else ReviewView


class PreviewView(LoginRequiredMixin, DetailView):
    """The page as the public will see it, for the city and for moderators; what is public has its own page."""

    template_name = "practices/practice_detail.html"

    def get(self, request, *args, **kwargs):
        practice = self.get_object()
        if practice.revision_for(request.user).state == State.PUBLIC:
            return redirect(practice)
        return super().get(request, *args, **kwargs)

    def get_object(self, queryset=None):
        return get_object_or_404(Practice.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        revision = self.object.revision_for(self.request.user)
        lineage = Lineage(self.object, revision)
        return super().get_context_data(
            revision=revision,
            lineage=lineage,
            map=arcs.map_of(lineage, self.request.GET),
            is_preview=True,
            findings=[(step_of(finding.field), finding) for finding in safety.screen(revision)],
            back=reverse(desk(self.object, self.request.user).url_name, args=[self.object.pk]),
            **kwargs,
        )


@require_POST
@login_required
def revise(request, pk):
    """Open a new revision of a public practice; its public text stays as it is."""
    writing.revise(editable(request.user, pk), by=request.user)
    return redirect("practices:update", pk)


@require_POST
@login_required
def take_step(request, pk, name):
    """Take a step of the path in `practices/moderation.py`; what is wrong is said on the page it came from."""
    practice = get_object_or_404(Practice.objects.visible_to(request.user), pk=pk)
    if name not in moderation.TRANSITIONS:
        raise Http404
    in_hand = practice.revisions_in_hand(request.user)
    revision = next((text for text in in_hand if name in moderation.available(text, request.user)), in_hand[0])
    page = desk(practice, request.user)
    form = step_form(name, revision, request.POST)
    if form.is_valid():
        try:
            revision = moderation.perform(name, revision, by=request.user, **form.cleaned_data)
        except moderation.NotNow:
            words = _("This step is not open any more: it was taken already, or somebody else was quicker.")
            unsent.give_back(request, words, form)
        except ValidationError as error:
            for field, texts in getattr(error, "error_dict", {None: error}).items():
                form.add_error(field if field in form.fields else None, texts)
        else:
            words = {"title": revision.title, "state": revision.get_state_display()}
            messages.success(request, _("“%(title)s” is now: %(state)s.") % words)
    return ask_again(page, request, pk, {name: form}) if form.errors else redirect(page.url_name, pk)


@require_POST
@login_required
def mark_remark_done(request, pk):
    """The city has dealt with a remark, or takes that back."""
    practices = Practice.objects.editable_by(request.user)
    remark = get_object_or_404(Remark.objects.sent().filter(revision__practice__in=practices), pk=pk)
    moderation.mark_done(remark, by=request.user, done="reopen" not in request.POST)
    practice = remark.revision.practice_id
    if remark.revision.is_writable:
        step = step_of(remark.field)
        return redirect(f"{reverse('practices:update', args=[practice])}?step={step.slug}#remarks-{remark.field}")
    return redirect("practices:status", practice)


class FileMixin(LoginRequiredMixin):
    """A picture or document of a text that the city may change."""

    template_name = "practices/file_form.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.revision = writable(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return f"{reverse('practices:update', args=[self.revision.practice_id])}?step=elsewhere#{self.repeat}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            revision=self.revision, practice=self.revision.practice, back=self.get_success_url(), **kwargs
        )


class FileCreateMixin(FileMixin):
    """One more file, up to the number that a practice may have; sent twice, it is there once."""

    @property
    def most(self):
        return COUNTS[self.repeat][1]

    def get(self, request, *args, **kwargs):
        if getattr(self.revision, self.repeat).count() >= self.most:
            return self.there_are_enough()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            is_there = writing.attach(form.instance, revision=self.revision, most=self.most)
        except PermissionDenied:
            raise Http404 from None
        return self.go_back() if is_there else self.there_are_enough()

    def there_are_enough(self):
        messages.info(self.request, _("There are %d already, the most that a practice can have.") % self.most)
        return self.go_back()

    def go_back(self):
        """To the text; upload.js is told where that is, since it cannot follow."""
        if "application/json" in self.request.headers.get("Accept", ""):
            return JsonResponse({"next": self.get_success_url()})
        return redirect(self.get_success_url())


class ImageCreateView(FileCreateMixin, CreateView):
    form_class = ImageForm
    repeat = "images"


class ImageUpdateView(FileMixin, UpdateView):
    """Words about a picture; another picture is another upload."""

    form_class = ImageForm
    repeat = "images"
    pk_url_kwarg = "image"

    def get_queryset(self):
        return self.revision.images.all()


class DocumentCreateView(FileCreateMixin, CreateView):
    form_class = DocumentForm
    repeat = "documents"

    def get_initial(self):
        return {"language": self.revision.language}


@require_POST
@login_required
def move_image(request, pk, image):
    """Show a picture one place earlier or later; the first one stands for the text in lists."""
    picture = get_object_or_404(writable(request.user, pk).images, pk=image)
    writing.move(picture, by=1 if "later" in request.POST else -1)
    return redirect(f"{reverse('practices:update', args=[pk])}?step=elsewhere#images")


@require_POST
@login_required
def remove_image(request, pk, image):
    """Take a picture out of the text; revisions that were public keep theirs."""
    return remove_file(request, pk, "images", image)


@require_POST
@login_required
def remove_document(request, pk, document):
    """Take a document out of the text; revisions that were public keep theirs."""
    return remove_file(request, pk, "documents", document)


def remove_file(request, pk, repeat, key):
    getattr(writable(request.user, pk), repeat).filter(pk=key).delete()
    return redirect(f"{reverse('practices:update', args=[pk])}?step=elsewhere#{repeat}")
