"""What waits for somebody who signed in, and where each of their practices stands."""

from typing import NamedTuple

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from members import joining
from members.models import JoinRequest, Membership, Signature
from practices import moderation, timeline
from practices.models import Descent, Practice, Question, Revision
from practices.models.state import State

DRAFTS_TO_FINISH = 3  # more would hide what is urgent


class Task(NamedTuple):
    """One thing that waits: a sentence, a line about it, and the button that begins it."""

    icon: str
    sentence: str
    note: str
    button: str
    address: str


class DashboardView(LoginRequiredMixin, TemplateView):
    """What waits for me, the most urgent first, and where each of our practices stands."""

    template_name = "practices/dashboard.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        colleagues = Membership.objects.current().select_related("user")
        memberships = list(
            user.memberships.current()
            .select_related("member")
            .prefetch_related(Prefetch("member__memberships", colleagues, to_attr="people"))
        )
        revisions = list(
            Revision.objects.filter(practice__in=Practice.objects.editable_by(user))
            .latest_of_each()
            .select_related("practice__member", "practice__public_revision")
            .with_open_remarks()
            .order_by("-saved_at")
        )
        chosen = self.request.GET.get("member", "")
        chosen = next((own.member for own in memberships if own.member.slug == chosen), None)
        if chosen:
            revisions = [revision for revision in revisions if revision.practice.member_id == chosen.pk]
        moving = next((revision for revision in revisions if revision.is_on_its_way), None)
        return super().get_context_data(
            memberships=memberships,
            chosen=chosen,
            tasks=[
                *answers(revisions),
                *opinions_asked(user),
                *adaptations(user),
                *questions(user),
                *checks(user),
                *membership(user),
                *unconfirmed(revisions),
                *drafts(revisions),
            ],
            standings=standings(revisions),
            moving=moving,
            stops=timeline.stops(moving, moving.steps.all()) if moving else [],
            offers=[revision for revision in revisions if revision.state == State.PUBLIC and revision.offers],
            **kwargs,
        )


def answers(revisions):
    """Texts that a moderator sent back, the longest ago first."""
    for revision in reversed(revisions):
        if revision.state == State.CHANGES_REQUESTED:
            n = revision.open_remarks
            sentence = ngettext("Answer %(n)d remark on “%(title)s”", "Answer %(n)d remarks on “%(title)s”", n)
            yield Task(
                "message-square",
                sentence % {"n": n, "title": revision.title} if n else _("Send “%s” again") % revision.title,
                _("%(place)s. The secretariat waits for you.") % {"place": revision.practice.member},
                _("Answer") if n else _("Look and send"),
                reverse("practices:status", args=[revision.practice_id]) + "#remarks" * bool(n),
            )


def adaptations(user):
    """Cities that say they adapted a practice of ours and wait to hear whether that is so, the oldest first."""
    waiting = Descent.objects.answerable_by(user).waiting()
    for descent in waiting.select_related("practice__member", "origin__public_revision").order_by("asked_at"):
        place, title = descent.practice.member, descent.origin.public_revision.title
        yield Task(
            "git-compare",
            _("%(place)s says that it adapted “%(title)s”") % {"place": place, "title": title},
            _("Is it so? Until you answer, readers see that it is not confirmed."),
            _("Answer"),
            reverse("practices:adaptations") + f"#descent-{descent.pk}",
        )


def questions(user):
    """Questions that another city asked about a practice of ours, the oldest first."""
    waiting = Question.objects.asked_of(user).waiting().select_related("practice__public_revision", "asking_member")
    for question in waiting.order_by("asked_at"):
        yield Task(
            "mail",
            _("%(place)s has a question") % {"place": question.asking_member},
            _("About “%(title)s”. Asked on %(date)s.")
            % {"title": question.practice.public_revision.title, "date": date_format(question.asked_at)},
            _("Answer"),
            reverse("practices:question", args=[question.pk]),
        )


