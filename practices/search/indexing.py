"""The index side: what is public is written into search rows in the transaction that publishes it."""

from django.db import connection, transaction

from coalition.processes import on_all_cores
from practices.models import Adaptation, Practice, SearchFacet, SearchRow, SearchWord
from practices.models.practice import EVIDENCE
from practices.search import facets

BATCH = 500  # practices that a rebuild writes in one transaction

# Weights: A title and main theme · B summary, other themes, place · C broader themes, keywords, results · D the rest.
SINGLE_VALUES = """
    ('member', r.member, 'B'), ('country', r.country, 'B'), ('stage', r.stage, 'D'),
    ('evidence', r.evidence_checked, 'D'), ('cost', r.cost_yearly, 'D'), ('year', left(r.start, 4), 'D'),
    ('language', r.language, 'D'), ('offers', CASE WHEN cardinality(r.offers) > 0 THEN 'yes' END, 'D')
"""
USED = f"""
WITH published AS MATERIALIZED (
    SELECT p.first_published_at, p.confirmed_on, m.slug AS member, m.country, r.*
    FROM practices_practice p JOIN practices_revision r ON r.id = p.public_revision_id AND r.state = 'public'
    JOIN members_member m ON m.id = p.member_id
    WHERE p.id = ANY(%(ids)s) AND p.removed_at IS NULL
),
theme AS (
    SELECT r.practice_id, t.slug, parent.slug AS parent_slug, CASE u.position WHEN 0 THEN 'A' ELSE 'B' END AS weight
    FROM published r JOIN practices_revisiontheme u ON u.content_object_id = r.id
    JOIN practices_theme t ON t.id = u.tag_id LEFT JOIN practices_theme parent ON parent.id = t.parent_id
),
used AS (
    SELECT practice_id, facet, value, min(weight) AS weight FROM (
        SELECT practice_id, 'theme' AS facet, slug AS value, weight FROM theme
        UNION ALL SELECT practice_id, 'theme', parent_slug, 'C' FROM theme
        UNION ALL SELECT practice_id, 'target', unnest(target_groups), 'D' FROM published
        UNION ALL SELECT practice_id, 'setting', unnest(settings), 'D' FROM published
        UNION ALL SELECT practice_id, 'action', unnest(kinds), 'D' FROM published
        UNION ALL SELECT practice_id, 'funding', unnest(funding), 'D' FROM published
        UNION ALL SELECT r.practice_id, single.* FROM published r, LATERAL (VALUES {SINGLE_VALUES}) AS single
    ) pairs (practice_id, facet, value, weight)
    WHERE value <> '' GROUP BY practice_id, facet, value
)
"""
SINGLE_CODES = " || ".join(
    f"int4send(coalesce(max(f.id) FILTER (WHERE facet = '{facet}'), 0)::int4)" for facet in facets.SINGLE
)
# Short texts are kept in both spellings, with and without accents; the long ones without, for half the size.
ROWS = f"""{USED},
coded AS MATERIALIZED (
    SELECT practice_id, string_agg('''#' || f.id || ''':1' || weight, ' ')::tsvector AS marks,
        {SINGLE_CODES} || coalesce(
            string_agg(int4send(f.id::int4), '' ORDER BY f.id) FILTER (WHERE facet <> ALL(%(single)s)), '') AS codes
    FROM used JOIN practices_searchfacet f USING (facet, value) GROUP BY practice_id
),
titled AS MATERIALIZED (
    SELECT id, search_vector(language, title) || search_vector(original_language, original_title)
        || search_vector('', concat_ws(' ', title, original_title)) AS stems FROM published
)
SELECT r.practice_id,
    setweight(titled.stems, 'A')
        || array_to_tsvector(ARRAY(SELECT DISTINCT '^' || stem FROM unnest(tsvector_to_array(titled.stems)) stem
            WHERE NOT search_stops(r.language, stem)))
        || marks
        || setweight(search_vector(r.language, r.summary), 'B')
        || setweight(search_vector(r.language, concat_ws(' ', (
            SELECT string_agg(k.name, ' ' ORDER BY k.name) FROM practices_revisionkeyword u
            JOIN practices_keyword k ON k.id = u.tag_id WHERE u.content_object_id = r.id), r.results)), 'C')
        || search_folded(r.language, concat_ws(' ', r.context, array_to_string(r.objectives, ' '), r.what_was_done,
            jsonb_path_query_array(r.building_blocks, '$[*].*')::text, r.participation, r.safeguards, r.legal_basis,
            r.what_did_not_work, r.conditions, array_to_string(r.first_steps, ' '),
            jsonb_path_query_array(r.partners, '$[*].name')::text)) AS doc,
    codes, r.first_published_at AS published_at, r.confirmed_on,
    coalesce(array_position(%(evidence)s::text[], r.evidence_checked::text), 1) AS evidence,
    (SELECT count(DISTINCT other.practice_id) FROM practices_adaptation a
        JOIN practices_revision other ON other.id = a.revision_id AND other.state = 'public'
        WHERE a.origin_id = r.practice_id AND counts_as_adaptation(other.practice_id, r.practice_id)) AS adaptations
FROM published r JOIN coded USING (practice_id) JOIN titled ON titled.id = r.id
"""
COLUMNS = "practice_id, doc, codes, published_at, confirmed_on, evidence, adaptations"
WORDS = """
SELECT DISTINCT word
FROM practices_revision r, unnest(tsvector_to_array(to_tsvector('simple', fold(search_clean(
    concat_ws(' ', r.title, r.original_title, r.summary)))))) AS word
WHERE r.practice_id = ANY(%(ids)s) AND (%(all)s OR r.state = 'public' AND EXISTS (
        SELECT FROM practices_practice p WHERE p.public_revision_id = r.id AND p.removed_at IS NULL))
    AND length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]'
"""
REMEMBER = "INSERT INTO practices_searchword (word) SELECT unnest(%s::text[]) ORDER BY 1 ON CONFLICT DO NOTHING"
FORGET = """
DELETE FROM practices_searchword known USING (
    SELECT word, array_to_string(ARRAY(SELECT quote_literal(stem) FROM unnest(search_stems(word)) stem), ' | ')::tsquery
        AS stems FROM unnest(%s::text[]) AS word
) gone
WHERE known.word = gone.word AND NOT EXISTS (SELECT FROM practices_searchrow WHERE doc @@ stems)
    AND NOT EXISTS (SELECT FROM practices_searchname WHERE doc @@ stems)
"""
COUNT_ADAPTATIONS = """
UPDATE practices_searchrow row SET adaptations = (
    SELECT count(DISTINCT r.practice_id) FROM practices_adaptation a
    JOIN practices_revision r ON r.id = a.revision_id AND r.state = 'public'
    WHERE a.origin_id = row.practice_id AND counts_as_adaptation(r.practice_id, row.practice_id)
) WHERE practice_id = ANY(%(ids)s)
"""

