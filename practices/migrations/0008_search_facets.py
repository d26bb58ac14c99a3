"""Narrower search rows: facets by number, and names that are kept once instead of in each row.

Rows are written from what is published: `manage.py reindex` after this migration.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# What is matched and counted stays in the row; the long vector is read only to rank.
STORAGE = """
ALTER TABLE practices_searchrow ALTER COLUMN codes SET STORAGE PLAIN;
ALTER TABLE practices_searchrow SET (toast_tuple_target = 128);
"""

# PostgreSQL cuts a long text itself, three times as quick as with its punctuation taken out first. It takes
# "police/youth" for a path and "park.Then" for a host.
FOLDED = """
CREATE OR REPLACE FUNCTION search_folded(language text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector(search_config(language), fold(replace(replace(coalesce(words, ''), '/', ' '), '.', ' ')));
"""

# PostgreSQL does not know that to look into `doc` is dear, and would rather read the whole table than the index.
HITS = """
CREATE FUNCTION search_hits(question tsquery, most integer) RETURNS SETOF practices_searchrow
LANGUAGE plpgsql STABLE ROWS 1000 SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM practices_searchrow WHERE doc @@ question LIMIT most;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0007_image_focus")]
    operations = [
        migrations.RunSQL(FOLDED, migrations.RunSQL.noop),
        migrations.DeleteModel(name="SearchRow"),
        migrations.DeleteModel(name="SearchWord"),
        migrations.CreateModel(
            name="SearchFacet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("facet", models.TextField(verbose_name="facet")),
                ("value", models.TextField(verbose_name="value")),
                ("names", models.TextField(verbose_name="names in all languages, one on each line")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="public practices")),
            ],
            options={
                "verbose_name": "value of a facet",
                "verbose_name_plural": "values of facets",
                "constraints": [
                    models.UniqueConstraint(fields=("facet", "value"), name="a_facet_has_a_value_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "doc",
                    django.contrib.postgres.search.SearchVectorField(
                        verbose_name="stems of its words in every language"
                    ),
                ),
                ("size", models.PositiveSmallIntegerField(verbose_name="words that say something")),
                (
                    "facet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="practices.searchfacet",
                    ),
                ),
            ],
            options={
                "verbose_name": "name",
                "verbose_name_plural": "names",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["doc"], name="search_name_doc")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_row",
                        serialize=False,
                        to="practices.practice",
                    ),
                ),
                (
                    "doc",
                    django.contrib.postgres.search.SearchVectorField(
                        verbose_name="stems of its words; ^stems of its title; #numbers of its facets"
                    ),
                ),
                ("codes", models.BinaryField(verbose_name="numbers of its facets, four bytes each")),
                ("published_at", models.DateTimeField(verbose_name="first published")),
                ("confirmed_on", models.DateField(null=True, verbose_name="last confirmed")),
                ("evidence", models.PositiveSmallIntegerField(verbose_name="step on the ladder of evidence")),
                ("adaptations", models.PositiveIntegerField(verbose_name="adapted how often")),
            ],
            options={
                "verbose_name": "search row",
                "verbose_name_plural": "search rows",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["doc"], name="search_doc"),
                    models.Index(models.F("published_at"), models.F("practice"), name="search_newest"),
                    models.Index(
                        models.OrderBy(models.F("confirmed_on"), descending=True, nulls_last=True),
                        models.OrderBy(models.F("published_at"), descending=True),
                        models.OrderBy(models.F("practice"), descending=True),
                        name="search_confirmed",
                    ),
                    models.Index(
                        models.F("adaptations"), models.F("published_at"), models.F("practice"), name="search_adapted"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[("word", models.TextField(primary_key=True, serialize=False))],
            options={
                "verbose_name": "word",
                "verbose_name_plural": "words",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(HITS, "DROP FUNCTION search_hits(tsquery, integer)"),
    ]
