"""Asking to join, and the secretariat's desk for members."""

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from coalition import limits, unsent
from members import joining
from members.forms.joining import JoinAnswerForm, JoinForm
from members.models import JoinRequest

LATEST = 20


class JoinView(FormView):
    """A city asks to become a member. The same thanks for everybody, whatever became of it."""

    template_name = "members/join.html"
    form_class = JoinForm

    def get_initial(self):
        return {"language": translation.get_language()}

    def form_valid(self, form):
        try:
            if not form.is_by_a_program:
                joining.ask(form.save(commit=False), address=limits.visitors_address(self.request))
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Thank you. The secretariat has your request and answers by e-mail."))
        return redirect("members:join")


class DeskView(PermissionRequiredMixin, TemplateView):
    """Requests that wait, members without a lead, and what was answered lately."""

    permission_required = "members.add_invitation"
    template_name = "members/member_desk.html"

    def get_context_data(self, **kwargs):
        answered = JoinRequest.objects.exclude(answered_at=None).select_related("member")
        return super().get_context_data(
            waiting=JoinRequest.objects.waiting(),
            without_lead=joining.without_lead(),
            answered=answered.order_by("-answered_at")[:LATEST],
            **kwargs,
        )


class JoinAnswerView(PermissionRequiredMixin, FormView):
    """One request, and its answer."""

    permission_required = "members.add_invitation"
    template_name = "members/join_request.html"
    form_class = JoinAnswerForm

    def dispatch(self, request, *args, **kwargs):
        if self.has_permission():
            requests = JoinRequest.objects.all() if request.method == "POST" else JoinRequest.objects.waiting()
            self.join_request = get_object_or_404(requests, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        chosen = form.cleaned_data
        try:
            if chosen["answer"] == "accept":
                joining.accept(
                    self.join_request, by=self.request.user, reason=chosen["reason"], member=chosen["member"]
                )
            else:
                joining.decline(self.join_request, by=self.request.user, reason=chosen["reason"])
        except joining.AlreadyAnsweredError:
            unsent.give_back(self.request, _("Somebody else has answered this meanwhile."), form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        else:
            messages.success(self.request, _("Your answer is on its way."))
        return redirect("members:desk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(join_request=self.join_request, **kwargs)
