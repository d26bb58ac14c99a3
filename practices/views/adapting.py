"""Where a city answers those who say that they adapted its practice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from practices import adapting
from practices.forms.adapting import AnswerForm
from practices.models import Adaptation, Descent, DescentStep


class AdaptationListView(LoginRequiredMixin, ListView):
    """What other cities say that they took from ours: what waits for our answer first."""

    template_name = "practices/adaptations.html"
    bound = {}  # a form that came back, by the number of its descent

    def get_queryset(self):
        claims = Adaptation.objects.filter(origin__isnull=False)
        return (
            Descent.objects.answerable_by(self.request.user)
            .select_related("origin__member", "origin__public_revision")
            .select_related("practice__member", "practice__public_revision")
            .prefetch_related(
                Prefetch("practice__public_revision__adaptations", claims, to_attr="claims"),
                Prefetch("steps", DescentStep.objects.select_related("by")),
            )
            .order_by("-asked_at", "-pk")
        )

    def get_context_data(self, **kwargs):
        descents = list(self.object_list)
        for descent in descents:
            told = descent.practice.public_revision.claims
            descent.claim = next(claim for claim in told if claim.origin_id == descent.origin_id)
            descent.form = self.bound.get(descent.pk) or AnswerForm(auto_id=f"descent_{descent.pk}_%s")
        waiting = [descent for descent in descents if not descent.is_answered]
        return super().get_context_data(
            waiting=waiting, answered=[descent for descent in descents if descent not in waiting], **kwargs
        )


@require_POST
@login_required
def answer(request, pk, name):
    """Confirm or dispute an adaptation; what is to mend is said on the page it came from."""
    descent = get_object_or_404(Descent.objects.answerable_by(request.user), pk=pk)
    if name not in adapting.ANSWERS:
        raise Http404
    form = AnswerForm(request.POST, auto_id=f"descent_{pk}_%s")
    if form.is_valid():
        try:
            adapting.answer(name, descent, by=request.user, words=form.cleaned_data["words"])
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. Your answer stands beside the adaptation."))
            return redirect("practices:adaptations")
    page = AdaptationListView(bound={pk: form})
    page.setup(request)
    response = page.get(request)
    response.status_code = 422
    return response
