"""How the catalogue is searched and counted: everything about finding lives here.

    publish ──▶ index() ──▶ one SearchRow           practices/moderation.py calls it, in its transaction
    question ──▶ understand() ──▶ Query ──▶ find()  the same words, stemmed in every language

A text is stemmed by the rules of its own language, with and without accents. A question may be in any language,
so each of its words stands for its stems in all of them, and the words are joined by AND. When that finds nothing,
words that the library does not know are corrected, and then any of the words will do.
"""

import functools
import json
import re
import unicodedata
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.contrib.postgres.search import SearchConfig, SearchHeadline, SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, Greatest, Ln, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import override
from django_countries import countries

from practices.models import Adaptation, Practice, SearchRow, Theme
from practices.models.practice import FRESH_FOR

# --- what is searched ---

FACETS = (
    "theme", "country", "member", "target", "setting", "action", "stage", "evidence", "cost", "funding", "year",
    "language", "offers",
)  # fmt: skip
EVIDENCE = ["described", "measured", "evaluated", "compared", "reproduced"]

LABELS = " || ".join(f"search_vector('{language}', {{0}}.name_{language})" for language in settings.CONTENT_LANGUAGES)
NAMES = ", ".join(f"{{0}}.name_{language}" for language in settings.CONTENT_LANGUAGES)

