"""The path of a revision, from a city's draft to the public library.

    draft ──submit──▶ submitted ──claim──▶ in review ──approve──▶ approved ──publish──▶ public ──withdraw──▶ withdrawn
      ▲                  │ ▲                 │  │  └──refuse──▶ refused ──reopen──▶ in review
      └────recall────────┘ └──resubmit──┐    │  │
                                        │    └──┴─request changes
                             changes requested ◀┘          submitted ──mark as spam──▶ spam

An administrator may remove whatever was ever sent. Nobody decides on a text of their own or of a member
that they act for. Whether something is late, dormant or scheduled is computed from dates, not a state.
"""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member
from practices import adapting, diff, emails, search
from practices.completeness import problems
from practices.models import Practice, Reply, Revision, Step
from practices.models.state import State

CLAIM = datetime.timedelta(minutes=30)
REFUSAL_REASONS = [
    ("scope", gettext_lazy("Not what this library collects")),
    ("evidence", gettext_lazy("The claims cannot be followed")),
    ("safety", gettext_lazy("Could endanger people or help traffickers")),
    ("rights", gettext_lazy("Against people's rights or dignity")),
    ("duplicate", gettext_lazy("Already in the library")),
    ("other", gettext_lazy("Another reason")),
]


class NotNow(PermissionDenied):
    """The step does not fit the state any more, or this person may not take it."""


# who may


def writes(revision, user):
    """Acts for the practice's member; the author of a retold practice writes for its place."""
    practice = revision.practice
    return user.acts_for(practice.member) or (practice.is_retold and revision.author_id == user.pk)


def leads(revision, user):
    return user.leads(revision.practice.member)


def judges(revision, user):
    """A moderator with no part in this text."""
    return user.has_perm("practices.moderate") and not writes(revision, user) and user.pk != revision.author_id


def may_claim(revision, user):
    """Nobody else holds it: a claim that has run out is free."""
    return judges(revision, user) and not revision.is_held


def to_take(user):
    """What this person may take now, the longest wait first: `may_claim`, asked of the database."""
    if not user.has_perm("practices.moderate"):
        return Revision.objects.none()
    own = Member.objects.filter(memberships__in=user.memberships.current())
    return Revision.objects.in_queue().unheld().exclude(author=user).exclude(practice__member__in=own)


def holds_claim(revision, user):
    return judges(revision, user) and revision.claimed_by_id == user.pk


def another_moderator(revision, user):
    """Not the one who refused; and the city has not begun another text meanwhile."""
    refusal = revision.steps.filter(name="refuse").last()
    return judges(revision, user) and refusal.by_id != user.pk and revision.practice.open_revision is None


def administers(revision, user):
    return user.has_perm("practices.remove")


def nobody(revision, user):
    """Only the clock takes this step."""
    return False


# what follows


def enter_queue(revision, by):
    found = problems(revision)
    if found:
        raise ValidationError({problem.field: problem.text for problem in found})
    adapting.refuse_circles(revision)
    public = revision.practice.public_revision
    revision.submitted_at = timezone.now()
    revision.evidence_stated = revision.state_evidence()
    revision.is_correction = bool(public and public.state == State.PUBLIC and diff.is_correction(public, revision))
    revision.checks, revision.promised_on, revision.reminders = [], None, 0


def hold(revision, by):
    revision.claimed_by, revision.claim_expires_at = by, timezone.now() + CLAIM


def let_go(revision, by):
    revision.claimed_by = revision.claim_expires_at = None


def send_back(revision, by):
    if not revision.remarks.filter(sent_at=None).exists():
        raise ValidationError(_("Say at least one thing that the city should change, next to the field it is about."))
    revision.read_text = diff.words_of(revision)
    decide(revision, by)


def decide(revision, by):
    """The review ends: its remarks, replies and edits become the author's to read."""
    for words in (revision.remarks, revision.edits, Reply.objects.filter(remark__revision=revision)):
        words.filter(sent_at=None).update(sent_at=timezone.now())
    let_go(revision, by)


