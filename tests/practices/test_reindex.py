import io

import pytest
from django.core.management import call_command

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