# Short texts are kept in both spellings, with and without accents; the long ones without, for half the size.
# Weights: A title and themes · B summary and place · C broader themes, keywords and results · D the rest.
ROWS = f"""
WITH published AS MATERIALIZED (
    SELECT p.member_id, p.first_published_at, p.confirmed_on, r.*
    FROM practices_practice p JOIN practices_revision r ON r.id = p.public_revision_id AND r.state = 'public'
    WHERE p.id = ANY(%(ids)s) AND p.removed_at IS NULL
),
theme AS MATERIALIZED (
    SELECT t.id, t.slug, parent.slug AS parent_slug,
        setweight({LABELS.format("t")} || search_vector('en', array_to_string(t.synonyms, ' ')), 'A')
        || setweight({LABELS.format("parent")} || search_vector('en', array_to_string(parent.synonyms, ' ')), 'C')
        AS vector,
        concat_ws(' ', {NAMES.format("t")}) AS words
    FROM practices_theme t LEFT JOIN practices_theme parent ON parent.id = t.parent_id
    WHERE t.id IN (SELECT u.tag_id FROM practices_revisiontheme u JOIN published ON published.id = u.content_object_id)
),
place AS MATERIALIZED (
    SELECT m.id, m.slug, m.country, concat_ws(' ', m.name, m.local_name, m.other_names) AS names,
        search_vector('', concat_ws(' ', m.name, m.local_name, m.other_names, %(countries)s::jsonb ->> m.country))
        AS vector
    FROM members_member m WHERE m.id IN (SELECT member_id FROM published)
),
written AS (
    SELECT r.*, place.slug AS place_slug, place.country, place.names, place.vector AS place_vector, about.*,
        (SELECT string_agg(k.name, ' ') FROM practices_revisionkeyword u JOIN practices_keyword k ON k.id = u.tag_id
            WHERE u.content_object_id = r.id) AS tags,
        (SELECT count(DISTINCT other.practice_id) FROM practices_adaptation a
            JOIN practices_revision other ON other.id = a.revision_id AND other.state = 'public'
            WHERE a.origin_id = r.practice_id AND other.practice_id <> r.practice_id) AS adaptations
    FROM published r JOIN place ON place.id = r.member_id
    CROSS JOIN LATERAL (
        SELECT coalesce(tsvector_agg(theme.vector), '') AS theme_vector, string_agg(theme.words, ' ') AS theme_words,
            coalesce(array_agg(theme.slug) || array_agg(theme.parent_slug), '{{}}') AS themes
        FROM practices_revisiontheme u JOIN theme ON theme.id = u.tag_id WHERE u.content_object_id = r.id
    ) about
)
INSERT INTO practices_searchrow
    (practice_id, doc, title, words, facets, published_at, confirmed_on, evidence, adaptations)
SELECT r.practice_id,
    setweight(search_vector(r.language, r.title), 'A')
        || setweight(search_vector(r.original_language, r.original_title), 'A')
        || r.theme_vector
        || setweight(search_vector(r.language, r.summary) || r.place_vector, 'B')
        || setweight(search_vector(r.language, concat_ws(' ', r.tags, r.results)), 'C')
        || search_folded(r.language, concat_ws(' ', r.context, array_to_string(r.objectives, ' '), r.what_was_done,
            jsonb_path_query_array(r.building_blocks, '$[*].*')::text, r.participation, r.safeguards, r.legal_basis,
            r.what_did_not_work, r.conditions, array_to_string(r.first_steps, ' '),
            jsonb_path_query_array(r.partners, '$[*].name')::text)),
    strip(search_vector(r.language, r.title) || search_vector(r.original_language, r.original_title)),
    ARRAY(SELECT word FROM unnest(tsvector_to_array(to_tsvector('simple', fold(search_clean(
            concat_ws(' ', r.title, r.original_title, r.summary, r.names, r.tags, r.theme_words)))))) word
        WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]'),
    ARRAY(SELECT DISTINCT facet || ':' || value FROM (
        SELECT 'theme' AS facet, unnest(r.themes) AS value
        UNION ALL SELECT 'target', unnest(r.target_groups)
        UNION ALL SELECT 'setting', unnest(r.settings)
        UNION ALL SELECT 'action', unnest(r.kinds)
        UNION ALL SELECT 'funding', unnest(r.funding)
        UNION ALL SELECT * FROM (VALUES
            ('country', r.country), ('member', r.place_slug), ('stage', r.stage), ('evidence', r.evidence_checked),
            ('cost', r.cost_yearly), ('year', left(r.start, 4)), ('language', r.language),
            ('offers', CASE WHEN cardinality(r.offers) > 0 THEN 'yes' END)) single
    ) pairs WHERE value <> ''),
    r.first_published_at, r.confirmed_on,
    coalesce(array_position(%(evidence)s::text[], r.evidence_checked::text), 1), r.adaptations
FROM written r
"""
COUNT_WORDS = """
INSERT INTO practices_searchword (word, practices)
SELECT word, count(*) FROM practices_searchrow, unnest(words) word WHERE practice_id = ANY(%(ids)s)
GROUP BY word ORDER BY word
ON CONFLICT (word) DO UPDATE SET practices = practices_searchword.practices + excluded.practices
"""
FORGET_WORDS = """
WITH gone AS (
    SELECT word, count(*) AS n FROM practices_searchrow, unnest(words) word WHERE practice_id = ANY(%(ids)s)
    GROUP BY word
), fewer AS (
    UPDATE practices_searchword w SET practices = w.practices - gone.n FROM gone
    WHERE w.word = gone.word AND w.practices > gone.n
)
DELETE FROM practices_searchword w USING gone WHERE w.word = gone.word AND w.practices <= gone.n
"""
COUNT_ADAPTATIONS = """
UPDATE practices_searchrow row SET adaptations = (
    SELECT count(DISTINCT r.practice_id) FROM practices_adaptation a
    JOIN practices_revision r ON r.id = a.revision_id AND r.state = 'public'
    WHERE a.origin_id = row.practice_id AND r.practice_id <> row.practice_id
) WHERE practice_id = ANY(%(ids)s)
"""


@transaction.atomic
def index(practice):
    """Make the public text of a practice findable, or the practice unfindable where none is public."""
    unindex(practice)
    _execute(ROWS, [practice.pk])
    _execute(COUNT_WORDS, [practice.pk])


@transaction.atomic
def unindex(practice):
    """Take a practice out of every search, and its words out of what "did you mean" offers."""
    _lock([practice.pk])
    _execute(FORGET_WORDS, [practice.pk])
    SearchRow.objects.filter(pk=practice.pk).delete()
    origins = Adaptation.objects.filter(revision__practice=practice, origin__isnull=False)
    _execute(COUNT_ADAPTATIONS, list(origins.values_list("origin", flat=True)))


