"""What leaves the site as a drawing: PDF and PNG, set by Typst from our own templates, fonts and nothing else.

Words travel as JSON, so that nobody's text is ever markup; the same words give the same bytes.
"""

import hashlib
import json
import unicodedata
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.functional import Promise
from PIL import ImageFont

FOLDER = settings.BASE_DIR / "coalition" / "typst"
FONTS = sorted((FOLDER / "fonts").glob("*.ttf"))
OTHER_SIGNS = {
    "→": "–",
    "←": "–",
    "‑": "-",
    "☐": "–",
    "✓": "–",
    "●": "•",
    "▪": "•",
}  # what stands for what we cannot draw
AN_HOUR = 3600


def pdf(template, words, pictures=(), standards=("ua-1",)):
    """A tagged PDF (PDF/UA-1) of a template, a path below the project, filled with words and with JPEG pictures."""
    order = _order(template, words, pictures)
    return typst.compile(**order, format="pdf", pdf_standards=list(standards), timestamp=0)


def png(template, words):
    """A picture of a template of one page, as many pixels as the page has points."""
    return typst.compile(**_order(template, words), format="png", ppi=72)


def _order(template, words, pictures=()):
    return {
        "input": settings.BASE_DIR / template,
        "root": settings.BASE_DIR,
        "font_paths": _fonts(),
        "sys_inputs": {"words": as_json(words), "pictures": json.dumps([list(picture) for picture in pictures])},
    }


@cache
def _fonts():
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"])


def as_json(words):
    """The words as a template reads them: every one can be drawn with our fonts."""
    return json.dumps(_drawable(words), ensure_ascii=False, sort_keys=True)


def _drawable(value):
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(item) for item in value]
    return drawable(str(value)) if isinstance(value, str | Promise) else value


def drawable(text):
    """The text with the letters that our fonts have: Latin, Greek, Cyrillic. Pictograms go, others become `?`."""
    text = unicodedata.normalize("NFC", text)
    return text if text.isascii() and text.isprintable() else "".join(map(_sign, text))


@cache
def _sign(character):
    if character in "\n\t " or (character.isprintable() and _has_shape(character)):
        return character
    if character in OTHER_SIGNS:
        return OTHER_SIGNS[character]
    kind = unicodedata.category(character)
    if kind == "Zs":
        return "\N{NO-BREAK SPACE}"
    return "?" if kind[0] == "L" else ""


def _has_shape(character):
    return all(bytes(font.getmask(character)) != missing for font, missing in _shapes())


@cache
def _shapes():
    """Our fonts, each with what it draws for a letter that it does not have."""
    fonts = [ImageFont.truetype(path, 20) for path in FONTS]
    return [(font, bytes(font.getmask("\uffff"))) for font in fonts]


@cache
def _fingerprint_of_templates():
    files = sorted([*FOLDER.rglob("*.ttf"), *settings.BASE_DIR.glob("*/typst/*.typ")])
    return hashlib.sha256(b"".join(map(Path.read_bytes, files))).hexdigest()


def answer(request, content_type, draw, words, filename=""):
    """The drawing as a response that caches may keep for an hour; drawn only for who has not this very one.

    `draw` is called with the words. With a file name it is a download: not every browser shows a PDF under our policy.
    """
    seal = hashlib.sha256(f"{_fingerprint_of_templates()}{as_json(words)}".encode()).hexdigest()
    etag = f'"{seal[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(draw(words), content_type=content_type)
        if filename:
            response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, public=True, max_age=AN_HOUR)
    return response
