"""Functions for rows whose table may be replaced by one that was built beside it, and for questions with many hits."""

from django.db import migrations

BEFORE = """
DROP FUNCTION search_hits(tsquery, integer);
CREATE FUNCTION search_hits(question tsquery, most integer) RETURNS SETOF practices_searchrow
LANGUAGE plpgsql STABLE ROWS 1000 SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM practices_searchrow WHERE doc @@ question LIMIT most;
END $$;
"""
# PostgreSQL does not know that to look into `doc` is dear, and would rather read the whole table than the index.
HITS = """
DROP FUNCTION search_hits(tsquery, integer);
CREATE FUNCTION search_hits(question tsquery, most integer) RETURNS TABLE (
    practice_id bigint, doc tsvector, codes bytea, published_at timestamptz, confirmed_on date,
    evidence smallint, adaptations integer
)
LANGUAGE plpgsql STABLE ROWS 1000 SET enable_seqscan = off SET enable_indexscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT practice_id, doc, codes, published_at, confirmed_on, evidence, adaptations
        FROM practices_searchrow WHERE doc @@ question LIMIT most;
END $$;
"""

# To carry whole rows out of a function takes as long as to find them: where only codes are counted, they are joined here.
CODES = """
CREATE FUNCTION search_codes(
    question tsquery, most integer, first integer, length integer, OUT total bigint, OUT together bytea
)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    SELECT count(*), coalesce(string_agg(substring(codes FROM first FOR length), ''), '') INTO total, together
        FROM (SELECT codes FROM practices_searchrow WHERE doc @@ question LIMIT most) hits;
END $$;
"""
# Of very many hits the newest are met soon on the way through all rows by age; PostgreSQL may choose that way here.
NEWEST = """
CREATE FUNCTION search_newest(question tsquery, most integer) RETURNS TABLE (
    practice_id bigint, doc tsvector, codes bytea, published_at timestamptz, confirmed_on date,
    evidence smallint, adaptations integer
)
LANGUAGE plpgsql STABLE ROWS 200 SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT practice_id, doc, codes, published_at, confirmed_on, evidence, adaptations
        FROM practices_searchrow WHERE doc @@ question ORDER BY published_at DESC, practice_id DESC LIMIT most;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0015_question")]
    operations = [
        migrations.RunSQL(HITS, BEFORE),
        migrations.RunSQL(CODES, "DROP FUNCTION search_codes(tsquery, integer, integer, integer)"),
        migrations.RunSQL(NEWEST, "DROP FUNCTION search_newest(tsquery, integer)"),
    ]
