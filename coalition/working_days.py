"""Working days: what the secretariat's promises are counted in. Monday to Friday."""

import datetime

TARGET = 10  # working days to a decision, on a practice or on a signature


def after(start, days):
    """The date that is so many working days after `start` (a date or a moment)."""
    day = start.date() if isinstance(start, datetime.datetime) else start
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < 5
    return day


def between(start, end):
    """How many working days have begun after `start` until `end`, both dates or moments; never negative."""
    first, last = (day.date() if isinstance(day, datetime.datetime) else day for day in (start, end))
    weeks, rest = divmod(max((last - first).days, 0), 7)
    return weeks * 5 + sum((first + datetime.timedelta(days=day)).weekday() < 5 for day in range(1, rest + 1))


def due(start):
    """The date by which a decision is promised."""
    return after(start, TARGET)
