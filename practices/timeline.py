"""The path of a text in the words of those who wrote it: what happened, where it is now, what comes next."""

import datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition import working_days
from practices.models.state import State

HAPPENED = {
    "submit": gettext_lazy("Sent for review"),
    "resubmit": gettext_lazy("Sent again"),
    "recall": gettext_lazy("Taken back to work on it"),
    "claim": gettext_lazy("A moderator began to read"),
    "request_changes": gettext_lazy("Back with you, with remarks"),
    "approve": gettext_lazy("Approved"),
    "publish": gettext_lazy("Published"),
    "replace": gettext_lazy("Replaced by your newer text"),
    "refuse": gettext_lazy("Refused"),
    "reopen": gettext_lazy("Read again by another moderator"),
    "spam": gettext_lazy("Taken for spam"),
    "apologise": gettext_lazy("We are late, and have promised a new date"),
    "edit": gettext_lazy("The secretariat put some words right"),
    "confirm": gettext_lazy("Confirmed as still running"),
    "withdraw": gettext_lazy("Withdrawn by your city or region"),
    "remove": gettext_lazy("Removed"),
}


class Stop(NamedTuple):
    """One stop: `kind` is done, cur (where the text is), or nothing for what is still to come."""

    kind: str
    label: str
    at: datetime.datetime | None = None
    note: str = ""


def stops(revision, steps):
    """Every stop of a revision, past ones first; `steps` is its history. Nobody of the secretariat is named."""
    behind = past(revision, steps)
    return [*behind[:-1], behind[-1]._replace(kind="cur"), *ahead(revision)]


def past(revision, steps):
    """What happened to it; a text of which nothing is recorded was begun."""
    behind = [Stop("done", str(HAPPENED[step.name]), step.at, step.reason) for step in told(steps)]
    return behind or [Stop("done", _("Begun"), revision.created_at)]


def told(steps):
    """Without repetitions: a moderator who takes a text twice began to read it once, and so with edits."""
    before = None
    for step in steps:
        if step.name not in ("claim", "edit") or before != step.name:
            yield step
        before = step.name


def ahead(revision):
    """What comes next if all goes well, with the date that is promised."""
    promise = _("Within %d working days") % working_days.TARGET
    published = Stop("", _("Published"))
    if revision.state == State.DRAFT:
        return [Stop("", _("Sent for review")), Stop("", _("Decision"), note=promise), published]
    if revision.state == State.CHANGES_REQUESTED:
        return [Stop("", _("Sent again")), Stop("", _("Decision"), note=promise), published]
    if revision.state in State.waiting():
        by = _("By %s") % date_format(revision.due)
        reading = [Stop("", _("A moderator reads it"))] if revision.state == State.SUBMITTED else []
        return [*reading, Stop("", _("Decision"), note=by), published]
    if revision.state == State.APPROVED:
        day = revision.publish_not_before
        return [published._replace(note=_("On %s") % date_format(day) if day else "")]
    return []
