"""What a browser fetches to show a page for the first time, and how heavy that is."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test.utils import override_settings

from coalition.stylesheets import bundled

PLAIN_NAMES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
FONT_FACE = re.compile(r"@font-face *{([^}]*)}")
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
ADDRESS = re.compile(r"""url\((["']?)([^"')]+)\1\)""")


def of_page(client, address):
    """Bytes by kind of file, text compressed as a production server does; every font that it has letters for."""
    with override_settings(STORAGES=settings.STORAGES | PLAIN_NAMES):
        html = client.get(address).text
    page = Page()
    page.feed(html)
    files = set(page.files)
    for sheet in page.files:
        if sheet.suffix == ".css":
            files |= set(files_of_sheet(sheet, set(html)))
    weights = {"html": len(gzip.compress(html.encode()))}
    for file in files:
        kind = file.suffix.removeprefix(".")
        weights[kind] = weights.get(kind, 0) + transferred(file)
    return weights


class Page(HTMLParser):
    """The static files that the elements of a page name; not those behind its links."""

    def __init__(self):
        super().__init__()
        self.files = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if tag != "a" and name in ("href", "src") and value.startswith(settings.STATIC_URL):
                path = value.removeprefix(settings.STATIC_URL).partition("#")[0]
                self.files.append(Path(finders.find(path)))


def files_of_sheet(sheet, letters):
    """What a style sheet names, and the fonts that these letters need."""
    text = bundled(sheet)
    for face in FONT_FACE.findall(text):
        if covers(face, letters):
            yield from named_in(face, sheet)
    yield from named_in(FONT_FACE.sub("", text), sheet)


def named_in(css, sheet):
    return [(sheet.parent / path).resolve() for _quote, path in ADDRESS.findall(css) if not path.startswith("data:")]


def covers(face, letters):
    """Whether a browser needs this face: it has one of the letters."""
    ranges = [(int(first, 16), int(last or first, 16)) for first, last in RANGE.findall(face)]
    return any(first <= ord(letter) <= last for letter in letters for first, last in ranges)


def transferred(file):
    content = bundled(file).encode() if file.suffix == ".css" else file.read_bytes()
    return len(content) if file.suffix == ".woff2" else len(gzip.compress(content))
