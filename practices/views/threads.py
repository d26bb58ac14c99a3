"""What an author and a moderator say to each other on a remark, and the city's word that a practice still runs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition import unsent
from practices import moderation, reviewing
from practices.forms.review import ReplyForm
from practices.models import Practice, Remark
from practices.views.moderation import ReviewView, ask_again
from practices.views.workspace import PracticeStatusView


@require_POST
@login_required
def reply(request, pk):
    """One more word on a remark, from the city's desk or the moderators'."""
    editable = Practice.objects.editable_by(request.user)
    seen = Remark.objects.filter(revision__practice__in=Practice.objects.visible_to(request.user))
    remark = get_object_or_404(seen.select_related("revision__practice__member"), pk=pk)
    is_writer = editable.filter(pk=remark.revision.practice_id).exists()
    if is_writer and remark.sent_at is None:
        raise Http404
    page = PracticeStatusView if is_writer else ReviewView
    practice, form = remark.revision.practice_id, ReplyForm(request.POST, remark=remark)
    if not form.is_valid():
        return ask_again(page, request, practice, {form.name: form})
    try:
        reviewing.reply(remark, by=request.user, **form.cleaned_data)
    except moderation.NotNow:
        unsent.give_back(request, _("It is not your turn on this text."), form)
    return redirect(f"{reverse(page.url_name, args=[practice])}#remark-{remark.pk}")


@require_POST
@login_required
def confirm(request, pk):
    """The city says that its public text is still true."""
    practice = get_object_or_404(Practice.objects.editable_by(request.user), pk=pk)
    try:
        reviewing.confirm(practice, by=request.user)
        messages.success(request, _("Thank you. Readers see that it was confirmed today."))
    except moderation.NotNow:
        messages.warning(request, _("Only what is public can be confirmed."))
    return redirect("practices:status", pk)
