"""What changed between two texts, word by word."""

import difflib

from django.conf import settings
from django.utils import translation

from coalition.wording import words
from practices.models import Revision

PUBLIC_FIELDS = (  # what everybody reads on a practice's page, in its order; nothing else is compared in public
    *("title", "summary", "outcomes", "results", "what_did_not_work", "context", "objectives", "what_was_done"),
    *("building_blocks", "participation", "safeguards", "legal_basis", "staff", "cost_setup", "cost_yearly"),
    *("cost_amount", "cost_currency", "cost_year", "funding", "funding_other", "time_to_results", "partners"),
    *("conditions", "first_steps", "public_contact", "offers", "offers_until", "level", "kinds", "target_groups"),
    *("age_from", "age_to", "settings", "prevention_levels", "stage", "start", "end", "language", "themes", "keywords"),
    *("commitments", "documents", "links", "images", "evidence_checked", "evidence_reason", "evaluation"),
    *("evaluation_author", "evaluation_link", "adaptations", "licence", "original_title", "sources", "certainty"),
)
CONTACT = {"public_contact", "contacts"}
PROSE = {*Revision.LIMITS, "objectives", "first_steps"} - {"note"}
MOST_MISTYPED = 5  # words in one field
REPEATS = ("themes", "keywords", "outcomes", "adaptations", "images", "documents")


def words_of(revision):
    """All that a revision says, field by field, to be compared with what it says later.

    Words of controlled lists are taken in the site's own language, whoever reads: only the city's changes count.
    """
    columns = [field.name for field in Revision._meta.concrete_fields if not field.is_relation]
    with translation.override(settings.LANGUAGE_CODE):
        return {name: revision.text_of(name) for name in (*columns, *REPEATS) if name != "read_text"}


def changes(old, new, names):
    """The fields in which two revisions differ: (name, label, Parts)."""
    pairs = [(name, old.text_of(name), new.text_of(name)) for name in names]
    return [(name, Revision.label_of(name), words(was, now)) for name, was, now in pairs if was != now]


def changes_since(was, revision):
    """The fields in which a revision differs from earlier words of it or of another, as `words_of` gives them."""
    return {name: words(was.get(name, ""), now) for name, now in words_of(revision).items() if was.get(name, "") != now}


def is_correction(old, new):
    """Whether a new text puts contacts and typing errors right and changes nothing else."""
    names = {*PUBLIC_FIELDS, *CONTACT} - {"evidence_checked", "evidence_reason"}
    changed = [(name, old.text_of(name), new.text_of(name)) for name in names]
    changed = [(name, was, now) for name, was, now in changed if was != now]
    return bool(changed) and all(
        name in CONTACT or (name in PROSE and is_typing(was, now)) for name, was, now in changed
    )


def is_typing(was, now):
    """Whether only a few words differ, each in a letter or two; a figure is never a typing error."""
    before, after = was.split(), now.split()
    pairs = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    return len(before) == len(after) and len(pairs) <= MOST_MISTYPED and all(is_like(a, b) for a, b in pairs)


def is_like(a, b):
    figures = any(letter.isdigit() for letter in a + b)
    return not figures and difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.6