def reindex(size=500):
    """Write all rows anew, some at a time, while people search. Yields how many practices are done, and of how many."""
    published = Practice.objects.published().filter(removed_at=None)
    ids = list(published.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), size):
        some = ids[start : start + size]
        with transaction.atomic():
            _lock(some)
            SearchRow.objects.filter(pk__in=some).delete()
            _execute(ROWS, some)
        yield min(start + size, len(ids)), len(ids)
    with transaction.atomic():
        SearchRow.objects.exclude(practice__in=published).delete()
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE practices_searchword IN EXCLUSIVE MODE")
            cursor.execute("DELETE FROM practices_searchword")
        _execute(COUNT_WORDS, ids)


def _lock(ids):
    """Two who index the same practice do it one after the other."""
    list(Practice.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _execute(sql, ids):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": ids, "countries": _country_names(), "evidence": EVIDENCE})


@functools.cache
def _country_names():
    """JSON: country code → its names in all our languages."""
    names = {}
    for language in settings.CONTENT_LANGUAGES:
        with override(language):
            for code, name in countries:
                names[code] = f"{names.get(code, '')} {name}"
    return json.dumps(names)


# --- what is asked ---

LONGEST_QUERY = 200  # characters that are read; the rest is ignored
MOST_WORDS = 16
QUESTION_WORDS = {  # beside PostgreSQL's own stop words
    "en": "how what why which who when where can could would should do does did us get make",
    "fr": "comment pourquoi quel quelle quels quelles quand où combien peut faire fait font",
    "de": "wie warum wieso wer wann wo welche welcher welches kann können macht machen gibt",
    "es": "cómo como qué por cuál cuáles cuándo dónde quién puede pueden hacer hace",
    "it": "come perché cosa quale quali quando dove chi può possono fare fanno",
    "nl": "hoe waarom wat welke wie wanneer waar kan kunnen doen doet",
    "pt": "como porque porquê qual quais quando onde quem pode podem fazer fazem",
}
STOP_WORDS = {  # PostgreSQL's dictionaries that know them
    "en": "english_stem",
    "fr": "french_stem",
    "de": "german_stem",
    "es": "spanish_stem",
    "it": "italian_stem",
    "nl": "dutch_stem",
    "pt": "portuguese_stem",
}
READ = """
SELECT word, search_stems(word), ARRAY(
    SELECT language FROM unnest(%(languages)s::text[], %(dictionaries)s::text[]) AS stop (language, dictionary)
    WHERE ts_lexize(dictionary::regdictionary, word) = '{}'
) FROM unnest(%(words)s::text[]) word
"""


@dataclass(frozen=True)
class Term:
    """One word of a question, or several in quotes; perhaps one that must not be there."""

    words: tuple
    excluded: bool = False


@dataclass(frozen=True)
class Query:
    """A question, understood. `raw` is for PostgreSQL; empty where nothing was asked."""

    text: str = ""
    terms: tuple = ()
    stems: dict = field(default_factory=dict)
    any_word: bool = False

    def __bool__(self):
        return bool(self.terms)

    @property
    def raw(self):
        """The terms joined by AND (or OR), each word standing for its stems in all languages."""
        wanted = self.raw_wanted
        unwanted = [f"!{self.raw_term(term)}" for term in self.terms if term.excluded]
        joined = [f"({(' | ' if self.any_word else ' & ').join(wanted)})"] if wanted else []
        return " & ".join(joined + unwanted)

    @property
    def raw_wanted(self):
        return [self.raw_term(term) for term in self.terms if not term.excluded]

    def raw_term(self, term):
        words = ["(" + " | ".join(f"'{stem}'" for stem in self.stems[word]) + ")" for word in term.words]
        return f"({' <-> '.join(words)})"

    @property
    def tsquery(self):
        return raw_query(self.raw)

    @property
    def single_words(self):
        return [term.words[0] for term in self.terms if len(term.words) == 1 and not term.excluded]


def raw_query(raw):
    return SearchQuery(raw, search_type="raw", config="simple")


def understand(text, language="en"):
    """The question that somebody typed, whatever they typed."""
    text = _printable(text)
    terms = _terms(text)[:MOST_WORDS]
    words = list(dict.fromkeys(word for term in terms for word in term.words))[:MOST_WORDS]
    if not words:
        return Query(text)
    known = dict(zip(words, _read(words), strict=True))
    stems = {word: stems for word, (stems, _) in known.items()}
    terms = [term for term in terms if all(word in known for word in term.words)]
    return Query(text, tuple(_without_stop_words(terms, known, language)), stems)


def _printable(text):
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text[: LONGEST_QUERY * 4])
    return " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST_QUERY]


