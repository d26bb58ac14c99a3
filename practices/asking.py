"""Ask this city: a question from one member's people to another's about a practice, answered on the site.

    open ──answer──▶ answered (both agree ──▶ shared with all members)
     │ └──close──▶ closed
     └──report──▶ reported ──dismiss──▶ open
                     └──uphold──▶ closed, and its asker asks nothing for ninety days

Neither side's address is shown: mails say only that there is something to read, and where.
"""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition import limits
from practices import emails
from practices.models import Practice, Question, QuestionStep

QUESTIONS_A_DAY = 5  # of one person
REMIND_AFTER = datetime.timedelta(days=10)
SILENT_FOR = datetime.timedelta(days=90)
DAY = 24 * 3600


def may_be_asked(practice):
    """Whether its city is here to answer: people act for it, and it wrote the text itself."""
    return not practice.is_retold and practice.member.memberships.current().exists()


@transaction.atomic
def ask(practice, text, *, by, for_member):
    """Put a question to the practice's city. Raises ValidationError where it is one too many."""
    practice = Practice.objects.published().select_related("member").get(pk=practice.pk)
    if not by.acts_for(for_member) or by.acts_for(practice.member) or not may_be_asked(practice):
        raise PermissionDenied
    if by.questions.filter(is_abuse=True, ended_at__gt=timezone.now() - SILENT_FOR).exists():
        raise ValidationError(_("The secretariat has closed an earlier question of yours. Write to it to go on."))
    if not limits.allow(f"question:{by.pk}", QUESTIONS_A_DAY, DAY):
        raise ValidationError(_("You have asked five questions today. Ask the next one tomorrow."))
    try:
        with transaction.atomic():
            question = Question.objects.create(practice=practice, asked_by=by, asking_member=for_member, text=text)
    except IntegrityError:
        raise ValidationError(_("Your last question about this practice still waits for its answer.")) from None
    record("ask", question, by)
    emails.question_asked(question)
    return question


# who may, and what follows


def is_asked(question, user):
    """Whether the person acts for the city that is to answer."""
    return user.acts_for(question.practice.member)


def asked(question, user):
    """Whether the person acts for the city that asked."""
    return user.acts_for(question.asking_member)


def judges(question, user):
    """Whether the person decides on a report: a moderator of neither side."""
    return user.has_perm("practices.moderate") and not is_asked(question, user) and not asked(question, user)


def take_answer(question, by, words):
    question.answer, question.answered_by, question.ended_at = words, by, timezone.now()


def take_end(question, by, words):
    question.reason, question.ended_at = words, timezone.now()


def take_report(question, by, words):
    question.reason, question.reported_at = words, timezone.now()


def take_back(question, by, words):
    question.reason, question.reported_at = "", None


def take_abuse(question, by, words):
    question.is_abuse, question.ended_at = True, timezone.now()


class Step(NamedTuple):
    """From where to where, who may, what it changes, whom it tells."""

    source: str
    target: str
    allowed: Callable
    change: Callable
    notify: Callable | None = None
    needs_words: bool = True


STATE = Question.State
STEPS = {
    "answer": Step(STATE.OPEN, STATE.ANSWERED, is_asked, take_answer, emails.question_ended),
    "close": Step(STATE.OPEN, STATE.CLOSED, is_asked, take_end, emails.question_ended),
    "report": Step(STATE.OPEN, STATE.REPORTED, is_asked, take_report),
    "dismiss": Step(STATE.REPORTED, STATE.OPEN, judges, take_back, needs_words=False),
    "uphold": Step(STATE.REPORTED, STATE.CLOSED, judges, take_abuse, emails.question_ended, needs_words=False),
}


def available(question, user):
    """The steps that this person may take from here."""
    return {name for name, step in STEPS.items() if step.source == question.state and step.allowed(question, user)}


@transaction.atomic
def perform(name, question, *, by, words=""):
    """Take one step and tell whom it concerns. Raises PermissionDenied where it is not open to this person now."""
    question = Question.objects.select_for_update(of=["self"]).select_related("practice__member").get(pk=question.pk)
    step = STEPS[name]
    if name not in available(question, by):
        raise PermissionDenied
    if step.needs_words and not words.strip():
        raise ValidationError({"words": _("Write something first.")})
    step.change(question, by, words)
    question.state = step.target
    question.save()
    record(name, question, by, "" if name == "answer" else words)
    if step.notify:
        step.notify(question)
    return question


def shared_with(user):
    """Questions of others that all members may read, the newest answers first; none for who acts for no member."""
    if not user.memberships.current().exists():
        return Question.objects.none()
    shared = Question.objects.shared().filter(practice__in=Practice.objects.published())
    return shared.exclude(pk__in=Question.objects.visible_to(user)).order_by("-ended_at", "-pk")


@transaction.atomic
def share(question, *, by, agrees=True):
    """Let all members read it, or no longer; it is shared once both sides agree."""
    question = Question.objects.select_for_update(of=["self"]).select_related("practice__member").get(pk=question.pk)
    sides = {"city_agreed_at": is_asked(question, by), "asker_agreed_at": asked(question, by)}
    if not question.is_answered or not any(sides.values()):
        raise PermissionDenied
    for name, is_theirs in sides.items():
        if is_theirs:
            setattr(question, name, timezone.now() if agrees else None)
    question.save()
    record("share" if agrees else "unshare", question, by)
    return question


def record(name, question, by, words=""):
    """Write the line of its history."""
    QuestionStep.objects.create(question=question, name=name, by=by, target=question.state, words=words)


def remind():
    """Remind cities, once, of questions that have waited ten days; returns how many."""
    with transaction.atomic():
        limit = timezone.now() - REMIND_AFTER
        late = Question.objects.waiting().filter(asked_at__lt=limit, reminded_at=None, practice__removed_at=None)
        questions = list(late.select_for_update(of=["self"]).select_related("practice__member"))
        for question in questions:
            question.reminded_at = timezone.now()
            question.save(update_fields=["reminded_at"])
            emails.question_asked(question, template="question_reminder")
    return len(questions)
