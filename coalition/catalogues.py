"""The translators' catalogues: extracted from the code and compiled without the gettext programs."""

import io
import re

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog
from django.utils.translation import template

FOLDERS = ["coalition", "members", "practices", "templates"]
KEYWORDS = extract.DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "gettext_noop": None,
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)  # means something in Python, nothing in a template
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def extracted(root):
    """A catalogue of every string in the code and templates below `root`."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt"):
                for _line, words, comments, context in strings(path):
                    catalogue.add(words, auto_comments=comments, context=context)
    return catalogue


def strings(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = INDENT.sub("", template.templatize(text, origin=str(path)))
    return extract.extract("python", io.BytesIO(text.encode()), KEYWORDS, ("Translators:",))


def update(root, locale, languages):
    """Write what the code says now into each language's .po, and keep what is translated already."""
    source = extracted(root)
    for language in languages:
        path = locale / language / "LC_MESSAGES" / "django.po"
        catalogue = updated(path, language, source)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            pofile.write_po(file, catalogue, sort_output=True, ignore_obsolete=True, no_location=True, width=110)


def updated(path, language, source):
    catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = pofile.read_po(file, locale=language)
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def problems(root, locale, languages):
    """What keeps a language from being complete, one sentence for each string."""
    source = extracted(root)
    for language in languages:
        catalogue = updated(locale / language / "LC_MESSAGES" / "django.po", language, source)
        for message in catalogue:
            if message.id:
                yield from (f"{language}: {what}: {first(message.id)!r}" for what in faults(message))


def faults(message):
    translations = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    sources = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    if not all(translations):
        yield "not translated"
        return
    if message.fuzzy:
        yield "not checked (fuzzy)"
    allowed = [placeholders(source) for source in sources]
    if any(placeholders(translation) not in allowed for translation in translations):
        yield "other placeholders than the English"


def placeholders(text):
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def first(words):
    return words[0] if isinstance(words, (list, tuple)) else words


def compile_all(locale):
    """Write the .mo files that Django reads; those that are newer than their .po stay."""
    for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = pofile.read_po(file, locale=path.parts[-3])
        half = compiled.with_suffix(".mo.new")  # a reader never meets half a file
        with half.open("wb") as file:
            mofile.write_mo(file, catalogue)
        half.replace(compiled)
