"""What a word of the field is called in other languages, so that a French question finds an English text.

`data/lexicon.json` has one line for each thing, and in it the plain words for it in every language of the catalogue.
"""

import functools
import json
from collections import Counter, defaultdict
from pathlib import Path

from django.db import connection

from practices.search import facets

FILE = Path(__file__).parent.parent / "data" / "lexicon.json"
SHORTEST = 4  # letters of a word that may stand for another; shorter ones mean too many things
STEMS = """
SELECT thing, language, fold(word), ARRAY(SELECT DISTINCT unnest(
    ts_lexize(stemmer::regdictionary, word) || ts_lexize(stemmer::regdictionary, fold(word))))
FROM unnest(%(things)s::int[], %(languages)s::text[], %(stemmers)s::text[], %(words)s::text[])
    AS said (thing, language, stemmer, word)
"""


def kin(stems, spoken):
    """The stems, in any language, of what a word with these stems means in the language that is spoken, or in any."""
    meanings, said, _words = _lexicon()
    things = set().union(*(meanings[spoken].get(stem, ()) for stem in stems))
    if not things:
        things = set().union(*(words.get(stem, ()) for words in meanings.values() for stem in stems))
    return tuple(sorted(set().union(*(said[thing] for thing in things)) - set(stems)))


def words():
    """All of its words, folded: what a mistyped word or a part of a compound may be."""
    return _lexicon()[2]


@functools.cache
def _lexicon():
    """Language → stem → the things that it means; thing → its stems that mean nothing else; all words.

    The file never changes, so that every process may keep what it has read.
    """
    lexicon = json.loads(FILE.read_text(encoding="utf-8"))
    rows = [
        (thing, language, f"search_{facets.STEMMERS[language]}", word.lower())
        for thing, line in enumerate(lexicon["concepts"])
        for language, words in zip(lexicon["languages"], line, strict=True)
        for word in words.split()
    ]
    things, languages, stemmers, texts = map(list, zip(*rows, strict=True))
    meanings, said, known = defaultdict(lambda: defaultdict(set)), defaultdict(set), set()
    with connection.cursor() as cursor:
        cursor.execute(STEMS, {"things": things, "languages": languages, "stemmers": stemmers, "words": texts})
        for thing, language, word, stems in cursor:
            known.add(word)
            said[thing].update(stem for stem in stems if len(stem) >= SHORTEST)
            for stem in stems:
                meanings[language][stem].add(thing)
    number = Counter(stem for stems in said.values() for stem in stems)
    clear = {thing: {stem for stem in stems if number[stem] == 1} for thing, stems in said.items()}
    return meanings, clear, frozenset(known)