BESIDE = "rebuilt.practices_searchrow"
# Rows that were written since a moment: those that nobody saw then.
CHANGED = (
    "SELECT practice_id FROM practices_searchrow WHERE NOT pg_visible_in_snapshot(xmin::text::xid8, %s::pg_snapshot)"
)


def index(practice):
    """Make the public text of a practice findable, or the practice unfindable where none is public."""
    _replace(practice, _write)


def unindex(practice):
    """Take a practice out of every search, and its words out of what "did you mean" offers."""
    _replace(practice, _delete)


@transaction.atomic
def _replace(practice, write):
    """Write (or delete) its row, and bring in line what was added up from it."""
    ids = [practice.pk]
    _lock(ids)
    everything = facets.lock_totals()
    before = _codes(ids)
    words = write(ids)
    facets.change_totals(everything, before, _codes(ids))
    count_adaptations(practice)
    _forget_words(practice, words)


def reindex(size=BATCH):
    """Write all rows anew, some at a time, while people search. Yields how many practices are done, and of how many.

    They are written beside the present ones, by as many processes as there are processors, and change places with
    them at the end. What was published meanwhile is written once more.
    """
    published = Practice.objects.published().filter(removed_at=None)
    ids = list(published.order_by("pk").values_list("pk", flat=True))
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]
    with transaction.atomic():
        facets.name_again()
    [(begun,)] = _execute("SELECT pg_current_snapshot()::text", None)
    indexes, words, done = _build_beside(), set(), 0
    with on_all_cores(len(batches)) as run:
        for some, used in zip(batches, run(_write_beside, batches), strict=True):
            words.update(used)
            done += len(some)
            yield done, len(ids)
    for index in indexes:
        _execute(index, None)
    with transaction.atomic():
        everything = facets.lock_totals()
        words.update(_write([pk for (pk,) in _execute(CHANGED, [begun])], BESIDE))
        _take_over(published)
        SearchFacet.objects.update(total=0)
        facets.change_totals(everything, [], _codes())
    with transaction.atomic():
        _execute(FORGET, [list(SearchWord.objects.exclude(word__in=words).values_list("word", flat=True))])


