import io

import pytest
from django.core.management import call_command
from django.db import connection

from practices.models import SearchRow
from tests.factories import RevisionFactory, published_practice

pytestmark = pytest.mark.django_db


def test_reindex_writes_missing_rows_takes_away_stale_ones_and_says_how_many():
    missing, stale = published_practice(), RevisionFactory().practice
    SearchRow.objects.create(
        practice=stale,
        codes=b"",
        published_at="2026-01-01T00:00Z",
        evidence=1,
        adaptations=0,
        doc="",
    )
    out = io.StringIO()

    call_command("reindex", stdout=out)

    assert list(SearchRow.objects.values_list("practice", flat=True)) == [missing.pk]
    assert "finds 1 practices" in out.getvalue()


def test_after_reindexing_the_index_takes_one_row_at_a_time_again():
    published_practice()

    call_command("reindex", verbosity=0, stdout=io.StringIO())

    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'search_doc'")
        assert cursor.fetchone() == (["fastupdate=off"],)
