"""Ask this city: the question, the answer, and what was reported."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView, TemplateView

from coalition import unsent
from practices import asking
from practices.forms.asking import QuestionForm, WordsForm
from practices.models import Practice, Question

MOST_SHARED = 20


class AskView(LoginRequiredMixin, FormView):
    """A question about a public practice, and those that both sides shared with all members."""

    template_name = "practices/ask.html"
    form_class = QuestionForm

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        practices = Practice.objects.published().select_related("member", "public_revision")
        self.practice = get_object_or_404(practices, slug=kwargs["slug"])
        if request.user.acts_for(self.practice.member):
            return redirect("practices:questions")
        if not request.user.memberships.current().exists():
            messages.info(request, _("Questions are asked for a city or region. Ask your lead to invite you."))
            return redirect(self.practice)
        if not asking.may_be_asked(self.practice):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        try:
            question = asking.ask(
                self.practice, form.cleaned_data["text"], by=self.request.user, for_member=form.member
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(self.request, _("Your question is on its way. You get a mail when there is an answer."))
        return redirect("practices:question", question.pk)

    def get_context_data(self, **kwargs):
        shared = self.practice.questions.shared().select_related("asking_member")
        return super().get_context_data(practice=self.practice, shared=shared, **kwargs)


class QuestionListView(LoginRequiredMixin, TemplateView):
    """Questions to us, those that wait first, questions of ours, and what other cities share with all members."""

    template_name = "practices/questions.html"

    def get_context_data(self, **kwargs):
        questions = Question.objects.with_places()
        user = self.request.user
        return super().get_context_data(
            shared=asking.shared_with(user).with_places()[:MOST_SHARED],
            to_us=questions.asked_of(user).order_by("ended_at", "asked_at"),
            ours=questions.asked_by(user),
            **kwargs,
        )


class QuestionView(LoginRequiredMixin, DetailView):
    """One question with its answer and what this person may do."""

    template_name = "practices/question.html"
    bound = {}  # forms that came back, by the name of their step

    def get_queryset(self):
        return Question.objects.visible_to(self.request.user).with_places().select_related("asked_by")

    def get_context_data(self, **kwargs):
        question, user = self.object, self.request.user
        open_to_them = asking.available(question, user)
        is_asked, has_asked = asking.is_asked(question, user), asking.asked(question, user)
        return super().get_context_data(
            forms={name: WordsForm(name=name) for name in asking.STEPS if name in open_to_them} | self.bound,
            may_share=question.is_answered and (is_asked or has_asked),
            has_agreed=(is_asked and question.city_agreed_at) or (has_asked and question.asker_agreed_at),
            is_asked=is_asked,
            history=question.steps.all(),
            **kwargs,
        )


class ReportedListView(PermissionRequiredMixin, ListView):
    """What cities reported, for a moderator to look at."""

    permission_required = "practices.moderate"
    template_name = "practices/reported_questions.html"

    def get_queryset(self):
        return Question.objects.reported().select_related("practice__member", "asking_member").order_by("reported_at")


@require_POST
@login_required
def take_step(request, pk, name):
    """Answer, close, report, decide on a report, or share."""
    question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
    if name not in {*asking.STEPS, "share", "unshare"}:
        raise Http404
    form = WordsForm(request.POST, name=name)
    if form.is_valid():
        try:
            if name in asking.STEPS:
                asking.perform(name, question, by=request.user, words=form.cleaned_data["words"])
            else:
                asking.share(question, by=request.user, agrees=name == "share")
        except PermissionDenied:
            unsent.give_back(request, _("This is not open to you, or somebody else was quicker."), form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done."))
    if form.errors:
        page = QuestionView(bound={name: form})
        page.setup(request, pk=pk)
        response = page.get(request)
        response.status_code = 422
        return response
    if request.user.has_perm("practices.moderate") and not Question.objects.visible_to(request.user).filter(pk=pk):
        return redirect("practices:reported_questions")
    return redirect("practices:question", pk)