def _build_beside():
    """An empty table for search rows in a schema of its own. Returns the SQL of the indexes that it gets when full."""
    _execute("DROP SCHEMA IF EXISTS rebuilt CASCADE; CREATE SCHEMA rebuilt", None)
    with connection.schema_editor() as editor:
        editor.execute("SET LOCAL search_path = rebuilt, public")
        editor.create_model(SearchRow)
        editor.execute(f"ALTER TABLE {BESIDE} ALTER codes SET STORAGE PLAIN, ALTER doc SET STORAGE EXTERNAL")
        editor.execute(f"ALTER TABLE {BESIDE} SET (toast_tuple_target = 128)")
        editor.execute("SET LOCAL search_path TO DEFAULT")
        later, editor.deferred_sql = editor.deferred_sql, []
    return [str(sql).replace('"practices_searchrow"', BESIDE) for sql in later]


@transaction.atomic
def _write_beside(ids):
    return _write(ids, BESIDE)


def _take_over(published):
    """Put the table that was built in the place of the present one. Whoever searches waits for a moment."""
    connection.check_constraints()  # PostgreSQL drops no table with checks that still wait
    _execute(f"DROP TABLE practices_searchrow; ALTER TABLE {BESIDE} SET SCHEMA public; DROP SCHEMA rebuilt", None)
    SearchRow.objects.exclude(practice__in=published).delete()


def check():
    """The numbers of practices whose rows are not what their public texts say, and whether the totals are right."""
    published = Practice.objects.published().filter(removed_at=None)
    wrong = set(SearchRow.objects.exclude(practice__in=published).values_list("pk", flat=True))
    ids = list(published.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        wrong |= set(some) - set(SearchRow.objects.filter(pk__in=some).values_list("pk", flat=True))
        differing = _execute(
            f"SELECT practice_id FROM (({ROWS}) EXCEPT SELECT {COLUMNS} FROM practices_searchrow) differing",
            _parameters(some),
        )
        wrong |= {pk for (pk,) in differing}
    return sorted(wrong), _totals_are_right()


def _totals_are_right():
    """Whether the totals are what the rows add up to."""
    codes = _codes()
    counted = facets.tally(b"".join(codes))
    stored = dict(SearchFacet.objects.filter(total__gt=0).exclude(facet="").values_list("pk", "total"))
    everything = SearchFacet.objects.filter(facet="").values_list("total", flat=True).first() or 0
    return counted == stored and everything == len(codes)


def _write(ids, table="practices_searchrow"):
    """The rows of those of these practices that are public, and no rows for the others. Returns the words they use."""
    parameters = _parameters(ids)
    facets.name(_execute(f"{USED} SELECT DISTINCT facet, value FROM used", parameters))
    _execute(f"DELETE FROM {table} WHERE practice_id = ANY(%(ids)s)", parameters)
    _execute(f"INSERT INTO {table} ({COLUMNS}) {ROWS}", parameters)
    words = [word for (word,) in _execute(WORDS, parameters | {"all": False})]
    _execute(REMEMBER, [words])
    return words


def _delete(ids):
    """No rows for these practices. Returns the words they use: none."""
    SearchRow.objects.filter(pk__in=ids).delete()
    return []


def _codes(ids=None):
    rows = SearchRow.objects.all() if ids is None else SearchRow.objects.filter(pk__in=ids)
    return [bytes(codes) for codes in rows.values_list("codes", flat=True)]


def count_adaptations(practice):
    """Count anew how often the origins of a practice were adapted."""
    origins = Adaptation.objects.filter(revision__practice=practice, origin__isnull=False)
    _execute(COUNT_ADAPTATIONS, {"ids": list(origins.values_list("origin", flat=True))})


def _forget_words(practice, present):
    """Words of its earlier texts, and of one that is no longer public, where no other practice has them."""
    ever = {word for (word,) in _execute(WORDS, {"ids": [practice.pk], "all": True})}
    if gone := ever.difference(present):
        _execute(FORGET, [list(gone)])


def _lock(ids):
    """Two who index the same practice do it one after the other."""
    list(Practice.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _parameters(ids):
    return {"ids": ids, "single": list(facets.SINGLE), "evidence": EVIDENCE}


def _execute(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
