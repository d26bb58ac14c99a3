"""What an expert sees who was asked for a second opinion: one text, and a form."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from coalition import unsent
from practices import moderation, opinions
from practices.forms.review import OpinionForm
from practices.forms.writing import STEPS
from practices.models import Opinion, Revision

PRIVATE = {"note", "contacts", "right_to_publish", "right_approved_by", "right_approved_on"}


class OpinionView(LoginRequiredMixin, FormView):
    """The question, the text and the answer; an expert sees no other text and nothing that others said of it."""

    template_name = "practices/opinion.html"

    def dispatch(self, request, *args, **kwargs):
        asked = Opinion.objects.asked_of(request.user).select_related("revision__practice__member")
        if request.user.is_authenticated:
            self.opinion = get_object_or_404(asked, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        return OpinionForm(self.request.POST or None, instance=self.opinion)

    def post(self, request, *args, **kwargs):
        if "decline" in request.POST:
            return self.answer(
                _("You have declined. Thank you for saying so."), text=request.POST.get("text", "").strip()
            )
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        return self.answer(_("Your advice is with the moderator. Thank you."), **form.cleaned_data)

    def answer(self, thanks, **words):
        try:
            opinions.answer(self.opinion, by=self.request.user, **words)
            messages.success(self.request, thanks)
        except moderation.NotNow:
            unsent.give_back(self.request, _("This was answered or decided already."), self.get_form())
        return redirect("practices:workspace")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            opinion=self.opinion, revision=self.opinion.revision, parts=list(parts_of(self.opinion.revision)), **kwargs
        )


def parts_of(revision):
    """What the text says and the public would read, under the titles of its parts."""
    for step in STEPS:
        names = [name for name in step.names if name not in PRIVATE and not name.startswith("theme_")]
        said = [(Revision.label_of(name), revision.text_of(name)) for name in names]
        if said := [(label, text) for label, text in said if text]:
            yield step.title, said
