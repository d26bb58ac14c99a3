"""A page of results, and for each value of each facet how many a click on it would give."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import BooleanField, F, Func, Value

from practices.models import Practice, SearchRow
from practices.search import facets, marking, nearby, ranking, reading
from practices.search.reading import Query, all_of, any_of, numbered, understand

PAGE_SIZE = 20
MOST_PAGES = 100
FEW = 5  # with fewer results we look for what else was meant
ENOUGH = 10  # with fewer, not all of several words must be there
MOST_COUNTED = 20_000  # beyond, an exact count helps nobody; numbers then mean "at least"

SORTS = {
    "newest": "published_at DESC, practice_id DESC",
    "confirmed": "confirmed_on DESC NULLS LAST, published_at DESC, practice_id DESC",
    "adapted": "adaptations DESC, published_at DESC, practice_id DESC",
}
# PostgreSQL joins the codes of all hits into one string, which is counted here: five times as quick as in SQL.
CODES = "SELECT %s AS facet, hits.* FROM search_codes(%s::tsquery, %s, %s, %s) hits"
ROWS = {True: "search_hits(%s::tsquery, %s)", False: "practices_searchrow LIMIT %s"}  # asked anything?


@dataclass
class Results:
    """A page of practices, and what a click on each facet would give."""

    query: Query
    total: int
    counts: dict  # {"theme": {"nightlife": 12}}
    is_capped: bool = False  # there are more; numbers mean "at least"
    most_pages: int = MOST_PAGES
    page: int = 1
    practices: list = field(default_factory=list)
    suggestion: str = ""  # what the question may have meant
    is_corrected: bool = False  # the suggestion was searched already

    @property
    def shown(self):
        """How many of them the pages show."""
        return min(self.total, self.most_pages * PAGE_SIZE)

    @property
    def pages(self):
        return max(1, -(-self.shown // PAGE_SIZE))


def find(text="", chosen=None, sort="", page=1, language="en"):
    """A page of the public practices that answer a question within the chosen facets, best first."""
    query, numbers = understand(text, language), facets.numbers(chosen or {})
    results = Results(query, *_count(query, numbers))
    if query and results.total < ENOUGH:
        results = _further(results, numbers)
    by_relevance = bool(results.query.wanted) and sort not in SORTS
    if by_relevance and results.total > ranking.MOST_RANKED:
        results.most_pages = ranking.MOST_RANKED // PAGE_SIZE
    results.page = min(max(page, 1), results.pages)
    results.practices = _practices(results, numbers, sort, by_relevance)
    return results


def _further(results, numbers):
    """With mistyped words corrected and unknown ones left out; then with most of the words, then with any."""
    if results.total >= FEW and len(results.query.wanted) == 1:
        return results
    meant = nearby.meant(results.query)
    suggestion = meant.text if meant.text != results.query.text else ""
    for attempt in [meant.query, *meant.query.relaxed()]:
        if attempt and attempt.raw != results.query.raw:
            total, counts, is_capped = _count(attempt, numbers)
            if total > results.total:
                results = Results(attempt, total, counts, is_capped)
        if results.total >= ENOUGH:
            break
    if results.total:
        results.suggestion, results.is_corrected = suggestion, meant.is_needed
    return results


# --- what matches ---


def rows(query, chosen):
    """The search rows that match: OR within a facet, AND between facets and with the words."""
    return rows_of(matching(query, chosen))


def rows_of(raw):
    """The search rows that a question to PostgreSQL matches; of an empty one, all."""
    return SearchRow.objects.filter(Matches(F("doc"), Value(raw))) if raw else SearchRow.objects.all()


class Matches(Func):
    """As they are: Django's own search would stem the numbers of facets."""

    template, arg_joiner, output_field = "%(expressions)s::tsquery", " @@ ", BooleanField()


def matching(query, chosen):
    """For PostgreSQL: the words, and of each facet one of the chosen values."""
    return _matching(query, facets.numbers(chosen))


def _matching(query, numbers):
    return all_of([query.raw, *(any_of(numbered(some)) or reading.NOTHING for some in numbers.values())])


# --- what is counted ---


def count(query, chosen):
    """How many match, for each value of each facet how many a click on it would give, and whether there are more.

    The values of a facet exclude each other no more than they would when chosen together: a facet in which
    something is chosen is counted without its own choice.
    """
    return _count(query, facets.numbers(chosen))


def _count(query, numbers):
    if not query and not numbers:
        return *facets.totals(), False
    asked = {"": _matching(query, numbers)}
    for facet in numbers:
        asked[facet] = _matching(query, {other: some for other, some in numbers.items() if other != facet})
    hits = _hits({facet: raw for facet, raw in asked.items() if raw})
    total, codes = hits.pop("")
    counts = {facet: {} for facet in facets.FACETS}
    _add(counts, facets.tally(codes), lambda facet: facet not in numbers)
    for facet, (_, codes) in hits.items():
        _add(counts, facets.tally(codes), facet.__eq__)
    if unasked := asked.keys() - hits.keys() - {""}:  # nothing else was chosen beside it
        _, everything = facets.totals()
        counts |= {facet: everything[facet] for facet in unasked}
    return total, counts, total > MOST_COUNTED


def _hits(asked):
    """Facet → (how many match, codes among which are its own)."""
    parameters = [
        value for facet, raw in asked.items() for value in (facet, raw, MOST_COUNTED + 1, *facets.place(facet))
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([CODES] * len(asked)), parameters)
        return {facet: (total, codes) for facet, total, codes in cursor}


def _add(counts, tally, is_wanted):
    meanings = facets.meanings(tally)
    for number, n in tally.items():
        facet, value = meanings[number]
        if is_wanted(facet):
            counts[facet][value] = n


def totals(query, choices):
    """How many match with each of these choices of facets; two questions to the database."""
    if not choices:
        return []
    raws = [_matching(query, numbers) for numbers in facets.numbers_of_each(choices)]
    sql = ", ".join(f"(SELECT count(*) FROM (SELECT FROM {ROWS[bool(raw)]}) hits)" for raw in raws)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql}", [value for raw in raws for value in ([raw] if raw else []) + [MOST_COUNTED + 1]]
        )
        return cursor.fetchone()


# --- what is shown ---


def _practices(results, numbers, sort, by_relevance):
    raw = _matching(results.query, numbers)
    start = (results.page - 1) * PAGE_SIZE
    if by_relevance:
        stricter = [_matching(query, numbers) for query in results.query.stricter()]
        ids = ranking.best_first(results.query, [*stricter, raw], start, PAGE_SIZE, results.is_capped)
    else:
        ids = _sorted(raw, SORTS.get(sort) or SORTS["newest"], start, results.is_capped)
    practices = Practice.objects.published().for_cards()
    practices = marking.marked(practices, results.query, ids) if results.query.wanted else practices.in_bulk(ids)
    return [practices[pk] for pk in ids if pk in practices]


def _sorted(raw, order, start, are_many):
    """The practices of one page in an order that does not depend on the words."""
    rows, asked = ("practices_searchrow WHERE doc @@ %s::tsquery", [raw]) if raw else ("practices_searchrow", [])
    if raw and not are_many:  # to sort few hits is quicker than to look for them among all rows in this order
        rows, asked = "search_hits(%s::tsquery, NULL)", [raw]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT practice_id FROM {rows} ORDER BY {order} OFFSET %s LIMIT %s", [*asked, start, PAGE_SIZE]
        )
        return [pk for (pk,) in cursor]
