"""Who adapted what: what a public text claims, and what the origin's city says to it.

    claimed ──confirm──▶ confirmed ◀─┐
       │  └──dispute──▶ disputed ◀───┴── either may become the other, or be said late
       └──30 days──▶ lapsed ("not yet confirmed")

A claim is laid down when the text is approved, so that no two practices can each come from the other; the origin's
city hears of it when the text is public. A newer text that no longer names its origin ends the claim.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from practices import emails, search
from practices.models import Descent, DescentStep

ANSWERS = {"confirm": Descent.State.CONFIRMED, "dispute": Descent.State.DISPUTED}


def origins_of(revision):
    """The practices of this library that a text names, each once."""
    claims = revision.adaptations.filter(origin__isnull=False).select_related("origin__member")
    return list({claim.origin_id: claim.origin for claim in claims}.values())


def claim(revision):
    """Lay down from which practices this text says its own came. Raises ValidationError where that makes a circle."""
    for origin in origins_of(revision):
        try:
            with transaction.atomic():
                descent, created = Descent.objects.get_or_create(practice_id=revision.practice_id, origin=origin)
                if descent.ended_at:
                    descent.ended_at = None
                    descent.save(update_fields=["ended_at"])
        except IntegrityError:
            raise ValidationError(words_on_circle(origin)) from None
        if created:
            record(descent, "claim", descent.state)


def closes_circle(practice, origin):
    """Whether the origin itself came, by whatever steps, from this practice: then it cannot be the other way, too."""
    line, next_ones = set(), {origin.pk}
    while next_ones and practice.pk not in next_ones:
        line |= next_ones
        above = Descent.objects.filter(practice__in=next_ones, ended_at=None)
        next_ones = set(above.values_list("origin", flat=True)) - line
    return bool(next_ones)


def words_on_circle(origin):
    words = _("%(place)s’s practice %(code)s came from this one, so this one cannot have come from it.")
    return words % {"place": origin.member, "code": origin.code}


def refuse_circles(revision):
    """Raise ValidationError where the text names an origin that came from its own practice."""
    for origin in origins_of(revision):
        if closes_circle(revision.practice, origin):
            raise ValidationError({"adaptations": words_on_circle(origin)})


def announce(revision):
    """The text is public now: end what it no longer claims, and ask the cities of the origins that it names anew."""
    practice = revision.practice
    named = origins_of(revision)
    practice.descents.filter(ended_at=None).exclude(origin__in=named).update(ended_at=timezone.now())
    new = practice.descents.filter(origin__in=named, asked_at=None).select_related("origin__member")
    for descent in new:
        if practice.is_retold or descent.origin.member_id == practice.member_id:
            continue
        descent.asked_at = timezone.now()
        descent.save(update_fields=["asked_at"])
        emails.adaptation_claimed(descent, revision)


@transaction.atomic
def answer(name, descent, *, by, words=""):
    """Say for the origin's city that it is so, or that it is not. Said twice, it is the same."""
    descent = Descent.objects.select_for_update().get(pk=descent.pk)
    if not Descent.objects.answerable_by(by).contains(descent):
        raise PermissionDenied
    if name == "dispute" and not words.strip():
        raise ValidationError({"words": _("Say what is not so; readers see it beside the other city’s words.")})
    if (descent.state, descent.words) == (ANSWERS[name], words):
        return descent
    record(descent, name, ANSWERS[name], by=by, words=words)
    search.count_adaptations(descent.practice)
    emails.adaptation_answered(descent)
    return descent


def lapse_overdue():
    """Say “not yet confirmed” of what no city answered in time; returns how many. An answer is welcome later, too."""
    with transaction.atomic():
        overdue = list(Descent.objects.overdue().select_for_update())
        for descent in overdue:
            record(descent, "lapse", Descent.State.LAPSED)
    return len(overdue)


def record(descent, name, target, *, by=None, words=""):
    """Move the descent and write the line of its history."""
    DescentStep.objects.create(descent=descent, name=name, by=by, source=descent.state, target=target, words=words)
    descent.state, descent.words = target, words
    descent.save(update_fields=["state", "words"])
