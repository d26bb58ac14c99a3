import json

import pytest

from practices.search import lexicon
from practices.search.reading import folded

pytestmark = pytest.mark.django_db


def test_each_thing_is_named_in_every_language_of_the_file():
    known = json.loads(lexicon.FILE.read_text(encoding="utf-8"))

    for line in known["concepts"]:
        assert len(line) == len(known["languages"]), line
        assert all(text.strip() for text in line), line


def test_no_thing_has_so_many_names_that_a_question_becomes_dear():
    assert max(len(lexicon.kin([thing])) for thing in lexicon._lexicon().said) <= 100


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Drogenkonsumraum", ("drogen", "konsum", "raum")),
        ("Gewaltprävention", ("gewalt", "pravention")),
        ("drugspreventie", ("drugs", "preventie")),
        ("Rathaus", ()),  # means something itself
        ("Zeppelin", ()),
        ("zeppelinpreventie", ()),  # one part is known only
    ],
)
def test_compounds_are_made_of_known_words(word, parts):
    assert lexicon.parts(folded(word)) == parts


@pytest.mark.parametrize("word", ["banden" * 30, "a" * 200, ""])
def test_long_words_are_not_taken_apart(word):
    assert lexicon.parts(word) == ()
