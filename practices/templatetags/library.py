"""Words for templates that show practices: their figures, their evidence, their paving."""

import datetime
import json
from functools import cache
from urllib.parse import urlsplit

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from practices import drawing, promises
from practices.vocabularies import Vocabulary

register = template.Library()

STONE, GAP, GROUND, TALLEST = 6.5, 7.5, 17.5, 16.5  # one step of the ladder, in the units of its drawing


EVIDENCE_NOTES = {
    "described": gettext_lazy("Clear aim, steps, cost and contact"),
    "measured": gettext_lazy("Figures from before and after, or counted activity"),
    "evaluated": gettext_lazy("Studied in a structured way"),
    "compared": gettext_lazy("Compared with people or places that did not take part"),
    "reproduced": gettext_lazy("Results confirmed in another place or study"),
}


FINDINGS = {  # of an evaluation, where they ask for caution
    "mixed": gettext_lazy("The evaluation found a mixed picture, not a clear effect."),
    "no-effect": gettext_lazy("The evaluation could not show an effect."),
    "negative": gettext_lazy("The evaluation found that it did harm."),
    "not-assessed": gettext_lazy("No evaluation has looked at whether the practice caused this."),
}


@register.filter
def paving(theme):
    """The paving of a theme's top theme; the neutral one where there is no theme."""
    if not theme:
        return "governance"
    return (theme.parent or theme).paving


@register.filter
def figure(value, unit=""):
    """A number as it is written here: no idle decimals, and `%` after a space that does not break."""
    text = number_format(
        value.normalize() if hasattr(value, "normalize") else value, use_l10n=True, force_grouping=True
    )
    return f"{text.replace('-', '−')} %" if unit.strip() == "%" else text.replace("-", "−")


@register.filter
def change(outcome):
    """The change in words: −69 %, or +15 points where percentages are compared."""
    sign = "+" if outcome.change > 0 else ""
    amount = f"{sign}{figure(outcome.change)}"
    return _("%(amount)s points") % {"amount": amount} if outcome.is_percentage else f"{amount} %"


@register.filter
def span(outcome):
    """How long the change took, in whole years: "in 3 years"; nothing where the months do not say."""
    begin, end = outcome.begin.split("-"), outcome.end.split("-")
    if not (outcome.begin and outcome.end) or begin[1:] != end[1:] or outcome.begin >= outcome.end:
        return ""
    years = int(end[0]) - int(begin[0])
    return ngettext("in %(years)d year", "in %(years)d years", years) % {"years": years}


@register.filter
def period(outcome):
    """When a figure was measured: `2017 to 2020`."""
    begin, end = month(outcome.begin), month(outcome.end)
    return _("%(begin)s to %(end)s") % {"begin": begin, "end": end} if begin and end else begin or end


@register.filter
def period_and_source(outcome):
    """Never a claim without year and source: `2017 to 2020, Swedish police`."""
    unit = "" if outcome.is_percentage else outcome.unit
    return ", ".join(part for part in (unit, period(outcome), outcome.source) if part)


@register.filter
def as_sentence(outcome):
    """A figure for those who do not see its drawing: `Shootings a year: 65 in 2017, 20 in 2020`."""
    values = [(outcome.before, outcome.begin, _("before")), (outcome.after, outcome.end, _("after"))]
    parts = [
        _("%(value)s in %(year)s") % {"value": figure(value, outcome.unit), "year": month(when)}
        if when
        else f"{figure(value, outcome.unit)} ({otherwise})"
        for value, when, otherwise in values
        if value is not None
    ]
    return f"{outcome.indicator}: {', '.join(parts)}"


@register.filter
def doubts(revision):
    """What the figures of a text do not say, as sentences: what the evaluation could not show, what nobody compared."""
    headline = revision.headline
    if headline is None:
        return []
    found = [FINDINGS[revision.finding]] if revision.finding in FINDINGS else []
    if headline.before is not None and revision.evidence_checked not in ("compared", "reproduced"):
        found.append(
            _("Nobody has compared these figures with a place that did not take part. Other causes may count.")
        )
    return found


@register.simple_tag
def outcome_bars(outcome):
    """Before and after as bars of stones; None where bars would say nothing."""
    return drawing.bars(outcome)


