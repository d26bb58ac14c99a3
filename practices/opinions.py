"""A second opinion: a moderator asks an expert about one text, who advises or declines."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import User
from practices import emails
from practices.models import Opinion, Revision
from practices.models.state import State
from practices.moderation import NotNow, holds_claim, renew_claim, writes


@transaction.atomic
def ask(revision, *, email, question, due_on, by):
    """Ask somebody with an account; they see this text and no other. Raises NotNow without a claim."""
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if revision.state != State.IN_REVIEW or not holds_claim(revision, by):
        raise NotNow
    expert = User.objects.filter(email__iexact=email, is_active=True).first()
    if expert is None:
        raise ValidationError({"email": _("Nobody has an account with this address. Invite them first.")})
    if writes(revision, expert) or expert.pk in (revision.author_id, by.pk):
        raise ValidationError({"email": _("This person has a part in the text. Ask somebody else.")})
    renew_claim(revision, by)
    opinion, created = Opinion.objects.get_or_create(
        revision=revision,
        expert=expert,
        answered_at=None,
        defaults={"question": question, "due_on": due_on, "asked_by": by, "asked_at": timezone.now()},
    )
    if created:
        emails.opinion_asked(opinion)
    return opinion


@transaction.atomic
def answer(opinion, *, by, advice="", text=""):
    """The expert advises, or declines by giving no advice. Raises NotNow once it was answered or decided."""
    opinion = Opinion.objects.open().select_for_update(of=["self"]).filter(pk=opinion.pk, expert=by).first()
    if opinion is None:
        raise NotNow
    opinion.answered_at, opinion.advice, opinion.text = timezone.now(), advice, text
    opinion.save(update_fields=["answered_at", "advice", "text"])
    emails.opinion_given(opinion)
    return opinion


def remind_experts():
    """Remind, once, those whose term ends today or has ended. Returns how many."""
    due = Opinion.objects.open().filter(due_on__lte=timezone.localdate(), reminded_at=None)
    return sum(remind(opinion) for opinion in due)


@transaction.atomic
def remind(opinion):
    opinion = Opinion.objects.open().select_for_update(of=["self"]).filter(pk=opinion.pk, reminded_at=None).first()
    if opinion is None:
        return False
    opinion.reminded_at = timezone.now()
    opinion.save(update_fields=["reminded_at"])
    emails.opinion_reminder(opinion)
    return True
