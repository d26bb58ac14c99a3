"""A practice sheet that a city has already, as a draft: what stands below which heading goes into which field.

    DOCX, ODT, pasted text ──▶ paragraphs() ──▶ read() ──▶ Sheet: the fields, and in words what went where

Nothing is left out. What stands before the first heading is the title and the summary; below a heading that is not
known, it goes to the end of "what was done", with its heading. The files are archives of XML from anywhere: sizes are
limited before anything is unpacked, and a document type, the only way to entities, is refused.
"""

import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from practices.models import Revision

HEADINGS = json.loads((Path(__file__).parent / "data" / "sheet_headings.json").read_text(encoding="utf-8"))
FIELD_OF = {
    word: name for name, said in HEADINGS.items() if name != "about" for words in said.values() for word in words
}
MOST_BYTES = 10 * 1024 * 1024  # of a file
MOST_UNPACKED = 20 * 1024 * 1024  # of the text in it
MOST_CHARACTERS = 200_000
LONGEST_HEADING = 60
LONGEST_TITLE = 200
ELSEWHERE = "what_was_done"  # where the text below unknown headings goes

DOCX, ODT = "word/document.xml", "content.xml"
OF_DOCX = {
    "paragraph": {"w:p"},
    "text": {"w:t"},
    "breaks": {"w:br": "\n", "w:tab": " "},
    "style": ("w:pStyle", "w:val"),
}
OF_ODT = {
    "paragraph": {"text:p", "text:h"}, "text": {"text:p", "text:h"},
    "breaks": {"text:line-break": "\n", "text:tab": " ", "text:s": " "}, "style": ("text:h", ""),
}  # fmt: skip
OF_A_LIST = {"w:numPr", "text:list-item"}
NOT_READ = {"w:instrText", "mc:Fallback", "text:tracked-changes", "office:annotation", "text:note"}


class Unreadable(Exception):
    """No DOCX or ODT, or larger than a practice sheet can be."""


class Paragraph(NamedTuple):
    text: str
    is_heading: bool = False  # its style says so
    is_item: bool = False


class Placed(NamedTuple):
    """One part of a sheet: its heading, where its text went, how much of it, and whether the heading was known."""

    heading: str
    field: str
    characters: int
    is_known: bool

    @property
    def label(self):
        return Revision.label_of(self.field)


@dataclass
class Sheet:
    """What a sheet gives to a draft."""

    fields: dict = field(default_factory=dict)
    placed: list = field(default_factory=list)


def paragraphs(file):
    """The paragraphs of a DOCX or ODT file in their order, those in tables too. Raises Unreadable."""
    if file.size > MOST_BYTES:
        raise Unreadable
    try:
        with zipfile.ZipFile(file) as archive:
            [name] = {DOCX, ODT} & set(archive.namelist())
            with archive.open(name) as part:
                xml = part.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Unreadable from None
    if len(xml) > MOST_UNPACKED:
        raise Unreadable
    return _Reader(OF_DOCX if name == DOCX else OF_ODT).read(xml)


class _Reader:
    """Goes through the XML once; only what is named in its vocabulary counts."""

    def __init__(self, names):
        self.names, self.found = names, []
        self.open, self.items, self.skipped = [], 0, 0  # paragraphs around us; lists, and parts that are not read
        self.in_text = 0

    def read(self, xml):
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.refuse
        try:
            parser.Parse(xml, True)
        except expat.ExpatError:
            raise Unreadable from None
        return [Paragraph(text.strip(), *rest) for text, *rest in self.found if text.strip()]

    def refuse(self, *declared):
        raise Unreadable

    def start(self, name, attributes):
        self.skipped += name in NOT_READ
        self.in_text += name in self.names["text"]
        if name == "text:list-item":
            self.items += 1
        if name in self.names["paragraph"]:
            self.open.append([])
            self.found.append(["", name == "text:h", self.items > 0])
            self.open[-1] = self.found[-1]
        if not self.open or self.skipped:
            return
        self.open[-1][0] += self.names["breaks"].get(name, "")
        if name == "w:numPr":
            self.open[-1][2] = True
        style, value = self.names["style"]
        if name == style and re.match(
            r"(?i)(heading|titre|überschrift|title|ttulo|titolo|kop)", attributes.get(value, "")
        ):
            self.open[-1][1] = True

    def end(self, name):
        self.skipped -= name in NOT_READ
        self.in_text -= name in self.names["text"]
        if name == "text:list-item":
            self.items -= 1
        if name in self.names["paragraph"]:
            self.open.pop()

    def characters(self, text):
        if self.open and self.in_text and not self.skipped:
            self.open[-1][0] += text


