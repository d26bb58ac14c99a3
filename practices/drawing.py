"""How figures are drawn: one stone for each event, or bars of stones. Everything here is geometry, in SVG paths."""

from decimal import Decimal
from math import ceil
from typing import NamedTuple

MOST_STONES = 150  # in a column; above, a stone stands for 10 or for 100
SCALES = (1, 10, 100)
RATES = {*"%‰/€£$", *"0123456789"}  # a unit with one of these is a share, a rate or money: nothing that is counted
RATE_WORDS = {"per", "pro", "par", "por", "rate", "index", "score", "points", "percent", "average", "ratio"}

WIDTH = 614  # of a drawing of columns, in its own units
HEAD, FOOT = 34, 42  # room for the number above the stones and for the year below
ROWS = 8  # how high the taller column is meant to be
FEWEST_ACROSS = 5
GAP_BETWEEN = 44
LARGEST_STEP, JOINT = 26, 0.12  # of a stone with its joint; the joint as a share of it

LONGEST_BAR = 100


class Column(NamedTuple):
    """A pile of stones with the number above it and the year below."""

    x: float
    top: float
    value: Decimal
    label: str
    is_now: bool
    stones: str
    missing: str  # up to a hundred, where the stones are per cent


class Columns(NamedTuple):
    """A whole drawing. `scale`: how many events a stone stands for."""

    width: float
    height: float
    ground: float
    scale: int
    is_share: bool
    columns: list


def is_counted(outcome):
    """Whether the figures are numbers of something, so that a stone can stand for one of them."""
    unit = outcome.unit.lower()
    whole = all(value == value.to_integral_value() for value in _values(outcome))
    return whole and not RATES & set(unit) and not RATE_WORDS & set(unit.split())


def columns(outcome):
    """Before and after as piles of stones; None where stones would mislead: rates, losses, very large numbers."""
    values = _values(outcome)
    is_share = outcome.is_percentage and max(values) <= 100
    if min(values) < 0 or not max(values) or not (is_share or is_counted(outcome)):
        return None
    scale = next((scale for scale in SCALES if max(values) <= scale * MOST_STONES), None)
    if scale is None:
        return None
    highest = 100 if is_share else float(max(values) / scale)
    across = 10 if is_share else max(FEWEST_ACROSS, ceil(highest / ROWS))
    step = min(LARGEST_STEP, (WIDTH - GAP_BETWEEN) / 2 / across)
    rows = ceil(highest / across)
    ground = HEAD + rows * step
    drawn, x = [], 0.0
    for value, label in zip(values, [outcome.begin, outcome.end][-len(values) :], strict=True):
        number = float(value / scale)
        pile = _pile(x, ground, step, across, 0, number)
        missing = _pile(x, ground, step, across, number, 100) if is_share else ""
        top = ground - step * (rows if is_share else ceil(number / across))
        drawn.append(Column(x, round(top - 10, 1), value, label, value is outcome.after, pile, missing))
        x = round(x + across * step + GAP_BETWEEN, 1)
    return Columns(WIDTH, round(ground + FOOT, 1), round(ground + 28, 1), scale, is_share, drawn)


def bars(outcome):
    """Two bars of stones, the longer one as wide as the drawing; None where there is nothing to compare."""
    if outcome.before is None or min(outcome.before, outcome.after) < 0:
        return None
    longest = max(outcome.before, outcome.after) or 1
    return {
        "before": f"M0 6h{float(outcome.before / longest) * LONGEST_BAR:.1f}",
        "after": f"M0 20h{float(outcome.after / longest) * LONGEST_BAR:.1f}",
    }


def _values(outcome):
    return [value for value in (outcome.before, outcome.after) if value is not None]


def _pile(x, ground, step, across, first, last):
    """The stones from `first` to `last`, laid from the ground in rows; a part of a stone is a narrower one."""
    size = step * (1 - JOINT)
    stones = []
    place = int(first)
    while place < last:
        begin, end = max(first - place, 0), min(last - place, 1)
        left = x + place % across * step + begin * size
        top = ground - (place // across + 1) * step
        width = (end - begin) * size
        stones.append(f"M{left:.1f} {top:.1f}h{width:.1f}v{size:.1f}h-{width:.1f}z")
        place += 1
    return "".join(stones)
