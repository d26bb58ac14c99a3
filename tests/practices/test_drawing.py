from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from practices import drawing
from practices.models import Outcome


def outcome(before, after, unit="", **fields):
    before = None if before is None else Decimal(str(before))
    return Outcome(
        indicator="Shootings", before=before, after=Decimal(str(after)), unit=unit, source="Police", **fields
    )


def stones(path):
    return path.count("M")


def test_each_stone_is_one_event():
    chart = drawing.columns(outcome(65, 20, begin="2017", end="2020"))

    assert [(stones(column.stones), column.label) for column in chart.columns] == [(65, "2017"), (20, "2020")]
    assert [column.is_now for column in chart.columns] == [False, True]
    assert chart.scale == 1


def test_the_number_stands_above_the_highest_row():
    chart = drawing.columns(outcome(65, 20))

    assert 0 < chart.columns[0].top < drawing.HEAD < chart.columns[1].top < chart.ground


@pytest.mark.parametrize(
    ("before", "after", "scale", "piles"),
    [(150, 3, 1, [150, 3]), (524, 947, 10, [53, 95]), (12_400, 90, 100, [124, 1]), (0, 8, 1, [0, 8])],
)
def test_a_stone_stands_for_more_where_there_are_many(before, after, scale, piles):
    chart = drawing.columns(outcome(before, after))

    assert chart.scale == scale
    assert [stones(column.stones) for column in chart.columns] == piles


def test_the_last_stone_is_narrower_where_it_stands_for_less():
    pile = drawing.columns(outcome(524, 947)).columns[0].stones.split("z")

    assert pile[-2].split("h")[1].split("v")[0] != pile[0].split("h")[1].split("v")[0]


def test_a_share_is_so_many_of_a_hundred():
    chart = drawing.columns(outcome(42, 5, "%"))

    assert chart.is_share
    assert [(stones(column.stones), stones(column.missing)) for column in chart.columns] == [(42, 58), (5, 95)]


def test_a_figure_without_a_base_is_one_pile():
    chart = drawing.columns(outcome(None, 31, end="2015"))

    assert [(column.value, column.label) for column in chart.columns] == [(31, "2015")]


@pytest.mark.parametrize(
    ("before", "after", "unit"),
    [
        *((None, -30, "%"), (-5, 5, ""), (0, 0, ""), (120, 90, "%"), (4.5, 2, ""), (65, 20, "per 1,000 people")),
        *((65, 20, "€"), (65, 20, "index points"), (5_000_000, 10, "people")),
    ],
)
def test_no_stones_where_they_would_mislead(before, after, unit):
    assert drawing.columns(outcome(before, after, unit)) is None


@pytest.mark.parametrize(("before", "after"), [(None, 3), (-5, 5), (5, -5)])
def test_no_bars_where_there_is_nothing_to_compare(before, after):
    assert drawing.bars(outcome(before, after)) is None


def test_the_longer_bar_is_as_wide_as_the_drawing():
    assert drawing.bars(outcome(65, 20)) == {"before": "M0 6h100.0", "after": "M0 20h30.8"}
    assert drawing.bars(outcome(0, 0))["after"] == "M0 20h0.0"


def test_a_drawing_has_its_numbers_as_its_alternative():
    with translation.override("en"):
        text = render_to_string(
            "components/outcome.html", {"outcome": outcome(65, 20, begin="2017", end="2020"), "main": True}
        )

    assert 'role="img" aria-label="Shootings: 65 in 2017, 20 in 2020"' in text
    assert "Each stone is one of those counted." in text
    assert "−69 % in 3 years" in text
    assert "Lower is better." in text


def test_a_drawing_without_years_says_before_and_after():
    with translation.override("en"):
        text = render_to_string("components/outcome.html", {"outcome": outcome(6, 2), "main": True})

    assert 'aria-label="Shootings: 6 (before), 2 (after)"' in text
    assert ">Before</text>" in text


def test_a_figure_that_went_the_wrong_way_says_so():
    with translation.override("en"):
        assert "(Lower is better)" in render_to_string("components/outcome.html", {"outcome": outcome(20, 65)})
        assert "(Lower is better)" not in render_to_string("components/outcome.html", {"outcome": outcome(65, 20)})
