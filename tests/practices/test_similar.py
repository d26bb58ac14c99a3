import pytest

from practices import search
from tests.factories import RevisionFactory, ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


def indexed(*themes):
    practice = published_practice(themes=list(themes))
    search.index(practice)
    return practice


def test_those_that_share_most_themes_come_first_then_the_newest():
    night, youth, ports = ThemeFactory(), ThemeFactory(), ThemeFactory()
    one, both, other_one = indexed(night), indexed(night, youth), indexed(youth)
    indexed(ports)
    practice = indexed(night, youth)

    assert search.close_practices(practice, most=5) == [both, other_one, one]
    assert search.close_practices(practice, most=1) == [both]


def test_a_text_that_is_not_public_yet_is_compared_and_nothing_unpublished_is_offered():
    night = ThemeFactory()
    public, gone = indexed(night), indexed(night)
    search.unindex(gone)
    draft = RevisionFactory(themes=[night])

    assert search.close_practices(draft.practice, draft) == [public]


def test_a_practice_without_themes_is_close_to_none():
    practice = published_practice(themes=[])

    assert search.close_practices(practice) == []
