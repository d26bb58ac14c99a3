import io

import pytest
from django.core.management import call_command

from members.models import Member
from practices import search
from practices.models import Outcome, Practice, Revision, SearchRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def generate():
    return lambda number, **options: call_command("generate_practices", number, stdout=io.StringIO(), **options)


def test_generated_practices_are_public_findable_and_marked_as_invented(generate):
    generate(30)

    assert Practice.objects.published().count() == SearchRow.objects.count() == search.find().total == 30
    assert not Member.objects.filter(practices__isnull=False, is_fictional=False).exists()
    assert 0 < Outcome.objects.count() < 30


def test_generated_texts_keep_the_limits_that_cities_keep(generate):
    generate(60)

    for revision in Revision.objects.all():
        for name, (fewest, most) in Revision.LIMITS.items():
            assert fewest <= len(getattr(revision, name)) <= most, (name, revision.language)


def test_generated_practices_are_varied(generate):
    generate(200)

    counts = search.find().counts
    assert len(counts["language"]) == 7
    assert len(counts["country"]) == 12
    assert all(len(values) > 1 for name, values in counts.items() if name != "offers")


def test_the_same_seed_writes_the_same_and_a_second_run_adds(generate):
    generate(5, seed=7)
    generate(5, seed=7)

    titles = list(Revision.objects.order_by("pk").values_list("title", flat=True))
    assert len(titles) == 10
    assert SearchRow.objects.count() == 10
    assert titles[0] == titles[5]
