"""What a word of the field is called in other languages, so that a French question finds an English text.

`data/lexicon.json` has one line for each thing, and in it the plain words for it in every language of the catalogue;
words that mean it only together are joined by underscores.
"""

import functools
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from practices.search import facets

FILE = Path(__file__).parent.parent / "data" / "lexicon.json"
SHORTEST = 4  # letters of a word that may stand for another; shorter ones mean too many things
COMPOUNDING = ("de", "nl")  # languages that write words together
SHORTEST_PART = 4  # letters of a word in a compound
SHORTEST_COMPOUND, LONGEST_COMPOUND = 8, 40
LINKS = ("", "s", "n", "en", "es", "e", "er")  # between the parts of a German or Dutch compound
STEMS = """
SELECT number, place, fold(word), ARRAY(SELECT DISTINCT unnest(
    ts_lexize(stemmer::regdictionary, word) || ts_lexize(stemmer::regdictionary, fold(word))))
FROM unnest(%(numbers)s::int[], %(places)s::int[], %(stemmers)s::text[], %(words)s::text[])
    AS said (number, place, stemmer, word)
ORDER BY number, place
"""


@dataclass(frozen=True)
class Lexicon:
    """What words mean, and how things are called."""

    meanings: dict  # language → stem → the things that it means
    phrases: dict  # language → stem → the phrases that begin with it, as (the stems of each word, thing), longest first
    said: dict  # thing → what it is called, each as the stems that stand together
    words: frozenset  # all single words, folded
    parts: dict  # language that writes words together → its words, folded


def meanings_of(words, spoken):
    """For each of a question's words, by its stems: the things that it means, alone or with those beside it.

    It means what it does in the language that is spoken, or else in any. A word in a phrase means what the phrase
    does, and nothing else.
    """
    lexicon = _lexicon()
    languages = [[spoken], [language for language in lexicon.meanings if language != spoken]]
    found = [None] * len(words)
    for some in languages:
        for start in range(len(words)):
            things, end = _phrase_at(words, start, some, lexicon)
            for place in range(start, end):
                if found[place] is None:
                    found[place] = things
    return [
        _alone(stems, languages, lexicon) if things is None else things
        for stems, things in zip(words, found, strict=True)
    ]


def _alone(stems, languages, lexicon):
    for some in languages:
        things = {thing for language in some for stem in stems for thing in lexicon.meanings[language].get(stem, ())}
        if things:
            return things
    return set()


def _phrase_at(words, start, languages, lexicon):
    """The things that the longest phrase means which begins with this word, and where it ends."""
    things, end = set(), start
    for language in languages:
        for stem in words[start]:
            for phrase, thing in lexicon.phrases[language].get(stem, ()):
                size = len(phrase)
                said = words[start : start + size]
                if (
                    len(said) == size
                    and start + size >= end
                    and all(stems & set(asked) for stems, asked in zip(phrase, said, strict=True))
                ):
                    things, end = (things if start + size == end else set()) | {thing}, start + size
    return things, end


def kin(things, stems=()):
    """What these things are called in any language, each as the stems that stand together; without these stems."""
    said = _lexicon().said
    return tuple(sorted(set().union(*(said[thing] for thing in things)) - {(stem,) for stem in stems}))


def words():
    """All of its words, folded: what a mistyped word or a part of a compound may be."""
    return _lexicon().words


def parts(word):
    """The words of which this folded one is made, if each is known: "Spritzentausch" of "spritzen" and "tausch"."""
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND or word in _lexicon().words:
        return ()
    found = [_parts(word, known) for known in _lexicon().parts.values()]
    return min((some for some in found if len(some) > 1), key=len, default=())


def _parts(word, known):
    """The fewest known words of which a word is made, with or without a link between them."""
    if word in known:
        return (word,)
    found = []
    for size in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        if (first := word[:size]) in known:
            rests = [word[size + len(link) :] for link in LINKS if word.startswith(link, size)]
            found += [(first, *more) for rest in rests if len(rest) >= SHORTEST_PART and (more := _parts(rest, known))]
    return min(found, key=len, default=())


@functools.cache
def _lexicon():
    """The file never changes, so that every process may keep what it has read."""
    lexicon = json.loads(FILE.read_text(encoding="utf-8"))
    phrases = [  # (thing, language, its words)
        (thing, language, phrase.lower().split("_"))
        for thing, line in enumerate(lexicon["concepts"])
        for language, text in zip(lexicon["languages"], line, strict=True)
        for phrase in text.split()
    ]
    stems = [[] for _ in phrases]  # for each phrase, of each of its words
    folded = [[] for _ in phrases]
    rows = [
        (number, place, f"search_{facets.STEMMERS[language]}", word)
        for number, (_, language, words) in enumerate(phrases)
        for place, word in enumerate(words)
    ]
    with connection.cursor() as cursor:
        columns = dict(zip(("numbers", "places", "stemmers", "words"), map(list, zip(*rows, strict=True)), strict=True))
        cursor.execute(STEMS, columns)
        for number, _, word, some in cursor:
            stems[number].append(set(some))
            folded[number].append(word)
    return _arranged(phrases, stems, folded)


def _arranged(phrases, stems, folded):
    meanings, beginnings = (defaultdict(lambda: defaultdict(list)) for _ in range(2))
    said, words, parts = defaultdict(set), set(), {language: set() for language in COMPOUNDING}
    for (thing, language, _), some, word in zip(phrases, stems, folded, strict=True):
        if len(some) == 1:
            words.add(word[0])
            said[thing].update((stem,) for stem in some[0] if len(stem) >= SHORTEST)
            for stem in some[0]:
                meanings[language][stem].append(thing)
            if language in parts and len(word[0]) >= SHORTEST_PART:
                parts[language].add(word[0])
        else:
            said[thing].add(tuple(min(one, key=len) for one in some))
            for stem in some[0]:
                beginnings[language][stem].append((some, thing))
    number = Counter(one for ones in said.values() for one in ones)
    clear = {thing: {one for one in ones if number[one] == 1} for thing, ones in said.items()}
    return Lexicon(meanings, beginnings, clear, frozenset(words), parts)
