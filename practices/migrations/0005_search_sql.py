"""How PostgreSQL reads our words: stemmers that keep stop words, and both spellings of every accented word."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

STEMMERS = {
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
WORDS = "asciiword, asciihword, hword_asciipart, word, hword, hword_part"

# `search_x` stems plainly; `mark_x` takes accents off first, which finds in a text what an unaccented query meant.
CONFIGURATION = f"""
CREATE TEXT SEARCH DICTIONARY search_{{0}} (TEMPLATE = snowball, LANGUAGE = {{0}});
CREATE TEXT SEARCH CONFIGURATION search_{{0}} (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION search_{{0}} ALTER MAPPING FOR {WORDS} WITH search_{{0}};
CREATE TEXT SEARCH CONFIGURATION mark_{{0}} (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION mark_{{0}} ALTER MAPPING FOR {WORDS} WITH unaccent, search_{{0}};
"""
NO_CONFIGURATION = """
DROP TEXT SEARCH CONFIGURATION search_{0};
DROP TEXT SEARCH CONFIGURATION mark_{0};
DROP TEXT SEARCH DICTIONARY search_{0};
"""
SIMPLE = f"""
CREATE TEXT SEARCH CONFIGURATION mark_simple (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION mark_simple ALTER MAPPING FOR {WORDS} WITH unaccent, simple;
"""


def config_function(name, prefix, otherwise):
    cases = " ".join(f"WHEN '{code}' THEN '{prefix}_{stemmer}'::regconfig" for code, stemmer in STEMMERS.items())
    return f"""
    CREATE FUNCTION {name}(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE language {cases} ELSE '{otherwise}'::regconfig END;
    """


# Punctuation goes first, so that a text and a query are cut into the same words.
VECTOR = """
CREATE FUNCTION search_clean(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g'));

CREATE FUNCTION search_vector(language text, words text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    config regconfig := search_config(language);
    plain text := search_clean(coalesce(words, ''));
    folded text := fold(plain);
BEGIN
    IF folded = plain THEN
        RETURN to_tsvector(config, plain);
    END IF;
    RETURN to_tsvector(config, plain) || to_tsvector(config, folded);
END $$;

CREATE FUNCTION search_folded(language text, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector(search_config(language), fold(search_clean(coalesce(words, ''))));

CREATE AGGREGATE tsvector_agg(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
"""
NO_VECTOR = """
DROP AGGREGATE tsvector_agg(tsvector);
DROP FUNCTION search_folded(text, text);
DROP FUNCTION search_vector(text, text);
DROP FUNCTION search_clean(text);
"""

STEMS = """
CREATE FUNCTION search_stems(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ARRAY(SELECT DISTINCT unnest(ARRAY[lower(word), fold(word)] || {}));
""".format(
    " || ".join(
        f"ts_lexize('search_{stemmer}', word) || ts_lexize('search_{stemmer}', fold(word))"
        for stemmer in STEMMERS.values()
    )
)

# What is matched and counted stays in the row; the long vector is read only to rank.
STORAGE = """
ALTER TABLE practices_searchrow
    ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN words SET STORAGE EXTERNAL,
    ALTER COLUMN title SET STORAGE PLAIN, ALTER COLUMN facets SET STORAGE PLAIN;
ALTER TABLE practices_searchrow SET (toast_tuple_target = 128);
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0004_searchrow"), ("coalition", "0001_extensions")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        *(
            migrations.RunSQL(CONFIGURATION.format(stemmer), NO_CONFIGURATION.format(stemmer))
            for stemmer in STEMMERS.values()
        ),
        migrations.RunSQL(SIMPLE, "DROP TEXT SEARCH CONFIGURATION mark_simple"),
        migrations.RunSQL(config_function("search_config", "search", "simple"), "DROP FUNCTION search_config(text)"),
        migrations.RunSQL(
            config_function("search_mark_config", "mark", "mark_simple"), "DROP FUNCTION search_mark_config(text)"
        ),
        migrations.RunSQL(VECTOR, NO_VECTOR),
        migrations.RunSQL(STEMS, "DROP FUNCTION search_stems(text)"),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
