import io

import pytest
from django.core.management import CommandError, call_command

from practices import search
from practices.models import SearchFacet, SearchRow
from tests.factories import ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


def test_after_publishing_changing_and_withdrawing_the_index_is_what_is_published():
    for title in ["Lamps over the old harbour", "Night mayors who listen", "Zeppelins for all"]:
        indexed(title=title, themes=[ThemeFactory()])
    withdrawn, changed = indexed(title="Gone tomorrow and today"), indexed(title="Old words for it")
    withdrawn.revisions.update(state="withdrawn")
    search.index(withdrawn)
    changed.revisions.update(title="New words for it", stage="pilot")
    search.index(changed)
    out = io.StringIO()

    call_command("check_search", stdout=out)

    assert "and nothing else" in out.getvalue()


def test_a_row_that_is_missing_stale_or_different_is_seen():
    missing, stale, different = indexed(), indexed(), indexed()
    SearchRow.objects.filter(practice=missing).delete()
    stale.revisions.update(state="withdrawn")
    different.revisions.update(title="Other words than those indexed")

    wrong, _totals_are_right = search.check()

    assert wrong == sorted([missing.pk, stale.pk, different.pk])


def test_wrong_totals_are_seen_and_reindexing_repairs_them():
    indexed(stage="running")
    SearchFacet.objects.filter(facet="stage", value="running").update(total=7)

    with pytest.raises(CommandError, match="totals"):
        call_command("check_search")
    list(search.reindex())

    assert search.check() == ([], True)
