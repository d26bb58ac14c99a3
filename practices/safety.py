"""What might endanger somebody if it were published: found by rule, asked as a question, never refused.

Its author answers by looking, a moderator decides. The words stand in `data/safety.json`, in the languages of the
library; a text is searched for those of all of them, since cities quote each other. The shapes of addresses, numbers
and accounts are the same in all languages and stand here.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from practices.models import Revision

WORDS = json.loads((Path(__file__).parent / "data" / "safety.json").read_text(encoding="utf-8"))
FIELDS = (  # what the public reads and people write freely; addresses and names of contacts are meant to be there
    *("title", "summary", "context", "objectives", "what_was_done", "building_blocks", "participation", "safeguards"),
    *("legal_basis", "outcomes", "results", "evaluation_author", "what_did_not_work", "funding_other", "staff"),
    *("partners", "conditions", "first_steps", "adaptations"),
)
KINDS = {
    "minor": _("Does this name a child or a young person? Leave out the name, or give a made-up one and say so."),
    "place": _("Is this an exact place of an operation or of somebody's home? A district is enough for readers."),
    "tactics": _("Does this tell how, when or where the police work now? Those who are watched read it, too."),
    "personal": _("Is this about one person: a number, an address, a date of birth, a car, an account?"),
}
AROUND = 40  # characters on each side of what is shown


class Finding(NamedTuple):
    """One place in a text to look at again."""

    field: str
    kind: str
    excerpt: str

    @property
    def question(self):
        return KINDS[self.kind]

    @property
    def label(self):
        """The field as the form calls it."""
        return Revision.label_of(self.field)


def words(name, **values):
    """The words of all languages as one alternative of a pattern, the longest first."""
    said = {word for some in WORDS[name].values() for word in some}
    forms = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(said, key=lambda word: (-len(word), word))]
    joined = "|".join(forms)
    for key, pattern in values.items():
        joined = joined.replace(re.escape(f"{{{key}}}"), pattern)
    return f"(?:{joined})"


def pattern(*alternatives):
    return re.compile("|".join(alternatives))


# In these, (?i:…) ignores capitals; elsewhere a capital is the sign of a name.
NAME = r"(?!(?i:{children})\b)[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]*\.?)?".replace(
    "{children}", words("children")
)
CHILD, CALLED = rf"\b(?i:{words('children')})\b", rf"(?i:{words('called')})"
AGE = rf"(?<!\d)(?i:{words('ages', n='(?:1[0-7]|[1-9])')})(?!\w)"
NUMBER = r"(?<!\d)(?:1[0-7]|[5-9])"
SMALL_WORDS = r"(?:(?:de|du|des|la|le|les|l'|d'|del|della|dello|dei|di|da|do|dos|das|los|las)\s*)*"
CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,40}"
STREET_NAME = SMALL_WORDS + CAPITAL
PLATE = r"[A-ZÄÖÜ0-9]{1,4}[ -]?[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,4}\b"
DAY = rf"\b\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?: de)? (?i:{words('months')})\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b"
CLOCK = r"\b[0-2]?\d[:.h][0-5]\d\b|\b[0-2]?\d ?(?:a\.?m\b|p\.?m\b|[Uu]hr\b|uur\b|h\b|heures\b)"
IN_THE_SENTENCE = r"[^.!?\n]{0,80}?"

PATTERNS = {
    "minor": pattern(
        rf"{NAME},? (?:\(|is |was |est |ist |es |è |é )?(?:âgée? de |de |di |aged )?{AGE}",
        rf"{AGE},? (?:{CHILD} )?(?:{CALLED} )?{NAME}",
        rf"{CHILD},? {CALLED} {NAME}",
        rf"{NAME} ?\({NUMBER}\)",
        rf"{NAME}, {NUMBER}(?=[,.;)])",
    ),
    "place": pattern(
        rf"\b\d{{1,4}}(?: ?bis| ?ter)?,? (?i:{words('street_first')}) {STREET_NAME}",
        rf"\b(?i:{words('street_first')}) {STREET_NAME}(?: {STREET_NAME}){{0,3}},? ?(?:n[.º°o]* ?)?\d{{1,4}}\b",
        rf"\b\d{{1,4}}[a-z]? (?:{CAPITAL} ){{1,3}}(?i:{words('street_last')})\b",
        rf"\b(?:[A-ZÄÖÜ][\w-]{{1,40}} ?)(?i:{words('street_ending')}) \d{{1,4}} ?[a-z]?\b",
        r"(?<![\d.])-?\d{1,2}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}",
        r"\d{1,2}°\s?\d{1,2}['′]",
    ),
    "tactics": pattern(
        rf"\b(?i:{words('tactics')})\b",
        rf"\b(?i:{words('operations')})\b{IN_THE_SENTENCE}(?:{DAY}|{CLOCK})",
        rf"(?:{DAY}|{CLOCK}){IN_THE_SENTENCE}\b(?i:{words('operations')})\b",
    ),
    "personal": pattern(
        r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}\w",
        r"(?<![\w.,/-])(?:\+|00)[1-9]\d{0,2}[ ./()-]*(?:\d[ ./()-]*){6,11}\d",
        r"(?<![\w.,/-])0\d{1,4}[ ./-]\d{2,4}(?:[ ./-]?\d{2,4}){1,4}(?![\w-])",
        rf"\b(?i:{words('born')}):? (?:{DAY})",
        rf"\b(?i:{words('plates')})\W{{1,3}}(?:\w+ ){{0,2}}{PLATE}",
        r"\b[A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2}\b",
    ),
}
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


def screen(revision):
    """The places of a text that its author and its moderator should look at, in the order of the fields."""
    return [Finding(field, kind, excerpt) for field in FIELDS for kind, excerpt in findings_in(revision.text_of(field))]


def findings_in(text):
    """(kind, excerpt) for each place of a text that raises a question; a place raises one of a kind."""
    found = [(match.start(), kind, match) for kind, some in PATTERNS.items() for match in some.finditer(text)]
    found += [(match.start(), "personal", match) for match in IBAN.finditer(text) if is_account(match[0])]
    return [(kind, excerpt(text, match)) for _start, kind, match in sorted(found, key=lambda each: each[:2])]


def is_account(text):
    """Whether the check digits of an IBAN are right (ISO 13616): the letters are numbers from 10, modulo 97 is 1."""
    code = text.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in code[4:] + code[:4])) % 97 == 1


def excerpt(text, match):
    """What was found with a little of what stands around it, whole words only."""
    start, end = max(match.start() - AROUND, 0), min(match.end() + AROUND, len(text))
    before, after = text[start : match.start()], text[match.end() : end]
    if start:
        before = "…" + before.partition(" ")[2]
    if end < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join(f"{before}{match[0]}{after}".split())
