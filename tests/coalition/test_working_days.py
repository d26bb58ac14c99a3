import datetime

import pytest

from coalition import working_days

FRIDAY = datetime.date(2026, 6, 5)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, FRIDAY), (1, datetime.date(2026, 6, 8)), (10, datetime.date(2026, 6, 19))]
)
def test_weekends_do_not_count_towards_a_promise(days, expected):
    assert working_days.after(FRIDAY, days) == expected


@pytest.mark.parametrize("days", range(40))
def test_counting_there_and_back_agrees(days):
    assert working_days.between(FRIDAY, working_days.after(FRIDAY, days)) == days


def test_a_weekend_adds_no_age():
    assert working_days.between(FRIDAY, FRIDAY + datetime.timedelta(days=2)) == 0
    assert working_days.between(FRIDAY, FRIDAY + datetime.timedelta(days=3)) == 1


def test_the_future_has_no_age():
    assert working_days.between(FRIDAY, FRIDAY - datetime.timedelta(days=3)) == 0


def test_a_moment_counts_as_its_day():
    assert working_days.due(datetime.datetime(2026, 6, 5, 23, 59, tzinfo=datetime.UTC)) == datetime.date(2026, 6, 19)


@pytest.mark.parametrize("days", range(1, 40))
def test_back_gives_the_last_day_from_which_that_many_count(days):
    day = working_days.back(FRIDAY, days)

    assert working_days.between(day, FRIDAY) == days
    assert working_days.between(day + datetime.timedelta(days=1), FRIDAY) == days - 1
