"""What people ask and the library does not tell: anonymous counts of a day, for the editors."""

import datetime
import re

from django.db import connection
from django.utils import timezone

from practices.models import MissedQuestion
from practices.search.finding import find
from practices.search.reading import printable

LONGEST = 80  # letters of a question that is kept
MOST_A_DAY = 1000  # different questions that are kept; a machine that tries words fills no table
LOOKS_PERSONAL = re.compile(r"@|\d{4}")  # an address, a telephone number, a date
RARE_FOR, KEPT_FOR = datetime.timedelta(days=30), datetime.timedelta(days=365)

COUNT = """
INSERT INTO practices_missedquestion AS missed (day, language, text, times)
SELECT %(day)s, %(language)s, fold(%(text)s), 1
WHERE (SELECT count(*) FROM practices_missedquestion WHERE day = %(day)s) < %(most)s
ON CONFLICT (day, text, language) DO UPDATE SET times = missed.times + 1
"""


def miss(text, language):
    """Count a question, if it finds nothing. What looks personal or is long is not kept."""
    text = printable(text)
    if not text or len(text) > LONGEST or LOOKS_PERSONAL.search(text) or find(text, language=language).total:
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"day": timezone.localdate(), "language": language, "text": text, "most": MOST_A_DAY})


def forget_missed():
    """Erase what was asked rarely after a month, and everything after a year."""
    today = timezone.localdate()
    often = MissedQuestion.objects.asked_often().values("pk")
    MissedQuestion.objects.filter(day__lt=today - RARE_FOR).exclude(pk__in=often).delete()
    MissedQuestion.objects.filter(day__lt=today - KEPT_FOR).delete()