def pasted(text):
    """The paragraphs of a pasted text: one for each line. `#` marks a heading, a dash or a dot an item."""
    found = []
    for line in text.splitlines():
        marked = re.match(r"\s*(#+|[-*•–]|\d+[.)](?=\s))?\s*(.*)", line)
        mark, words = marked[1] or "", marked[2].strip()
        if words:
            is_item = bool(mark) and mark[0] in "-*•–"
            kept = f"{mark} {words}" if mark[:1].isdigit() else words
            found.append(Paragraph(kept, mark.startswith("#"), is_item))
    return found


def heading_in(paragraph):
    """(heading, the text behind it on the same line, its field or None) if this paragraph opens a part; else None.

    A known heading may say more than its word, stand before a colon or carry a number.
    """
    numbered = re.match(r"\(?(?:\d[\d.]*|[IVX]+)[.)]?\s+(?=\D)|\d+[.)]", paragraph.text)
    text = paragraph.text[numbered.end() :].strip() if numbered else paragraph.text
    head, colon, rest = text.partition(":")
    if colon and (name := FIELD_OF.get(plain(head))):
        return head.strip(" *"), rest.strip(" *"), name
    if (name := FIELD_OF.get(plain(text))) and not paragraph.is_item:
        return text.strip(" :*"), "", name
    if paragraph.is_heading and len(text) <= 2 * LONGEST_HEADING:
        return text, "", known(text, anywhere=True)
    if numbered and len(text) <= LONGEST_HEADING and not text.endswith((".", ";", ",")) and known(text):
        return text, "", known(text)
    return None


def known(heading, *, anywhere=False):
    """The field that a longer heading names with its first words, or with the longest known words in it; or None."""
    words = plain(heading).split()
    runs = [
        " ".join(words[start : start + length])
        for length in range(len(words), 0, -1)
        for start in range(len(words) - length + 1 if anywhere else 1)
    ]
    return next((FIELD_OF[run] for run in runs if run in FIELD_OF), None)


def plain(heading):
    return " ".join(re.sub(r"[^\w\s]", " ", heading.casefold()).split()) if len(heading) <= LONGEST_HEADING else ""


def read(found):
    """A Sheet from paragraphs: every word of them is in one of its fields."""
    parts = [("", None, [])]  # heading, field, paragraphs below it
    for paragraph in found:
        opened = heading_in(paragraph)
        if opened is None:
            parts[-1][2].append(paragraph)
        elif opened[2] is None and len(parts) == 1 and not parts[0][2]:
            parts[0][2].append(paragraph)  # a title in the style of a heading
        else:
            heading, rest, name = opened
            parts.append((heading, name, [Paragraph(rest)] if rest else []))
    sheet = Sheet()
    lead = parts.pop(0)[2]
    if lead and len(lead[0].text) <= LONGEST_TITLE:
        _place(sheet, "", "title", [lead.pop(0)])
    if lead:
        _place(sheet, "", "summary", lead)
    for heading, name, below in parts:
        _place(sheet, heading, name, below)
    return sheet


def _place(sheet, heading, name, below):
    """Add the text to its field; a text below an unknown heading takes the heading along."""
    is_known = name is not None
    name = name or ELSEWHERE
    if name == "title" and (sheet.fields.get("title") or sum(len(each.text) for each in below) > LONGEST_TITLE):
        name = "summary"
    text = "\n\n".join(f"- {each.text}" if each.is_item else each.text for each in below)
    text = re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text)
    if not is_known:
        text = f"**{heading}**\n\n{text}".strip()
    if name == "objectives":
        lines = [line.strip() for each in below for line in each.text.splitlines()]
        sheet.fields[name] = [*sheet.fields.get(name, []), *filter(None, lines)]
    elif text:
        sheet.fields[name] = "\n\n".join(filter(None, [sheet.fields.get(name), text]))
    sheet.placed.append(Placed(heading, name, sum(len(each.text) for each in below), is_known))
