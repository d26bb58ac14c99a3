"""How PostgreSQL cuts our words: "A&E" is one word, as in questions; and which words say nothing.

Rows are written from what is published: `manage.py reindex` after this migration.
"""

from django.db import migrations

CLEAN = r"""
CREATE OR REPLACE FUNCTION search_clean(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace(regexp_replace($1, '\m(\w)&(\w)\M', '\1\2', 'g'), '[^[:alnum:]]+', ' ', 'g'));
"""
STOPS = """
CREATE FUNCTION search_stops(language text, word text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    stemmer text := substring(search_config(language)::text FROM 'search_(.*)$');
BEGIN
    RETURN stemmer IS NOT NULL AND ts_lexize((stemmer || '_stem')::regdictionary, word) = '{}';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION search_clean(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g'));
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0008_search_facets")]
    operations = [
        migrations.RunSQL(CLEAN, BEFORE),
        migrations.RunSQL(STOPS, "DROP FUNCTION search_stops(text, text)"),
    ]