def _terms(text):
    terms = []
    for minus, phrase, other in re.findall(r'(-?)"([^"]+)"|(\S+)', text):
        words = tuple(re.findall(r"[^\W_]+", (phrase or other).lower()))
        excluded = bool(minus) or re.match(r"-\w", other) is not None
        if words and (phrase or excluded):
            terms.append(Term(words, excluded))
        else:
            terms += [Term((word,)) for word in words]
    return terms


def _read(words):
    with connection.cursor() as cursor:
        cursor.execute(READ, {"words": words, "languages": list(STOP_WORDS), "dictionaries": list(STOP_WORDS.values())})
        found = {word: (stems, set(stops)) for word, stems, stops in cursor}
    for language, asked in QUESTION_WORDS.items():
        for word in set(asked.split()) & set(found):
            found[word][1].add(language)
    return [found[word] for word in words]


def _without_stop_words(terms, known, language):
    """Without the stop words of the language that the question is most likely in; if nothing remains, all."""
    languages = [language, *(other for other in STOP_WORDS if other != language)]
    seen = [known[word][1] for term in terms for word in term.words]
    spoken = max(languages, key=lambda candidate: sum(candidate in stops for stops in seen))

    def says_something(term):
        word = term.words[0]
        return len(term.words) > 1 or term.excluded or (spoken not in known[word][1] and len(word) > 1)

    kept = [term for term in terms if says_something(term)]
    return kept if any(not term.excluded for term in kept) else terms


# --- what is found ---

PAGE_SIZE = 20
MOST_PAGES = 100
MOST_COUNTED = 20_000  # beyond, an exact count helps nobody; numbers then mean "at least"
FEW = 3  # with fewer results we ask "did you mean"

WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # D C B A
TITLE_BOOST = 0.6  # a word of the question stands in the title
EVIDENCE_BOOST = 0.03  # for each step of the ladder
ADAPTED_BOOST = 0.05  # times the logarithm of how often it was adapted
FRESH_BOOST = 0.05  # confirmed by the city lately

SORTS = {
    "newest": [F("published_at").desc(), F("practice").desc()],
    "confirmed": [F("confirmed_on").desc(nulls_last=True), F("published_at").desc(), F("practice").desc()],
    "adapted": [F("adaptations").desc(), F("published_at").desc(), F("practice").desc()],
}
START, STOP = "\x02", "\x03"  # around a matched word, until the text is escaped
BODY = [
    "results", "context", "what_was_done", "what_did_not_work", "conditions", "participation", "safeguards",
]  # fmt: skip


CORRECTIONS = """
SELECT asked.word, nearest.word, search_stems(nearest.word)
FROM unnest(%(words)s::text[], %(raws)s::text[]) AS asked (word, raw)
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
        SELECT FROM practices_searchrow WHERE doc @@ to_tsquery('simple', asked.raw) LIMIT %(few)s
    ) first_few
) hits
CROSS JOIN LATERAL (
    SELECT known.word FROM practices_searchword known
    WHERE known.word %% fold(asked.word) AND known.word <> fold(asked.word) AND known.practices > 5 * hits.n
        AND levenshtein(known.word, fold(asked.word)) <= CASE WHEN length(asked.word) < 6 THEN 1 ELSE 2 END
    ORDER BY levenshtein(known.word, fold(asked.word)), known.practices DESC, known.word LIMIT 1
) nearest
WHERE hits.n < %(few)s AND length(asked.word) BETWEEN 4 AND 40
"""


