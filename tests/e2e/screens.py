"""`make screens`: pictures of every line of `pages.py` in `var/screens`, and `index.html` to look through them.

`make screens ONLY=review` takes the lines of which the name, the chapter or the address has this word.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.template import Context, Engine
from django.utils.text import slugify

from tests.e2e import look
from tests.e2e.pages import CHAPTERS
from tests.e2e.walk import Walk

FOLDER = site.VAR_DIR / "screens"
VARIANTS = {  # theme, size, and whether words are as long as German's
    "wide": ("light", look.DESKTOP, False),
    "phone": ("light", look.PHONE, False),
    "wide dark": ("dark", look.DESKTOP, False),
    "phone dark": ("dark", look.PHONE, False),
    "wide long": ("light", look.DESKTOP, True),
    "phone long": ("light", look.PHONE, True),
}
ONLY = os.environ.get("ONLY", "").lower()
WANTED = {
    name: [line for line in lines if ONLY in f"{name} {line.name} {line.view}".lower()]
    for name, lines in CHAPTERS.items()
}


@pytest.fixture(scope="session", autouse=True)
def _index():
    """Of all pictures that are there in the end: the last one to finish sees everybody's."""
    yield
    write_index()


# Pictures far down load late, and a photograph does not scroll.
PICTURES_LOADED = """
Promise.all([...document.images].map((picture) => {
  picture.loading = "eager";
  return picture.decode().catch(() => {});
}))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chapter", [name for name, lines in WANTED.items() if lines])
def test_photograph(chapter, new_context, live_server, settings):
    settings.DEMO = True
    if chapter != "empty":
        call_command("load_demo")

    with Walk(new_context, live_server) as walk:
        for line in WANTED[chapter]:
            photograph(walk.open(line), chapter, line)


def photograph(page, chapter, line):
    """Every variant of the page as it stands; those with long words come last, because they spoil it."""
    page.evaluate(look.SCRIPT)
    is_long = False
    for variant, (theme, size, long) in VARIANTS.items():
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        if long and not is_long:
            page.evaluate("look.lengthen()")
            is_long = True
        page.evaluate(PICTURES_LOADED)
        page.screenshot(path=picture_of(chapter, line, variant), full_page=True, type="jpeg", quality=75)


def picture_of(chapter, line, variant):
    return FOLDER / slugify(variant) / f"{chapter}-{slugify(line.name)}.jpg"


def write_index():
    """One page with all pictures that are there, to be filtered by words and by variant."""
    rows = [
        {"chapter": chapter, "line": line, "pictures": [picture_of(chapter, line, variant) for variant in VARIANTS]}
        for chapter, lines in CHAPTERS.items()
        for line in lines
    ]
    for row in rows:
        row["pictures"] = [path.relative_to(FOLDER) for path in row["pictures"] if path.exists()]
    template = Engine().from_string((Path(__file__).parent / "screens.html").read_text())
    rows = [row for row in rows if row["pictures"]]
    (FOLDER / "index.html").write_text(template.render(Context({"rows": rows, "variants": VARIANTS})))
