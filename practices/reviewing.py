"""What is done with a text beside the steps of its path: whose it is, threads, notes, ticks, words put right."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from practices import search
from practices.models import Edit, Note, Practice, Revision
from practices.models.state import State
from practices.moderation import (
    CLAIM,
    NotNow,
    holds_claim,
    judges,
    locked,
    perform,
    record,
    renew_claim,
    to_take,
    writes,
)


@transaction.atomic
def assign(revision, *, to, by):
    """Give a waiting text to a colleague, to oneself or to nobody (`to=None`); a note says so.

    Raises NotNow where it does not wait, or where one of the two has a part in it.
    """
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if revision.state not in State.waiting() or not judges(revision, by) or (to and not judges(revision, to)):
        raise NotNow
    if revision.assigned_to == to:
        return revision
    revision.assigned_to = to
    revision.save(update_fields=["assigned_to"])
    text = _("Given to %s.") % to if to else _("Given to nobody in particular.")
    Note.objects.create(practice=revision.practice, text=text, by=by)
    return revision


def next_for(user):
    """What "Take the next one" may take: not what was given to somebody else."""
    return to_take(user).filter(Q(assigned_to=None) | Q(assigned_to=user))


def take_next(by):
    """Claim what waits longest and is this person's to take; None where nothing is.

    Two who ask at once get two texts: what the other is just taking is passed over.
    """
    while True:
        with transaction.atomic():
            free = next_for(by).select_related("practice")
            revision = free.select_for_update(of=["practice"], skip_locked=True).first()
            if revision is None:
                return None
            try:
                return perform("claim", revision, by=by)
            except NotNow:  # taken between our question and our lock
                continue


@transaction.atomic
def reply(remark, *, text, by):
    """One more word on a remark: the city's while it has the text, the moderator's while they hold it.

    What a moderator replies is read with the decision, like a remark. Said twice, it is there once.
    Raises NotNow where it is not this person's turn.
    """
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=remark.revision_id)
    from_city = writes(revision, by)
    if from_city and revision.state in State.writable():
        sent_at = timezone.now()
    elif not from_city and revision.state == State.IN_REVIEW and holds_claim(revision, by):
        renew_claim(revision, by)
        sent_at = None
    else:
        raise NotNow
    last = remark.replies.last()
    if last and (last.text, last.by_id) == (text, by.pk):
        return last
    return remark.replies.create(text=text, by=by, is_from_city=from_city, written_at=timezone.now(), sent_at=sent_at)


def note(practice, *, text, by):
    """Something that moderators tell each other; said twice, it is there once. Raises NotNow for those with a part."""
    if not judges(practice.revisions.sent().newest(), by):
        raise NotNow
    said, _created = Note.objects.get_or_create(practice=practice, text=text, by=by)
    return said


@transaction.atomic
def keep_checks(revision, checks, *, by):
    """Keep what is ticked of the checklist while the text is read. Raises NotNow without a claim."""
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if revision.state != State.IN_REVIEW or not holds_claim(revision, by):
        raise NotNow
    renew_claim(revision, by)
    Revision.objects.filter(pk=revision.pk).update(checks=checks)


@transaction.atomic
def edit(revision, *, field, text, by, reason=""):
    """Put a few words right while holding the text; the author sees them before and after, with the decision.

    Returns the Edit, or None where nothing changed. Raises NotNow without a claim.
    """
    revision = locked(revision)
    if revision.state != State.IN_REVIEW or not holds_claim(revision, by):
        raise NotNow
    before = getattr(revision, field)
    if before == text:
        return None
    setattr(revision, field, text)
    revision.version += 1  # whoever has the text open is told
    revision.claim_expires_at = timezone.now() + CLAIM
    record("edit", revision, by=by, target=revision.state)
    return Edit.objects.create(
        revision=revision, field=field, before=before, after=text, reason=reason, by=by, at=timezone.now()
    )


@transaction.atomic
def confirm(practice, *, by):
    """Its city says that the practice is still running as it is written; said twice on a day, it is the same.

    Raises NotNow where it is not public, or retold by the editors.
    """
    practice = Practice.objects.select_for_update(of=["self"]).get(pk=practice.pk)
    public = practice.public_revision
    if public is None or public.state != State.PUBLIC or practice.is_retold or practice.removed_at:
        raise NotNow
    if practice.confirmed_on == timezone.localdate():
        return practice
    practice.confirmed_on = timezone.localdate()
    practice.save(update_fields=["confirmed_on"])
    record("confirm", public, by=by, target=public.state)
    search.index(practice)
    return practice
