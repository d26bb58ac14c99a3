"""Where a city's people write: what waits for them, the six steps, files, and the way to the moderator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, FormView, TemplateView, UpdateView

from practices import arcs, moderation, timeline, writing
from practices.completeness import COUNTS, problems
from practices.forms.files import DocumentForm, ImageForm
from practices.forms.review import form_for, step_forms
from practices.forms.writing import REPEATS, STEPS, BeginForm, step_of
from practices.lineage import Lineage
from practices.models import Practice, Remark, Revision
from practices.models.revision import State
from practices.views.moderation import ReviewView, ask_again


def editable(user, pk):
    """The practice, if this person writes for its member; else 404."""
    return get_object_or_404(Practice.objects.editable_by(user).select_related("member", "public_revision"), pk=pk)


def writable(user, pk):
    """The practice's open revision while the city may change it; else 404."""
    practice = editable(user, pk)
    return get_object_or_404(practice.revisions.filter(state__in=State.writable()).select_related("practice__member"))


def number(text):
    """What a hidden field says; -1, which nothing has, where it is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


class PracticeCreateView(LoginRequiredMixin, FormView):
    """A working title is enough to begin."""

    form_class = BeginForm
    template_name = "practices/practice_form.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.memberships.current().exists():
            messages.info(
                request, _("You write for a city or region once its lead or the secretariat has invited you.")
            )
            return redirect("practices:workspace")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        draft = writing.begin_once(
            form.cleaned_data["member"],
            by=self.request.user,
            title=form.cleaned_data["title"],
            language=form.cleaned_data["language"],
        )
        return redirect("practices:update", draft.practice_id)


class RevisionUpdateView(LoginRequiredMixin, TemplateView):
    """One of the six steps: `?step=results`. What is typed is kept, whatever happens to the form."""

    template_name = "practices/revision_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        slug = request.GET.get("step", STEPS[0].slug)
        self.step = next((step for step in STEPS if step.slug == slug), STEPS[0])

    def get(self, request, *args, **kwargs):
        self.revision = writable(request.user, kwargs["pk"])
        return self.render_to_response(self.get_context_data(forms=self.get_forms()))

    def post(self, request, *args, **kwargs):
        self.revision = writable(request.user, kwargs["pk"])
        forms = self.get_forms(request.POST)
        version = request.POST.get("version", "")
        wrong = [form for form in forms if not form.is_valid()]
        if wrong:
            return self.render_to_response(self.get_context_data(forms=forms, version=version), status=422)
        try:
            writing.save(
                forms,
                revision=self.revision,
                version=number(version) if version else self.revision.version,
                by=request.user,
            )
        except writing.Overtaken as overtaken:
            return self.ask_which(forms, overtaken.current)
        except PermissionDenied:
            raise Http404 from None
        for name in ("done", "reopen"):
            for remark in self.revision.remarks.sent().filter(pk=number(request.POST.get(name, ""))):
                moderation.mark_done(remark, by=request.user, done=name == "done")
                return redirect(f"{request.path}?step={self.step.slug}#remarks-{remark.field}")
        return redirect(self.next_address())

    def get_forms(self, data=None):
        """The step's form and its repeats, bound to data where there is some."""
        form = self.step.form(data, instance=self.revision)
        return [form, *(REPEATS[name](data, instance=self.revision, prefix=name) for name in self.step.repeats)]

    def ask_which(self, forms, current):
        """Both texts, field by field: saving again keeps the one in the form. A double click has nothing to ask."""
        differing = writing.differences(self.revision, current, self.step.names)
        if current.saved_by == self.request.user and not differing:
            return redirect(self.next_address())
        context = self.get_context_data(forms=forms, version=current.version)
        context |= {
            "overtaken": current,
            "differing": [(Revision.label_of(name), text) for name, text in differing],
        }
        return self.render_to_response(context, status=409)

    def next_address(self):
        here = f"{self.request.path}?step={self.step.slug}"
        if "add" in self.request.POST:
            return f"{here}#{self.request.POST['add']}"
        if "stay" in self.request.POST:
            messages.success(self.request, _("Saved."))
            return here
        if "leave" in self.request.POST:
            return reverse("practices:status", args=[self.revision.practice_id])
        following = STEPS[STEPS.index(self.step) + 1 :]
        if following:
            return f"{self.request.path}?step={following[0].slug}"
        return reverse("practices:status", args=[self.revision.practice_id])

    def get_context_data(self, forms, version=None, **kwargs):
        practice = self.revision.practice
        by_step = problems_by_step(self.revision)
        remarks = self.revision.remarks.sent()
        asked = [step_of(remark.field).slug for remark in remarks if not remark.done_at]
        position = STEPS.index(self.step)
        return super().get_context_data(
            practice=practice,
            revision=self.revision,
            step=self.step,
            number=position + 1,
            previous=STEPS[position - 1] if position else None,
            steps=[(step, by_step.get(step.slug, []), asked.count(step.slug)) for step in STEPS],
            problems=by_step.get(self.step.slug, []),
            form=forms[0],
            formsets=forms[1:],
            forms=forms,
            version=self.revision.version if version is None else version,
            remarks={name: [r for r in remarks if r.field == name] for name in self.step.names},
            images=self.revision.images.all() if "images" in self.step.files else None,
            documents=self.revision.documents.all() if "documents" in self.step.files else None,
            **kwargs,
        )


def problems_by_step(revision):
    """What is still to mend, under the step on whose page it stands."""
    found = {}
    for problem in problems(revision):
        found.setdefault(step_of(problem.field).slug, []).append((Revision.label_of(problem.field), problem))
    return found


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
        by_step = problems_by_step(revision) if revision.is_writable else {}
        return super().get_context_data(
            revision=revision,
            place_in_queue=revision.place_in_queue,
            problems=[(step, by_step[step.slug]) for step in STEPS if step.slug in by_step],
            remarks=[(step_of(remark.field), remark) for remark in revision.remarks.sent()],
            open_remarks=revision.remarks.sent().open().count(),
            stops=timeline.stops(revision, revision.steps.all()),
            published=practice.revisions.ever_public(),
            actions=step_forms(practice, self.request.user, self.bound),
            **kwargs,
        )


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
    form = form_for(name)(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            revision = moderation.perform(name, revision, by=request.user, **form.cleaned_data)
        except moderation.NotNow:
            messages.warning(
                request, _("This step is not open any more: it was taken already, or somebody else was quicker.")
            )
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
