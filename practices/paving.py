"""The pavings of the themes, read from the style sheet, for drawings that no browser makes."""

import re
from functools import cache
from urllib.parse import unquote

from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "css" / "components" / "pave.css"
PATTERN = re.compile(r'--([a-z]+): url\("data:image/svg\+xml,(<svg.*?</svg>)"\)')
THEME = re.compile(r"\.th-([a-z]+) \{ --h: (#\w+); --p: (#\w+); --pv: var\(--([a-z]+)\); --pw: (\d+); \}")


@cache
def pavings():
    """Name → {"ground", "stone": colours, "svg": one tile, "width", "height": its size}."""
    styles = STYLES.read_text(encoding="utf-8")
    patterns = dict(PATTERN.findall(styles))
    return {
        name: {"ground": ground, "svg": tile(patterns[pattern], stone), "stone": stone} | size_of(patterns[pattern])
        for name, ground, stone, pattern, _width in THEME.findall(styles)
    }


def tile(svg, colour):
    """The pattern in one colour: its shapes are filled or stroked with black."""
    return unquote(svg).replace("#000", colour).replace("<svg ", f"<svg fill='{colour}' ", 1)


def size_of(svg):
    width, height = re.search(r"viewBox='0 0 ([\d.]+) ([\d.]+)'", svg).groups()
    return {"width": float(width), "height": float(height)}
