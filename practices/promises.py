"""What is promised in time: a decision, a word when it is late, a reminder, and a yearly question."""

import datetime
import statistics

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from coalition import working_days
from practices import emails, moderation
from practices.models import Practice, Revision, Step
from practices.models.practice import FRESH_FOR
from practices.models.state import State

MORE = 5  # working days: what is promised anew once the first promise is broken
REMINDERS = [datetime.timedelta(days=14), datetime.timedelta(days=45)]  # after changes were asked for
DECISIONS = ("approve", "refuse", "request_changes")
LOOKED_BACK = datetime.timedelta(days=365)


# how long decisions take


def days_to_decision():
    """For each decision of the last year on a member's text: the working days since it was sent, from the history."""
    sent = Step.objects.filter(
        revision=OuterRef("revision"), name__in=("submit", "resubmit"), at__lte=OuterRef("at")
    ).order_by("-at", "-pk")
    decided = Step.objects.filter(
        name__in=DECISIONS, at__gt=timezone.now() - LOOKED_BACK, revision__practice__origin=Practice.Origin.MEMBER
    ).annotate(sent_at=Subquery(sent.values("at")[:1]))
    rows = decided.exclude(sent_at=None).values_list("sent_at", "at", "revision__practice__member__country")
    return [working_days.between(*row) for row in rows]


def usual_days():
    """The median of those, which the public reads; None where nothing was decided."""
    days = days_to_decision()
    return statistics.median(days) if days else None


# what the clock does


def apologise_for_delays():
    """Tell the authors of late texts so, once for each passage through the queue, with a new date. Returns how many."""
    late = Revision.objects.in_queue().late().filter(promised_on=None, practice__origin=Practice.Origin.MEMBER)
    return sum(apologise(revision) for revision in late.order_by("pk"))


@transaction.atomic
def apologise(revision):
    """Promise a new date, unless there is one or a decision meanwhile; says whether it did."""
    revision = moderation.locked(revision)
    if revision.state not in State.waiting() or revision.promised_on:
        return False
    revision.promised_on = working_days.after(timezone.now(), MORE, revision.practice.member.country)
    moderation.record("apologise", revision, target=revision.state)
    emails.late(revision)
    return True


def remind_authors():
    """Remind of changes that were asked for, after 14 and 45 days. Returns how many texts."""
    asked = Step.objects.filter(revision=OuterRef("pk"), name="request_changes").order_by("-at", "-pk").values("at")
    waiting = Revision.objects.filter(state=State.CHANGES_REQUESTED).annotate(asked_at=Subquery(asked[:1]))
    due = [
        Q(asked_at__lte=timezone.now() - after, reminders=sent_before) for sent_before, after in enumerate(REMINDERS)
    ]
    return sum(remind(revision, revision.asked_at) for revision in waiting.filter(due[0] | due[1]).order_by("pk"))


@transaction.atomic
def remind(revision, asked_at):
    """One reminder; who missed the first (the worker slept) gets one, not two."""
    revision = moderation.locked(revision)
    due = sum(asked_at + after <= timezone.now() for after in REMINDERS)
    if revision.state != State.CHANGES_REQUESTED or revision.reminders >= due:
        return False
    revision.reminders = due
    revision.save(update_fields=["reminders"])
    emails.reminder(revision, asked_at)
    return True


def ask_whether_running():
    """Ask the cities of practices that nobody confirmed for a year, once a year. Returns how many practices."""
    year_ago = timezone.localdate() - FRESH_FOR
    stale = Practice.objects.published().filter(origin=Practice.Origin.MEMBER, removed_at=None)
    stale = stale.filter(Q(confirmed_on=None) | Q(confirmed_on__lte=year_ago))
    stale = stale.filter(Q(asked_on=None) | Q(asked_on__lte=year_ago))
    return sum(ask(practice, year_ago) for practice in stale.order_by("pk"))


@transaction.atomic
def ask(practice, year_ago):
    """One question a year, even where two workers ask at once; says whether it asked."""
    practice = Practice.objects.select_for_update(of=["self"]).get(pk=practice.pk)
    if practice.asked_on and practice.asked_on > year_ago:
        return False
    practice.asked_on = timezone.localdate()
    practice.save(update_fields=["asked_on"])
    emails.still_running(practice)
    return True
