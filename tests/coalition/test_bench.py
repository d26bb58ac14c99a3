import io

import pytest
from django.core.management import call_command

from practices import search
from tests.factories import published_practice

pytestmark = pytest.mark.django_db


def bench():
    out = io.StringIO()
    call_command("bench", rounds=1, stdout=out)
    return out.getvalue()


def test_bench_prints_time_queries_and_weight_of_the_main_pages():
    search.index(published_practice())

    report = bench()

    assert "1 practices" in report
    assert all(name in report for name in ["home", "catalogue, two facets", "catalogue, mistyped", "practice", "raw"])
    assert "of 150 kB (html" in report


def test_bench_of_an_empty_library_says_so():
    assert "The library is empty" in bench()
