"""The writing form, in which nothing is lost: it saves by itself, two people write at once, a session ends."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from coalition import unsent
from practices import diff, moderation, safety, writing
from practices.forms.repeats import REPEATS
from practices.forms.writing import STEPS, step_of
from practices.models import Practice, Revision
from practices.views.workspace import problems_by_step, writable

CHOICE = "choose-"  # before the name of a field: "mine" or "theirs", when two have written there
NOT_CARRIED = ("csrfmiddlewaretoken", "opened")  # of what a form sent, when it is sent once more


class RevisionUpdateView(LoginRequiredMixin, TemplateView):
    """One of the six steps: `?step=results`. What is typed is kept, whatever happens to the form."""

    template_name = "practices/revision_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        slug = request.GET.get("step", STEPS[0].slug)
        self.step = next((step for step in STEPS if step.slug == slug), STEPS[0])
        self.here = f"{request.path}?step={self.step.slug}"

    def handle_no_permission(self):
        """Signed out while writing: a script is told so, and what a form sent waits until its writer is back."""
        if is_script(self.request):
            return JsonResponse({}, status=401)
        if self.request.method == "POST":
            unsent.keep(self.request, self.here)
        return super().handle_no_permission()

    def get(self, request, *args, **kwargs):
        self.revision = writable(request.user, kwargs["pk"])
        unsaved = unsent.kept(request, self.here)
        context = self.get_context_data(self.get_forms(unsaved), is_unsaved=unsaved is not None)
        if unsaved is not None:
            context["opened"] = unsaved.get("opened", "")
        return self.render_to_response(context)

    def post(self, request, *args, **kwargs):
        self.revision = writable(request.user, kwargs["pk"])
        if "discard" in request.POST:
            unsent.forget(request)
            return redirect(self.here)
        try:
            return self.save_quietly() if is_script(request) else self.save()
        except writing.Overtaken as overtaken:
            return self.ask_which(overtaken)
        except PermissionDenied:
            raise Http404 from None

    def save_quietly(self):
        """What can be saved while somebody writes, and in words what is not yet as it should be."""
        form, *formsets = self.get_forms(self.request.POST)
        unready = [*form.leave_out_mistakes(), *(formset.label for formset in formsets if not formset.is_valid())]
        saved = self.save_forms([form, *(formset for formset in formsets if formset.is_valid())])
        words = _("Saved at %(time)s. Not yet: %(fields)s.") if unready else _("Saved at %(time)s")
        words %= {"time": time(saved.saved_at), "fields": ", ".join(map(str, unready))}
        return JsonResponse({"said": words, "opened": self.traces(saved), "is_whole": not unready})

    def save(self):
        """What a button sent: all of it, or nothing and what is to mend."""
        posted = self.request.POST
        theirs = [name for name in self.step.written if posted.get(CHOICE + name) == "theirs"]
        forms = self.get_forms(posted)
        forms[0].leave_out(theirs)
        forms = [form for form in forms if form.prefix not in theirs]
        if not all(form.is_valid() for form in forms):
            context = self.get_context_data(self.get_forms(posted), opened=posted.get("opened", ""))
            return self.render_to_response(context, status=422)
        self.save_forms(forms)
        unsent.forget(self.request)
        for name in ("done", "reopen"):
            for remark in self.revision.remarks.sent().filter(pk=number(posted.get(name, ""))):
                moderation.mark_done(remark, by=self.request.user, done=name == "done")
                return redirect(f"{self.here}#remarks-{remark.field}")
        return redirect(self.next_address())

    def save_forms(self, forms):
        posted = self.request.POST
        traces = dict(pair.split(":", 1) for pair in posted.get("opened", "").split(",") if ":" in pair)
        return writing.save(
            forms,
            revision=self.revision,
            by=self.request.user,
            opened={name: traces.get(name, "") for name in self.step.written},
            decided=[name for name in self.step.written if posted.get(CHOICE + name) == "mine"],
        )

    def get_forms(self, data=None):
        """The step's form and its repeats, bound to data where there is some."""
        form = self.step.form(data, instance=self.revision)
        also = {"adaptations": self.taken_over()}
        return [form] + [
            REPEATS[name](data, instance=self.revision, prefix=name, also=also.get(name, ()))
            for name in self.step.repeats
        ]

    def taken_over(self):
        """A row for the practice to which the page of similar ones has led: `?from=P-0012`."""
        code = self.request.GET.get("from", "").removeprefix("P-")
        origin = Practice.objects.published().filter(pk=number(code)).first()
        return [{"origin": origin.pk}] if origin else []

    def traces(self, revision):
        """How the fields of this step stand, to know later which of them others have changed."""
        traces = writing.traces(revision, self.step.written)
        return ",".join(f"{name}:{trace}" for name, trace in traces.items())

    def ask_which(self, overtaken):
        """Both texts, field by field, to choose from; all that was sent travels along."""
        current = overtaken.current
        if is_script(self.request):
            words = _("%(name)s saved other words at %(time)s. Nothing is overwritten: save to see both and choose.")
            if current.saved_by == self.request.user:
                words = _("Another window saved other words at %(time)s. Nothing is overwritten: save to see both.")
            words %= {"name": current.saved_by, "time": time(current.saved_at)}
            return JsonResponse({"said": words}, status=409)
        context = {
            "practice": current.practice,
            "revision": current,
            "is_own": current.saved_by == self.request.user,
            "step": self.step,
            "here": self.here,
            "opened": self.traces(current),
            "carried": [
                (name, value)
                for name, values in self.request.POST.lists()
                for value in values
                if name not in NOT_CARRIED and not name.startswith(CHOICE)
            ],
            "clashes": [
                (clash, CHOICE + clash.name, Revision.label_of(clash.name), diff.words(clash.theirs, clash.mine))
                for clash in overtaken.clashes
            ],
        }
        self.template_name = "practices/revision_conflict.html"
        return self.render_to_response(context, status=409)

    def next_address(self):
        if "add" in self.request.POST:
            return f"{self.here}#{self.request.POST['add']}"
        if "stay" in self.request.POST:
            messages.success(self.request, _("Saved."))
            return self.here
        following = STEPS[STEPS.index(self.step) + 1 :]
        if following and "leave" not in self.request.POST:
            return f"{self.request.path}?step={following[0].slug}"
        return reverse("practices:status", args=[self.revision.practice_id])

    def get_context_data(self, forms, **kwargs):
        practice = self.revision.practice
        by_step = problems_by_step(self.revision)
        remarks = self.revision.remarks.sent()
        asked = [step_of(remark.field).slug for remark in remarks if not remark.done_at]
        position = STEPS.index(self.step)
        return super().get_context_data(
            practice=practice,
            revision=self.revision,
            step=self.step,
            here=self.here,
            number=position + 1,
            previous=STEPS[position - 1] if position else None,
            steps=[(step, by_step.get(step.slug, []), asked.count(step.slug)) for step in STEPS],
            problems=by_step.get(self.step.slug, []),
            form=forms[0],
            formsets=forms[1:],
            forms=forms,
            remarks={name: [r for r in remarks if r.field == name] for name in self.step.names},
            findings=safety.screen(self.revision),
            images=self.revision.images.all() if "images" in self.step.files else None,
            documents=self.revision.documents.all() if "documents" in self.step.files else None,
            **{"opened": self.traces(self.revision)} | kwargs,
        )


def is_script(request):
    """Whether autosave.js asks, which reads words and no page."""
    return "application/json" in request.headers.get("Accept", "")


def number(text):
    """What a button says; -1, which nothing has, where it is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def time(moment):
    return formats.date_format(timezone.localtime(moment), "TIME_FORMAT")