def opinions_asked(user):
    """Second opinions that this person was asked for, the nearest term first."""
    for opinion in user.opinions.open().select_related("revision").order_by("due_on"):
        yield Task(
            "eye",
            _("Give your opinion on “%s”") % opinion.revision.title,
            _("A moderator hopes for it by %s.") % date_format(opinion.due_on),
            _("Read and answer"),
            reverse("practices:opinion", args=[opinion.pk]),
        )


def unconfirmed(revisions):
    """Public texts that nobody has confirmed for a year: the one that was saved longest ago."""
    stale = [text for text in revisions if text.state == State.PUBLIC and not text.practice.is_fresh]
    for revision in stale[-1:]:
        yield Task(
            "clock",
            _("Say whether “%s” is still running") % revision.title,
            _("Its page says “not confirmed”."),
            _("Look and confirm"),
            reverse("practices:status", args=[revision.practice_id]),
        )


def checks(user):
    """What waits for somebody of the secretariat: texts to read and signatures to check."""
    if user.has_perm("practices.moderate"):
        in_hand = Revision.objects.in_queue().filter(claimed_by=user, state=State.IN_REVIEW).first()
        if in_hand:
            yield Task(
                "eye",
                _("Go on reading “%s”") % in_hand.title,
                _("Decision by %s.") % date_format(in_hand.due),
                _("Go on"),
                reverse("practices:review", args=[in_hand.practice_id]),
            )
        free = moderation.to_take(user)
        if n := free.count():
            late = free.late().count()
            yield Task(
                "inbox",
                ngettext("Read %d text that waits for a moderator", "Read %d texts that wait for a moderator", n) % n,
                ngettext("%d is late.", "%d are late.", late) % late if late else _("None of them is late."),
                _("Open the queue"),
                reverse("practices:queue"),
            )
        if n := Question.objects.reported().count():
            yield Task(
                "flag",
                ngettext("Look at %d reported question", "Look at %d reported questions", n) % n,
                _("Until then nobody can answer it."),
                _("Look"),
                reverse("practices:reported_questions"),
            )
    if user.has_perm("members.verify_signature") and (n := Signature.objects.waiting_for_officer().count()):
        yield Task(
            "shield-check",
            ngettext("Check %d signature", "Check %d signatures", n) % n,
            _("Cities and regions were promised an answer in ten working days."),
            _("Open the cases"),
            reverse("members:signature_queue"),
        )


def membership(user):
    """Who asks to join, and which members nobody leads: for those who invite."""
    if not joining.may_answer(user):
        return
    if n := JoinRequest.objects.waiting().count():
        yield Task(
            "users",
            ngettext("Answer %d request to join", "Answer %d requests to join", n) % n,
            _("Every request gets an answer with a reason."),
            _("Open the requests"),
            reverse("members:desk"),
        )
    if n := joining.without_lead().count():
        yield Task(
            "user",
            ngettext("Find a lead for %d member", "Find a lead for %d members", n) % n,
            _("Without a lead nobody can invite colleagues there."),
            _("See which"),
            reverse("members:desk") + "#leads",
        )


def drafts(revisions):
    """Texts that were begun, the last saved first."""
    begun = [revision for revision in revisions if revision.state == State.DRAFT]
    for revision in begun[:DRAFTS_TO_FINISH]:
        saved = {"place": revision.practice.member, "date": date_format(revision.saved_at)}
        yield Task(
            "pencil",
            _("Finish “%s”") % revision.title,
            _("%(place)s. A draft, last saved on %(date)s.") % saved,
            _("Go on writing"),
            reverse("practices:update", args=[revision.practice_id]),
        )


def standings(revisions):
    """Each text with its place in the queue, where it waits: pairs, those on their way first."""
    waiting = [revision.pk for revision in revisions if revision.is_waiting]
    queue = Revision.objects.in_queue().values_list("pk", flat=True) if waiting else []
    places = {pk: place for place, pk in enumerate(queue, start=1)}
    ordered = sorted(revisions, key=lambda revision: not revision.is_on_its_way)
    return [(revision, places.get(revision.pk)) for revision in ordered]