# Each row counts once under the empty value, which gives the total.
COUNTS = """(
SELECT {name} AS facet, value, count(*) FROM ({hits}) hits, unnest(array_append(facets, '')) value
WHERE {kept} GROUP BY value
)"""


@dataclass
class Results:
    """A page of practices, and what a click on each facet would give."""

    query: Query
    total: int
    counts: dict  # {"theme": {"nightlife": 12}}
    page: int = 1
    practices: list = field(default_factory=list)
    suggestion: str = ""  # what the question may have meant
    is_corrected: bool = False  # the suggestion was searched already

    @property
    def is_capped(self):
        return self.total > MOST_COUNTED

    @property
    def pages(self):
        return max(1, min(-(-self.total // PAGE_SIZE), MOST_PAGES))


def find(text="", facets=None, sort="", page=1, language="en"):
    """A page of the public practices that answer a question within the chosen facets, best first."""
    query, facets = understand(text, language), facets or {}
    total, counts = count(query, facets)
    suggestion, is_corrected = "", False
    if query and total < FEW:
        corrected = correct(query)
        if corrected != query:
            suggestion = corrected.text
        if total == 0:
            query, total, counts, is_corrected = _second_try(query, corrected, facets, counts)
    results = Results(query, total, counts, suggestion=suggestion, is_corrected=is_corrected)
    results.page = min(max(page, 1), results.pages)
    results.practices = _page(results, facets, sort)
    return results


def _second_try(query, corrected, facets, counts):
    """With the mistyped words corrected; then with any of the words instead of all."""
    for attempt in [corrected, replace(corrected, any_word=True)]:
        if attempt.raw != query.raw:
            total, counts = count(attempt, facets)
            if total:
                return attempt, total, counts, corrected != query
    return query, 0, counts, False


def correct(query):
    """The question with the nearest known word in the place of each that the library hardly knows."""
    raws = [query.raw_term(Term((word,))) for word in query.single_words]
    with connection.cursor() as cursor:
        cursor.execute(CORRECTIONS, {"words": query.single_words, "raws": raws, "few": FEW})
        better = {word: (nearest, stems) for word, nearest, stems in cursor}
    if not better:
        return query

    def corrected(match):
        return better.get(match[0].lower(), match)[0]

    terms = tuple(Term(tuple(better.get(w, (w,))[0] for w in t.words), t.excluded) for t in query.terms)
    text = re.sub(r"[^\W_]+", corrected, query.text)
    return replace(query, text=text, terms=terms, stems=query.stems | dict(better.values()))


def rows(query, facets):
    """The search rows that match: OR within a facet, AND between facets and with the words."""
    found = SearchRow.objects.all()
    if query:
        found = found.filter(doc=query.tsquery)
    for name, values in facets.items():
        if values:
            found = found.filter(facets__overlap=[f"{name}:{value}" for value in values])
    return found


def count(query, facets):
    """How many match, and for each value of each facet how many a click on it would give.

    The values of a facet exclude each other no more than they would when chosen together: a facet in which
    something is chosen is counted without its own choice.
    """
    sql, parameters = _limited(rows(query, facets))
    branches = [COUNTS.format(name="''", hits=sql, kept="true")]
    for name in (name for name in facets if facets[name]):
        sql, more = _limited(rows(query, facets | {name: []}))
        branches.append(COUNTS.format(name="%s", hits=sql, kept="starts_with(value, %s)"))
        parameters += (name, *more, f"{name}:")
    counts, total = {name: {} for name in FACETS}, 0
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches), parameters)
        for facet, value, n in cursor:
            if not value:
                total = n
                continue
            name, _, code = value.partition(":")
            if facet == name or not facets.get(name):
                counts[name][code] = n
    return total, counts


def totals(query, choices):
    """How many match with each of these choices of facets; one question to the database."""
    if not choices:
        return []
    sqls, parameters = zip(*(_limited(rows(query, facets)) for facets in choices), strict=True)
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) hits)" for sql in sqls)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for values in parameters for value in values])
        return cursor.fetchone()


