"""Whatever is typed costs little: what is asked of the database has limits, so that no time needs to be measured."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.management.commands.bench_search import PATHOLOGICAL
from practices import search
from practices.search.reading import LONGEST_QUERY, MOST_WORDS
from tests.factories import published_practice

pytestmark = pytest.mark.django_db


def words_of(text):
    return [word for term in search.understand(text).terms for word in term.words]


def number_of_queries(text):
    with CaptureQueriesContext(connection) as queries:
        search.find(text)
    return len(queries)


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_few_words_of_a_strange_question_are_read(text):
    published_practice(title="Lamps in the street")

    read = words_of(text)

    assert len(read) <= MOST_WORDS
    assert len("".join(read)) <= LONGEST_QUERY


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_a_strange_question_asks_the_database_no_more_often_than_a_mistyped_one(text):
    search.index(published_practice(title="Lamps in the street"))
    search.find("streat lamps")  # the lexicon is read once

    assert number_of_queries(text) <= number_of_queries("streat lamps")


def test_ten_thousand_words_are_asked_like_the_first_few():
    first = " ".join(f"word{n}" for n in range(MOST_WORDS))

    many = search.understand(PATHOLOGICAL["10,000 words"])

    assert many.raw == search.understand(first).raw


@pytest.mark.parametrize("text", ["%*_" * 66, "🏙️🔥" * 100, "\u202e\u202c\u200f" * 60], ids=["signs", "emoji", "marks"])
def test_signs_without_a_word_ask_for_everything(text):
    practice = published_practice()
    search.index(practice)

    results = search.find(text)

    assert words_of(text) == []
    assert results.practices == [practice]
