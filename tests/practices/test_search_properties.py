"""Whatever is typed: an answer, never an error, at a bounded cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practices import search
from practices.search import reading
from tests.factories import published_practice

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20  # of one search with everything that is tried when little is found
LONGEST_QUESTION = 40_000  # characters that PostgreSQL is asked

WORDS = [
    "zeppelin",
    "harbour",
    "jugendliche",
    "escuela",
    "a&e",
    "the",
    "%",
    "*",
    "_",
    "'",
    '"',
    '""',
    "\\",
    "-",
    "--",
    "!",
]
WORDS += [
    "&",
    "|",
    "<->",
    ":*",
    "(",
    ")",
    "#1",
    "^a",
    "🙂",
    "\x00",
    "\u202e",
    "\u200f",
    "\ufeff",
    "é" * 50,
    "مرحبا",
    "मानक",
    "İ",
    "ß",
]
PIECES = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
QUESTIONS = st.builds(
    lambda pieces, glue, times: glue.join(pieces) * times,
    st.lists(PIECES, max_size=30),
    st.sampled_from([" ", "", '"', " -", "\n", " OR "]),
    st.sampled_from([1, 1, 1, 3, 400]),
)
ANYTHING = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANYTHING
@given(question=QUESTIONS)
def test_no_question_is_an_error_or_costs_without_bound(question):
    published_practice(title="Zeppelins over the harbour")

    with CaptureQueriesContext(connection) as asked:
        results = search.find(question)

    assert len(asked) <= MOST_QUERIES
    assert len(results.query.terms) <= reading.MOST_WORDS
    assert len(results.query.text) <= reading.LONGEST_QUERY
    assert len(results.query.raw) <= LONGEST_QUESTION


@ANYTHING
@given(question=QUESTIONS)
def test_no_half_typed_question_is_an_error(question):
    themes, members, practices = search.suggest(question)

    assert len(themes) + len(members) + len(practices) <= 8


@ANYTHING
@given(question=QUESTIONS)
def test_what_was_understood_is_understood_again(question):
    text = search.understand(question).text

    assert search.understand(text).raw == search.understand(question).raw


def test_ten_thousand_words_cost_as_many_queries_as_sixteen():
    words = [f"word{n}" for n in range(10_000)]

    with CaptureQueriesContext(connection) as sixteen:
        search.find(" ".join(words[:16]))
    with CaptureQueriesContext(connection) as all_of_them:
        search.find(" ".join(words))

    assert len(all_of_them) <= len(sixteen)