def themes_like(text, most=4):
    """Themes whose name, in any language, resembles these words."""
    text = _printable(text)
    names = [TrigramWordSimilarity(text, f"name_{language}") for language in settings.CONTENT_LANGUAGES]
    return Theme.objects.alias(likeness=Greatest(*names)).filter(likeness__gte=0.3).order_by("-likeness")[:most]


def _limited(found):
    return found.values("facets")[: MOST_COUNTED + 1].query.sql_with_params()


def _page(results, facets, sort):
    start = (results.page - 1) * PAGE_SIZE
    found = rows(results.query, facets)
    if sort in SORTS or not results.query:
        ordered = found.order_by(*SORTS.get(sort) or SORTS["newest"])
    else:
        ordered = best_first(found, results.query)
    ids = list(ordered.values_list("pk", flat=True)[start : start + PAGE_SIZE])
    practices = Practice.objects.published().for_cards()
    if results.query:
        practices = _marked(practices, results.query)
    practices = practices.in_bulk(ids)
    if results.query:
        for practice in practices.values():
            practice.title_marked = _mark(practice.title_marked)
            practice.snippet = _mark(practice.snippet) if START in practice.snippet else ""
    return [practices[pk] for pk in ids if pk in practices]


def best_first(found, query):
    """By how well the words match, with gentle boosts. Among very many hits only those in a title, then the
    newest, are weighed: no more than the pages that can be turned."""
    in_title = ExpressionWrapper(Q(title=query.tsquery), output_field=BooleanField())
    candidates = found.alias(in_title=in_title).order_by("-in_title", "-published_at")[: PAGE_SIZE * MOST_PAGES]
    fresh = Q(confirmed_on__gte=timezone.localdate() - FRESH_FOR)
    rank = SearchRank(F("doc"), query.tsquery, weights=WEIGHTS) + Case(
        When(title=query.tsquery, then=Value(TITLE_BOOST)), default=Value(0.0)
    )
    if query.any_word:  # the more of the words, the better
        for raw in query.raw_wanted:
            rank += Case(When(doc=raw_query(raw), then=Value(1.0)), default=Value(0.0))
    boost = (
        Value(1.0)
        + Value(EVIDENCE_BOOST) * F("evidence")
        + Value(ADAPTED_BOOST) * Ln(F("adaptations") + 1.0)
        + Case(When(fresh, then=Value(FRESH_BOOST)), default=Value(0.0))
    )
    return (
        SearchRow.objects.filter(pk__in=candidates.values("pk"))
        .alias(rank=ExpressionWrapper(rank * boost, output_field=FloatField()))
        .order_by("-rank", "-published_at", "-practice")
    )


def _marked(practices, query):
    """With `title_marked` and `snippet`: the summary, or the passage of the text that has the words."""
    text = {name: F(f"public_revision__{name}") for name in ["title", "summary", *BODY]}
    config = SearchConfig(Func(F("public_revision__language"), function="search_mark_config"))
    headline = functools.partial(SearchHeadline, query=query.tsquery, config=config, start_sel=START, stop_sel=STOP)
    parts = [part for name in BODY for part in (text[name], Value(" … "))]
    passage = headline(Concat(*parts, output_field=TextField()), max_fragments=1, max_words=35, min_words=20)
    summary = headline(text["summary"], highlight_all=True)
    return practices.annotate(
        title_marked=headline(text["title"], highlight_all=True),
        snippet=Case(
            When(GreaterThan(StrIndex(summary, Value(START)), 0), then=summary),
            default=Concat(Value("… "), passage, Value(" …"), output_field=TextField()),
        ),
    )


def _mark(text):
    """Safe HTML: what the city wrote is escaped, only our marks become tags."""
    marked = re.sub(f"{START}([^{START}{STOP}]*){STOP}", r"<mark>\1</mark>", escape(text))
    return mark_safe(marked.translate({ord(START): "", ord(STOP): ""}))
