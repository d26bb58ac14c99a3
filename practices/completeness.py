"""What must be there before a text is sent to a moderator: product.md, section 2, in one table.

Drafts may hold anything. What is missing, too short or too long is told, never cut.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from practices.models import Revision

LIMITS = Revision.LIMITS
COUNTS = {  # how many of a list: fewest, most
    "themes": (1, 4),
    "keywords": (0, 8),
    "kinds": (1, 3),
    "target_groups": (1, 5),
    "settings": (1, 4),
    "objectives": (1, 5),
    "first_steps": (0, 8),
    "partners": (0, 20),
    "building_blocks": (0, 6),
    "funding": (1, 6),
    "outcomes": (0, 8),
    "adaptations": (0, 3),
    "images": (0, 8),
    "documents": (0, 10),
    "links": (0, 10),
    "contacts": (0, 3),
    "commitments": (0, 5),
}
LINE = 200  # characters of one objective or first step
REQUIRED = [
    *("title", "summary", "level", "language", "themes", "kinds", "target_groups", "settings", "stage", "start"),
    *("context", "objectives", "what_was_done", "safeguards"),
    *("cost_setup", "cost_yearly", "funding"),
    *("results", "evaluation", "what_did_not_work", "conditions"),
    *("public_contact", "licence", "right_to_publish", "right_approved_by", "right_approved_on"),
]
REQUIRED_OF_RETOLD = [  # public sources seldom tell more
    *("title", "summary", "level", "language", "themes", "kinds", "target_groups", "settings", "stage"),
    *("context", "what_was_done", "results", "sources"),
]
WORTH_ADDING = {  # what the form does not demand, and what it gives to readers: an invitation once a text is public
    "outcomes": gettext_lazy("Readers look for figures first: one before and one after, with their source."),
    "images": gettext_lazy("A picture of a place shows more than a page."),
    "building_blocks": gettext_lazy("Another city seldom takes over everything. Which parts stand by themselves?"),
    "first_steps": gettext_lazy("What would you do first if you began again elsewhere?"),
    "partners": gettext_lazy("Who has to be at the table?"),
    "staff": gettext_lazy("What it takes is the first question that other cities ask."),
    "cost_amount": gettext_lazy("A band says little to a treasurer; one exact amount helps."),
    "time_to_results": gettext_lazy("How long did people wait until something changed?"),
    "participation": gettext_lazy("Were those concerned asked? How?"),
    "legal_basis": gettext_lazy("In other countries this is often what decides."),
    "offers": gettext_lazy("Would you take a call from a city that begins?"),
    "documents": gettext_lazy("Toolkits and evaluations save others months."),
    "links": gettext_lazy("Where can one read on?"),
    "evaluation_link": gettext_lazy("Readers trust an evaluation that they can open."),
    "commitments": gettext_lazy("Which articles of the declaration does this put into effect?"),
    "keywords": gettext_lazy("Words by which others would look for it."),
}


class Problem(NamedTuple):
    """One thing to mend: the field's name and what to do, in the reader's language."""

    field: str
    text: str


def problems(revision):
    """What keeps this text from being submitted: a list of Problems, empty when it may go."""
    retold = revision.practice.is_retold
    required = REQUIRED_OF_RETOLD if retold else REQUIRED
    found = [Problem(name, _("This is still missing.")) for name in required if not value_of(revision, name)]
    missing = {problem.field for problem in found}
    for name, (fewest, most) in LIMITS.items():
        length = len(getattr(revision, name))
        if length > most:
            over = length - most
            found.append(Problem(name, ngettext("%d character too many.", "%d characters too many.", over) % over))
        elif length < fewest and name not in missing and not retold:
            under = fewest - length
            found.append(
                Problem(name, ngettext("%d more character, please.", "%d more characters, please.", under) % under)
            )
    for name, (_fewest, most) in COUNTS.items():
        if len(value_of(revision, name)) > most:
            found.append(Problem(name, _("%d at most, please.") % most))
    for name in ("objectives", "first_steps"):
        if any(len(line) > LINE for line in getattr(revision, name)):
            found.append(Problem(name, _("Each line has %d characters at most.") % LINE))
    if revision.age_from and revision.age_to and revision.age_from > revision.age_to:
        found.append(Problem("age_to", _("The higher age comes second.")))
    return found


def invitations(revision):
    """What would make a public text more useful, as Problems that keep nothing back."""
    return [Problem(name, str(words)) for name, words in WORTH_ADDING.items() if not value_of(revision, name)]


def value_of(revision, name):
    """A field's value; of tags and repeats, the list of them."""
    value = getattr(revision, name)
    return list(value.all()) if hasattr(value, "all") else value