def approve(revision, by):
    if not revision.evidence_checked:
        raise ValidationError({"evidence": _("Say which level of evidence you found.")})
    if revision.evidence_checked != revision.evidence_stated and not revision.evidence_reason:
        raise ValidationError({"evidence_reason": _("Say why the level differs from what the city states.")})
    adapting.claim(revision)
    revision.approved_at = timezone.now()
    decide(revision, by)


def make_way(revision, by):
    """The text that is public now goes to the history."""
    current = revision.practice.public_revision
    if current:
        record("replace", current, target=State.REPLACED)
    revision.published_at = timezone.now()


def show(revision, by):
    """The public reads and finds this text from now on."""
    practice = revision.practice
    practice.public_revision = revision
    practice.first_published_at = practice.first_published_at or revision.published_at
    practice.slug = practice.slug or free_slug(revision)
    if not practice.is_retold:
        practice.confirmed_on = timezone.localdate()
    practice.save()
    adapting.announce(revision)
    search.index(practice)


def hide(revision, by):
    search.unindex(revision.practice)


def remove(revision, by):
    """Gone from every channel at once, and with it whatever was still being written."""
    practice = revision.practice
    for other in practice.revisions.open().exclude(pk=revision.pk):
        record("remove", other, by=by, target=State.REMOVED)
    practice.removed_at = timezone.now()
    practice.save(update_fields=["removed_at"])
    hide(revision, by)


class Transition(NamedTuple):
    """One step: its button, from where to where, who may, what it needs and changes, what follows, whom it tells."""

    label: str
    sources: set
    target: str
    allowed: Callable
    prepare: Callable | None = None
    follow: Callable | None = None
    notify: Callable | None = None
    needs_reason: bool = False

    @property
    def is_plain(self):
        """A button is enough: nothing to write or to choose."""
        return self.target in (State.SUBMITTED, State.DRAFT, State.IN_REVIEW)


TRANSITIONS = {
    "submit": Transition(
        gettext_lazy("Send for review"), {State.DRAFT}, State.SUBMITTED, writes, enter_queue, notify=emails.submitted
    ),
    "resubmit": Transition(
        gettext_lazy("Send again"),
        {State.CHANGES_REQUESTED},
        State.SUBMITTED,
        writes,
        enter_queue,
        notify=emails.submitted,
    ),
    "recall": Transition(gettext_lazy("Take back to work on it"), {State.SUBMITTED}, State.DRAFT, writes),
    "claim": Transition(gettext_lazy("Take it"), {State.SUBMITTED, State.IN_REVIEW}, State.IN_REVIEW, may_claim, hold),
    "request_changes": Transition(
        gettext_lazy("Send back with remarks"),
        {State.IN_REVIEW},
        State.CHANGES_REQUESTED,
        holds_claim,
        send_back,
        notify=emails.changes_requested,
    ),
    "approve": Transition(
        gettext_lazy("Approve"), {State.IN_REVIEW}, State.APPROVED, holds_claim, approve, notify=emails.approved
    ),
    "publish": Transition(
        gettext_lazy("Publish"), {State.APPROVED}, State.PUBLIC, nobody, make_way, show, emails.published
    ),
    "refuse": Transition(
        gettext_lazy("Refuse, with a reason"),
        {State.IN_REVIEW},
        State.REFUSED,
        holds_claim,
        decide,
        notify=emails.refused,
        needs_reason=True,
    ),
    "reopen": Transition(gettext_lazy("Read it again"), {State.REFUSED}, State.IN_REVIEW, another_moderator, hold),
    "spam": Transition(gettext_lazy("Mark as spam"), {State.SUBMITTED}, State.SPAM, judges),
    "withdraw": Transition(
        gettext_lazy("Withdraw from the library"),
        {State.PUBLIC},
        State.WITHDRAWN,
        leads,
        follow=hide,
        notify=emails.withdrawn,
        needs_reason=True,
    ),
    "remove": Transition(
        gettext_lazy("Remove for good"),
        {State.PUBLIC, State.WITHDRAWN, State.REFUSED, State.SPAM},
        State.REMOVED,
        administers,
        follow=remove,
        notify=emails.removed,
        needs_reason=True,
    ),
}


