"""Working days: what the secretariat's promises are counted in. Monday to Friday."""

import datetime

from django.utils import timezone

TARGET = 10  # working days to a decision, on a practice or on a signature


def after(start, days):
    """The date that is so many working days after `start` (a date or a moment)."""
    day = as_date(start)
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < 5
    return day


def between(start, end):
    """How many working days have begun after `start` until `end`, both dates or moments; never negative."""
    first, last = as_date(start), as_date(end)
    weeks, rest = divmod(max((last - first).days, 0), 7)
    return weeks * 5 + sum((first + datetime.timedelta(days=day)).weekday() < 5 for day in range(1, rest + 1))


def back(end, days):
    """The latest date since which so many working days have begun until `end`: the reverse of `between`."""
    day = as_date(end)
    while days > 0:
        days -= day.weekday() < 5
        day -= datetime.timedelta(days=1)
    return day


def as_date(day):
    """The calendar day, here, of a date or a moment."""
    return timezone.localdate(day) if isinstance(day, datetime.datetime) else day


def due(start):
    """The date by which a decision is promised."""
    return after(start, TARGET)
