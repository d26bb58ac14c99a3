"""How PostgreSQL cuts our words: "A&E" is one word, as in questions.

Rows are written from what is published: `manage.py reindex` after this migration.
"""

from django.db import migrations

CLEAN = r"""
CREATE OR REPLACE FUNCTION search_clean(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace(regexp_replace($1, '\m(\w)&(\w)\M', '\1\2', 'g'), '[^[:alnum:]]+', ' ', 'g'));
"""
BEFORE = """
CREATE OR REPLACE FUNCTION search_clean(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g'));
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0008_search_facets")]
    operations = [migrations.RunSQL(CLEAN, BEFORE)]
