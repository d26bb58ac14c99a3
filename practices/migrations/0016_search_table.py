"""The search rows' table may be replaced by one that was built beside it: nothing depends on its very type."""

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


class Migration(migrations.Migration):
    dependencies = [("practices", "0015_question")]
    operations = [migrations.RunSQL(HITS, BEFORE)]
