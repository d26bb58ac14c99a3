"""How a text is cited: in words, in BibTeX and in RIS, always with the permanent link to the revision that was read."""

import datetime
import re
import unicodedata
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

BIBTEX_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "{}%&#_$"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


class Citation(NamedTuple):
    """What every style of citation is made of."""

    key: str
    author: str
    title: str
    note: str
    publisher: str
    number: str
    date: datetime.date
    language: str
    licence: str
    url: str

    @property
    def year(self):
        return str(self.date.year)

    @property
    def origin(self):
        """Where it was published, under which number, when, and what may be done with it."""
        return f"{self.publisher}, {self.number}, {date_format(self.date, 'j F Y')}. {self.licence}."


def cite(practice, revision):
    """The citation of a text that is or was public."""
    retold = _("%(place)s, retold from public sources") % {"place": practice.member.name}
    return Citation(
        key=f"{practice.code}-{revision.number}",
        author=_("The editors of the Practice Library") if practice.is_retold else practice.member.name,
        title=revision.title,
        note=retold if practice.is_retold else "",
        publisher=_("Practice Library"),
        number=_("%(code)s, revision %(number)s") % {"code": practice.code, "number": revision.number},
        date=timezone.localdate(revision.published_at),
        language=revision.language,
        licence=str(revision.get_licence_display()),
        url=settings.SITE_URL + reverse("practices:revision", args=[practice.slug, revision.number]),
    )


def bibtex(citation):
    """An entry for BibTeX and biblatex. Two braces keep capitals, and keep the name of a city in one piece."""
    fields = {
        "author": f"{{{_bibtex_text(citation.author)}}}",
        "title": f"{{{_bibtex_text(citation.title)}}}",
        "howpublished": _bibtex_text(citation.publisher),
        "number": _bibtex_text(citation.number),
        "year": citation.year,
        "date": citation.date.isoformat(),
        "url": citation.url,
        "langid": citation.language,
        "note": _bibtex_text(". ".join(filter(None, [citation.note, citation.licence]))),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{citation.key},\n{lines}}}\n"


def ris(citation):
    """A record for reference managers: one line for each field, each ended as the format wants it."""
    fields = [
        ("TY", "ELEC"),
        ("ID", citation.key),
        ("AU", citation.author),
        ("TI", citation.title),
        ("T2", citation.publisher),
        ("M1", citation.number),
        ("PY", citation.year),
        ("DA", citation.date.strftime("%Y/%m/%d")),
        ("LA", citation.language),
        ("N1", ". ".join(filter(None, [citation.note, citation.licence]))),
        ("UR", citation.url),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in fields)


FORMATS = {  # by the ending of the file: how it is written, and what browsers are told it is
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
}


def _one_line(text):
    """Without line breaks and other control characters, which would begin a field of their own."""
    return re.sub(r"\s+", " ", "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)).strip()


def _bibtex_text(text):
    return _one_line(text).translate(BIBTEX_ESCAPES)