def available(revision, user):
    """The steps that this person may take from here, by name."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if revision.state in step.sources and step.allowed(revision, user)
    }


@transaction.atomic
def perform(name, revision, *, by, reason="", reason_code="", evidence="", evidence_reason="", checks=None):
    """Take one step, record who took it and why, and tell those it concerns. `by=None` is the clock.

    Raises NotNow where the step is not open to this person in this state (it may have been taken already),
    and ValidationError where something is missing that the step needs; then nothing has changed.
    """
    revision = locked(revision)
    step = TRANSITIONS[name]
    by_clock = by is None and name == "publish" and revision.state in step.sources
    if not by_clock and (by is None or name not in available(revision, by)):
        raise NotNow
    if step.needs_reason and not reason.strip():
        raise ValidationError({"reason": _("Say why; the city reads it.")})
    if name == "approve":
        public = revision.practice.public_revision
        if revision.is_correction and not evidence:  # what it corrects was examined already
            evidence, evidence_reason = public.evidence_checked, public.evidence_reason
        revision.evidence_checked, revision.evidence_reason = evidence, evidence_reason
        revision.checks = revision.checks if checks is None else checks
    if step.prepare:
        step.prepare(revision, by)
    record(name, revision, by=by, target=step.target, reason=reason, reason_code=reason_code)
    if step.follow:
        step.follow(revision, by)
    if step.notify:
        step.notify(revision, reason)
    if name == "approve" and is_due(revision):
        return perform("publish", revision, by=None)
    return revision


def locked(revision):
    """The revision and its practice as they stand, and nobody else changes them before the transaction ends."""
    practice = Practice.objects.select_for_update(of=["self"]).select_related("member").get(pk=revision.practice_id)
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    revision.practice = practice
    return revision


def record(name, revision, *, target, by=None, reason="", reason_code=""):
    """Move the revision, save it, and write the line of its history."""
    Step.objects.create(
        revision=revision,
        name=name,
        by=by,
        at=timezone.now(),
        source=revision.state,
        target=target,
        reason=reason,
        reason_code=reason_code,
    )
    revision.state = target
    revision.save()


def is_due(revision):
    """Whether nothing but its date keeps an approved text from the public."""
    return revision.publish_not_before is None or revision.publish_not_before <= timezone.localdate()


def publish_due():
    """Publish what was approved for a day that has come; returns how many."""
    waiting = [revision for revision in Revision.objects.filter(state=State.APPROVED) if is_due(revision)]
    for revision in waiting:
        perform("publish", revision, by=None)
    return len(waiting)


def renew_claim(revision, by):
    """Work keeps a claim alive."""
    Revision.objects.filter(pk=revision.pk, claimed_by=by).update(claim_expires_at=timezone.now() + CLAIM)


@transaction.atomic
def remark(revision, *, field, text, by):
    """Pin a remark to a field; the author reads it when the review ends. Raises NotNow without a claim."""
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if revision.state != State.IN_REVIEW or not holds_claim(revision, by):
        raise NotNow
    renew_claim(revision, by)
    said, _created = revision.remarks.get_or_create(
        field=field, text=text, by=by, sent_at=None, defaults={"written_at": timezone.now()}
    )
    return said


def mark_done(remark, *, by, done=True):
    """The city has dealt with a remark, or takes that back; said twice, it is the same."""
    remark.done_at, remark.done_by = (timezone.now(), by) if done else (None, None)
    remark.save(update_fields=["done_at", "done_by"])


def free_slug(revision):
    """An address from the title that no other practice has; titles without Latin letters give the code."""
    base = slugify(revision.title)[:80].strip("-") or revision.practice.code.lower()
    taken = set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