@register.simple_tag
def outcome_columns(outcome):
    """Before and after as piles of stones, one for each event; None where the figure is not counted."""
    return drawing.columns(outcome)


@register.simple_tag
def evidence_step(level):
    """One step of the ladder: its label, its place, and the stones to draw."""
    vocabulary = Vocabulary("evidence")
    code = level if level in vocabulary else "described"
    position = list(vocabulary).index(code) + 1
    reached, missing = _stones(position, len(vocabulary))
    return {
        "code": code,
        "label": vocabulary.label(code),
        "note": EVIDENCE_NOTES[code],
        "position": position,
        "total": len(vocabulary),
        "is_current": code == level,
        "reached": reached,
        "missing": missing,
    }


@register.simple_tag
def evidence_ladder(level="", stated=""):
    """All steps of the ladder from the lowest; what was checked and what the author stated are marked on it."""
    return [
        evidence_step(code) | {"is_current": code == level, "is_stated": code == stated}
        for code in Vocabulary("evidence")
    ]


@cache
def _stones(position, total):
    """Two paths: the stones up to a position, and those above it."""
    stones = [_stone(place, total) for place in range(1, total + 1)]
    return "".join(stones[:position]), "".join(stones[position:])


def _stone(place, total):
    height = TALLEST * place / total
    return f"M{0.5 + (place - 1) * GAP:.1f} {GROUND - height:.1f}h{STONE}V{GROUND}h-{STONE}z"


@register.simple_tag
def picture_sources(image):
    """The variants of a picture for <picture>, the better format first; None while they are being made.

    `src`, for browsers that know no srcset, is the widest; `small` is the narrowest. Width and height keep its
    place; they are texts, because a template would write 1400 as 1,400.
    """
    names = sorted(image.variants, key=int)
    if not names:
        return None
    widest = image.variants[names[-1]]
    return {
        "sets": [
            {
                "type": f"image/{extension}",
                "srcset": ", ".join(
                    f"{_variant(image, name, extension)} {image.variants[name]['width']}w" for name in names
                ),
            }
            for extension in ("avif", "webp")
        ],
        "src": _variant(image, names[-1], "webp"),
        "small": _variant(image, names[0], "webp"),
        "width": str(widest["width"]),
        "height": str(widest["height"]),
    }


def _variant(image, width, extension):
    return reverse("practices:image", args=[image.key, width, extension])


@register.filter
def month(text):
    """A month as people write it: `2024-05` is May 2024, `2024` is 2024."""
    if len(text) != len("2024-05"):
        return text
    return date_format(datetime.date(int(text[:4]), int(text[5:]), 1), "YEAR_MONTH_FORMAT")


@register.filter
def term(code, vocabulary):
    """The word for a code of a vocabulary: {{ partner.type|term:"partner_types" }}."""
    return Vocabulary(vocabulary).label(code)


# "<", ">" and "&" end or begin markup; both line separators end a line in a script but not in JSON
JSON_IN_HTML = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


@register.filter
def linked_data(data):
    """A description for machines as a block of JSON-LD, from which no text can break out."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).translate(JSON_IN_HTML)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


@register.filter
def web_address(text):
    """An address that a browser may open, or nothing: what was typed is never trusted."""
    try:
        return text if urlsplit(text).scheme in ("https", "http") else ""
    except (ValueError, AttributeError):
        return ""


@register.filter
def host(address):
    """The name of a site in an address, for links that have no title."""
    return urlsplit(address).netloc.removeprefix("www.") or address


CHECKED = mark_safe(" checked")
CHOICE = (
    '<label class="check{}"><input type="checkbox" name="{}" value="{}"{}>'
    '<span>{}</span><span class="n">{}{}</span></label>\n'
)


@register.simple_tag
def facet_choices(facet, is_capped):
    """The boxes of a facet with what a click would give. Some 250 stand on a page, too many for a template each."""
    return format_html_join(
        "",
        CHOICE,
        (
            (
                " narrower" if choice.is_narrower else "",
                facet.name,
                choice.value,
                CHECKED if choice.is_chosen else "",
                choice.label,
                number_format(choice.count, use_l10n=True),
                "+" if is_capped else "",
            )
            for choice in facet.choices
        ),
    )


@register.simple_tag
def usual_days():
    """The median of working days to a decision in the last year, from the history; None without decisions."""
    return promises.usual_days()
