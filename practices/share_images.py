"""The picture that stands beside a link to a practice, a member or the site, 1200 by 630 (OpenGraph).

Typst draws the words, Pillow lays a practice's first picture over the paving.
"""

import io

from django.core.files.storage import default_storage
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from coalition import typesetting
from practices import files
from practices.paving import pavings
from practices.templatetags.library import change, figure, month, paving

TEMPLATE = "practices/typst/share.typ"
SIZE = (1200, 630)
PICTURE = (752, 0, 1200, 630)  # where the template has the paving
NO_PICTURE = {"path": "", "focus": ""}
COLOURS = 256  # of a picture with a photograph: a third of the bytes, and nobody sees it in a preview


def words_of_site():
    """What is drawn for every page that has no picture of its own."""
    return card(
        _("What cities do against drug-related violence, and what came of it"),
        summary=_("A free library of practices from European cities and regions, with the results."),
    )


def words_of_member(member):
    """What is drawn for a member or a place, with `practice_count` and `has_signed` (`members_in_library`)."""
    told = ngettext("%(n)s practice in the library", "%(n)s practices in the library", member.practice_count)
    standing = _("Member of the coalition") if member.is_member else _("A place in the library")
    facts = [standing, told % {"n": member.practice_count}, _("Signed the declaration") if member.has_signed else ""]
    return card(
        _("What %(place)s does, and what came of it") % {"place": member.name},
        summary=" · ".join(filter(None, facts)),
        remark=_("Invented for the demonstration") if member.is_fictional else "",
        place=member,
    )


def words_of_practice(practice, revision):
    """What is drawn for the public text of a practice."""
    return card(
        revision.title,
        language=revision.language,
        summary=revision.summary,
        paving=paving(revision.main_theme),
        remark=standing_of(practice),
        place=practice.member,
        figure=figure_of(revision.headline),
        picture=first_picture(revision),
    )


def card(title, *, language="", summary="", paving="space", remark="", place=None, figure=None, picture=NO_PICTURE):
    return {
        "interface_language": get_language(),
        "site": [_("European Coalition of Cities and Regions"), _("Practice Library")],
        "title": title,
        "language": language or get_language(),
        "summary": summary,
        "paving": pavings()[paving],
        "remark": remark,
        "place": place.name if place else "",
        "country": place.country.code or "" if place else "",
        "figure": figure,
        "picture": picture,
    }


def standing_of(practice):
    """What a reader must know before believing (components/retold.html)."""
    if practice.is_retold:
        return _("Retold from public sources, not yet confirmed by the city")
    return _("Invented for the demonstration") if practice.member.is_fictional else ""


def figure_of(outcome):
    if outcome is None:
        return None
    begin, end = month(outcome.begin), month(outcome.end)
    period = _("%(begin)s to %(end)s") % {"begin": begin, "end": end} if begin and end else begin or end
    return {
        "before": "" if outcome.before is None else figure(outcome.before, outcome.unit),
        "after": figure(outcome.after, outcome.unit),
        "change": "" if outcome.change is None else change(outcome),
        "indicator": outcome.indicator,
        "period": period,
    }


def first_picture(revision):
    """Where the first picture lies, and what of it must stay in view; nothing where there is none."""
    image = next(iter(revision.images.all()), None)
    if image is None or not image.variants:
        return NO_PICTURE
    widths = sorted(map(int, image.variants))
    large_enough = [width for width in widths if image.variants[str(width)]["height"] >= SIZE[1]]
    path = files.image_path(image.key, (large_enough or widths[-1:])[0], "webp")
    return {"path": path, "focus": image.focus} if default_storage.exists(path) else NO_PICTURE


def draw(words):
    """The picture as PNG."""
    drawn = typesetting.png(TEMPLATE, words)
    return with_picture(drawn, words["picture"]) if words["picture"]["path"] else drawn


def with_picture(drawn, picture):
    """The drawing with the practice's picture in place of the paving, and the plate on it."""
    left, top, right, bottom = PICTURE
    with default_storage.open(picture["path"]) as file, Image.open(file, formats=["WEBP"]) as opened:
        cut = ImageOps.fit(
            opened.convert("RGB"), (right - left, bottom - top), Image.Resampling.LANCZOS, centering=in_view(picture)
        )
    ground = Image.new("RGB", SIZE, "white")
    ground.paste(cut, (left, top))
    over = Image.open(io.BytesIO(drawn)).convert("RGBA")
    ground.paste(over, (0, 0), over)
    file = io.BytesIO()
    ground.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(file, "PNG", compress_level=4)
    return file.getvalue()


def in_view(picture):
    """The point of the picture that stays where it is cut, from 0 to 1: its focus is a point of the compass."""
    focus = picture["focus"]
    across = 0.0 if "w" in focus else 1.0 if "e" in focus else 0.5
    down = 0.0 if "n" in focus else 1.0 if "s" in focus else 0.5
    return across, down
