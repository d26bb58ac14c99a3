"""Tables that people take home: CSV that no spreadsheet mistakes for formulas."""

import csv

from django.http import StreamingHttpResponse
from django.utils import translation

FORMULA_SIGNS = tuple("=+-@|%＝＋－＠")  # Excel and Calc calculate what begins with one of these
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel takes UTF-8 for something older


class Echo:
    """A file that hands back what is written to it, so that rows leave one by one."""

    def write(self, text):
        return text


def safe(value):
    """A value that a spreadsheet shows as it is. Text that looks like a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip().startswith(FORMULA_SIGNS) else text


def csv_response(filename, rows):
    """A download of rows of any number, written while they are read, in the reader's language."""
    response = StreamingHttpResponse(lines(rows, translation.get_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def lines(rows, language):
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    with translation.override(language):
        for row in rows:
            yield writer.writerow([safe(value) for value in row])
