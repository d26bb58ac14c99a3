"""Working days: what the secretariat's promises are counted in. Monday to Friday, without a country's public holidays.

A promise to a city runs on the city's own calendar; without a country only weekends are left out.
"""

import datetime
from functools import cache

import holidays
from django.utils import timezone

TARGET = 10  # working days to a decision, on a practice or on a signature


@cache
def holidays_of(country):
    """The days, of any year, on which the whole country is off; none where no country or no calendar is known."""
    try:
        return holidays.country_holidays(str(country)) if country else frozenset()
    except NotImplementedError:
        return frozenset()


def is_one(day, country=""):
    return day.weekday() < 5 and day not in holidays_of(country)


def after(start, days, country=""):
    """The date that is so many working days after `start` (a date or a moment)."""
    day = as_date(start)
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= is_one(day, country)
    return day


def between(start, end, country=""):
    """How many working days have begun after `start` until `end`, both dates or moments; never negative."""
    first, last = as_date(start), as_date(end)
    days = (first + datetime.timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_one(day, country) for day in days)


def back(end, days, country=""):
    """The latest date since which so many working days have begun until `end`: the reverse of `between`."""
    day = as_date(end)
    while days > 0:
        days -= is_one(day, country)
        day -= datetime.timedelta(days=1)
    return day


def as_date(day):
    """The calendar day, here, of a date or a moment."""
    return timezone.localdate(day) if isinstance(day, datetime.datetime) else day


def due(start, country=""):
    """The date by which a decision is promised."""
    return after(start, TARGET, country)
