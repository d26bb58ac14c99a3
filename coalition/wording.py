"""What changed between two texts, word by word."""

import difflib
import re
from typing import NamedTuple


class Part(NamedTuple):
    """A run of words: kept, added (`ins`) or gone (`del`)."""

    kind: str
    text: str


def words(old, new):
    """The new text as Parts, with what was taken out and put in."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part("", "".join(after[c:d])))
            continue
        if b > a:
            parts.append(Part("del", "".join(before[a:b])))
        if d > c:
            parts.append(Part("ins", "".join(after[c:d])))
    return parts
