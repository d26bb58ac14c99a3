"""The question side: what somebody typed, whatever it was, as a question that PostgreSQL understands.

A question may be in any language, so each of its words stands for its stems in all of them, and for the themes,
places and terms that are called so in any language.
"""

import itertools
import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from practices.search import facets, lexicon

LONGEST_QUERY = 200  # characters that are read; the rest is ignored
MOST_WORDS = 16
MOST_COMBINED = 5  # of more words, no combinations are tried
QUESTION_WORDS = {  # beside PostgreSQL's own stop words
    "en": "how what why which who when where can could would should shall do does did us get gets make makes other"
    " others another want wants need needs our best good practice practices example examples someone somebody anybody"
    " something anything people person thing things way ways take takes taken give given go goes going come find found"
    " look looking like also still already about without within into onto upon between among they them let",
    "fr": "comment pourquoi quel quelle quels quelles quand où combien peut peuvent faut faire fait font faits mettre"
    " place autre autres les est cela ça quoi ont plus très sans chez entre afin leur leurs dont tout tous toute toutes"
    " exemple exemples bonne bonnes pratique pratiques cherche chercher existe trouver près vers sous",
    "de": "wie warum wieso wer wann wo welche welcher welches kann können könnte macht machen gibt geht man andere"
    " anderen anderer wird werden sollte gegen beim vom zum zur tun beispiel beispiele gute ganz mehr wegen"
    " wollen möchte suche brauchen finden bringen",
    "es": "cómo como qué por cuál cuáles cuándo dónde quién quiénes puede pueden podemos hacer hace hacen otra otro"
    " otras otros hay ejemplo ejemplos buenas prácticas busco buscar sobre tras hacia quieren quiere tomar dar",
    "it": "come perché cosa quale quali quando dove chi può possono possiamo fare fanno altra altro altre altri esempio"
    " esempi buone pratiche cerco trovare vogliono vuole tra fra verso presso vicino dopo prima",
    "nl": "hoe waarom wat welke wie wanneer waar kan kunnen doen doet gaan andere anderen tegen mogen moet moeten maken"
    " worden zonder tussen via voorbeeld voorbeelden goede praktijken zoek zoeken vinden willen",
    "pt": "como porque porquê qual quais quando onde quem pode podem podemos fazer fazem outra outro outras outros"
    " exemplo exemplos boas práticas procuro encontrar querem quer junto perto",
}
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})
ABBREVIATION = re.compile(r"\b(\w)&(\w)\b")  # "A&E" is a word
READ = """
SELECT word, search_stems(word), ARRAY(
    SELECT DISTINCT unnest(ARRAY[word, fold(word)] || ts_lexize(stemmer::regdictionary, word)
        || ts_lexize(stemmer::regdictionary, fold(word))) FROM unnest(%(stemmers)s::text[]) AS stemmer
), ARRAY(
    SELECT language FROM unnest(%(languages)s::text[], %(stop_words)s::text[]) AS stop (language, dictionary)
    WHERE ts_lexize(dictionary::regdictionary, word) = '{}'
) FROM unnest(%(words)s::text[]) word
"""
# A name counts by the part of it that was asked: of "Frankfurt am Main", "Frankfurt" is the half. What things (not
# places) are called is also found by the beginning of its words, and by what a word means in other languages.
NAMED = """
SELECT f.id, f.facet, n.size, ARRAY(
    SELECT CASE WHEN n.doc @@ stems::tsquery THEN 1.0
        WHEN f.facet NOT IN ('member', 'country') AND n.doc @@ likes::tsquery THEN %(like)s ELSE 0 END
    FROM unnest(%(stems)s::text[], %(likes)s::text[]) WITH ORDINALITY AS asked (stems, likes, place) ORDER BY place)
FROM practices_searchname n JOIN practices_searchfacet f ON f.id = n.facet_id
WHERE f.total > 0 AND n.doc @@ %(any)s::tsquery
LIMIT 2000
"""
NOTHING = "'#0'"  # for PostgreSQL: no document has it
LIKE = 0.7  # a word that only begins like the one asked, or means the same
SHORTEST_BEGINNING = 5  # letters of a stem with which a longer word may begin
STRONG = 0.6  # a name of which at least this part was asked is meant
LEAST_OF_A_PLACE = 0.5  # of a place's name; the half of it alone may be any word


@dataclass(frozen=True)
class Term:
    """One word of a question, or several in quotes; perhaps one that must not be there.

    `strong` and `weak` are numbers of facet values: those that the word names, and those whose names it is a part of.
    """

    words: tuple
    stems: tuple = ()  # for each word, its stems in every language that texts are written in
    name_stems: tuple = ()  # its stems in every language that things have names in
    kin: tuple = ()  # what means the same, in any language: of each, the stems that stand together
    excluded: bool = False
    strong: tuple = ()
    weak: tuple = ()

    @property
    def is_plain(self):
        """A word as any other, which may stand for what means the same."""
        return len(self.words) == 1 and not self.excluded

    @property
    def raw(self):
        """For PostgreSQL: any of its stems, a word that means the same, or a value that is called so."""
        return any_of([self.text(), self.akin(), *numbered(self.strong + self.weak)])

    def text(self, field=""):
        """For PostgreSQL: its words next to each other, anywhere or in a field (A to D)."""
        return _joined(" <-> ", [any_of(f"'{stem}':{field}" for stem in stems) for stems in self.stems])

    def akin(self, field=""):
        """For PostgreSQL: a word that means the same, anywhere or in a field."""
        return any_of(all_of(f"'{stem}':{field}" for stem in stems) for stems in self.kin)

    @property
    def title(self):
        """For PostgreSQL: its words in the title."""
        return all_of(any_of(f"'^{stem}'" for stem in stems) for stems in self.stems)


@dataclass(frozen=True)
class Query:
    """A question, understood. `raw` is for PostgreSQL; empty where nothing was asked."""

    text: str = ""
    terms: tuple = ()
    names: dict = field(default_factory=dict)  # number of a facet value → the part of its name that was asked
    needed: int | None = None  # how many of the words must be there; None: all
    lost: tuple = ()  # words that were left out, because nobody wrote them

    def __bool__(self):
        return bool(self.terms)

    @property
    def wanted(self):
        return [term for term in self.terms if not term.excluded]

    @property
    def is_relaxed(self):
        """Not all of the words must be there."""
        return self.needed is not None

    @property
    def raw(self):
        terms = [term.raw for term in self.wanted]
        if self.needed and 1 < self.needed < len(terms):
            joined = [any_of(all_of(some) for some in itertools.combinations(terms, self.needed))]
        else:
            joined = [any_of(terms) if self.is_relaxed else all_of(terms)] if terms else []
        return all_of(joined + [f"!{term.text()}" for term in self.terms if term.excluded])

    @property
    def tsquery(self):
        return raw_query(self.raw)

    @property
    def marked(self):
        """What is marked in a text: the stems of any word."""
        return raw_query(any_of(raw for term in self.wanted for raw in [term.text(), term.akin()]))

    @property
    def single_words(self):
        return [term.words[0] for term in self.wanted if len(term.words) == 1]

    def relaxed(self):
        """The same with most of the words, then with any of them."""
        number = len(self.wanted)
        most = {-(-2 * number // 3)} if 3 <= number <= MOST_COMBINED else set()
        return [replace(self, needed=needed) for needed in [*most, 1] if number > 1]

    def stricter(self):
        """The same with all of the words, then with most of them: what comes first where any will do."""
        looser = [replace(self, needed=None), *replace(self, needed=None).relaxed()]
        return looser[: looser.index(self)] if self in looser else []

    def without(self, words):
        """The same without words that nobody wrote."""
        terms = tuple(term for term in self.terms if term.excluded or term.words[0] not in words)
        lost = dict.fromkeys(term.words[0] for term in self.terms if term not in terms)
        return replace(self, terms=terms, lost=(*self.lost, *lost))


def raw_query(raw):
    return SearchQuery(raw, search_type="raw", config="simple")


def numbered(numbers, field=""):
    """For PostgreSQL: practices with these facet values."""
    return [f"'#{number}':{field}" for number in numbers]


def any_of(raws):
    return _joined(" | ", raws)


def all_of(raws):
    return _joined(" & ", raws)


def _joined(operator, raws):
    raws = list(dict.fromkeys(raw for raw in raws if raw))
    return f"({operator.join(raws)})" if raws else ""


def understand(text, language="en"):
    """The question that somebody typed, whatever they typed."""
    text = printable(text)
    terms = _terms(text)[:MOST_WORDS]
    words = list(dict.fromkeys(word for term in terms for word in term.words))[:MOST_WORDS]
    if not words:
        return Query(text)
    parts = {term.words[0]: lexicon.parts(folded(term.words[0])) for term in terms if term.is_plain}
    known = _read([*words, *(part for some in parts.values() for part in some)])
    terms = [term for term in terms if all(word in known for word in term.words)]
    spoken = _spoken(terms, known, language)
    meant = _meant(terms, known, spoken)
    kept = _without_stop_words(terms, known, spoken)
    terms = [one for term in kept for one in _stemmed(term, known, meant, spoken, parts.get(term.words[0]))]
    return _with_names(Query(text, tuple(dict.fromkeys(terms))))


def printable(text):
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text[: LONGEST_QUERY * 4])
    return " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST_QUERY]


def _terms(text):
    terms = []
    for minus, phrase, other in re.findall(r'(-?)"([^"]+)"|(\S+)', text):
        words = tuple(re.findall(r"[^\W_]+", ABBREVIATION.sub(r"\1\2", phrase or other).lower()))
        excluded = bool(minus) or re.match(r"-\w", other) is not None
        if words and (phrase or excluded):
            terms.append(Term(words, excluded=excluded))
        else:
            terms += [Term((word,)) for word in words]
    return terms


def folded(word):
    """Without accents, as PostgreSQL's `fold` writes it."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _meant(terms, known, spoken):
    """Place of a term → the things that it means, alone or with its neighbours."""
    plain = [known[term.words[0]][1] if term.is_plain else () for term in terms]
    return dict(zip(terms, lexicon.meanings_of(plain, spoken), strict=True))


def _stemmed(term, known, meant, spoken, parts):
    """The term with its stems; of a compound one term for each of its parts, which also stands for the whole."""
    stems, name_stems = zip(*(known[word][:2] for word in term.words), strict=True)
    whole = replace(term, stems=stems, name_stems=name_stems)
    if not parts or meant[term]:
        return [replace(whole, kin=lexicon.kin(meant[term], name_stems[0]))]
    return [_part(whole, part, *known[part][:2], spoken) for part in parts]


def _part(whole, word, stems, name_stems, spoken):
    [things] = lexicon.meanings_of([name_stems], spoken)
    return replace(
        whole,
        words=(word,),
        stems=((*whole.stems[0], *stems),),
        name_stems=((*whole.name_stems[0], *name_stems),),
        kin=lexicon.kin(things, name_stems),
    )


def _read(words):
    """For each word: its stems, its stems as a part of names, and the languages that make nothing of it."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"words": words, **facets.stemmers()})
        found = {word: (tuple(stems), tuple(names), set(stops)) for word, stems, names, stops in cursor}
    for language, asked in QUESTION_WORDS.items():
        for word in set(asked.split()) & set(found):
            found[word][2].add(language)
    return found


def _spoken(terms, known, language):
    """The language that the question is most likely in; in doubt, the reader's."""
    languages = [language, *(other for other in facets.STEMMERS if other != language)]
    seen = [known[word][2] for term in terms for word in term.words]
    return max(languages, key=lambda candidate: sum(candidate in stops for stops in seen))


def _without_stop_words(terms, known, spoken):
    """Without the stop words of the language that is spoken; if nothing remains, all."""

    def says_something(term):
        word = term.words[0]
        return len(term.words) > 1 or term.excluded or (spoken not in known[word][2] and len(word) > 1)

    kept = [term for term in terms if says_something(term)]
    return kept if any(not term.excluded for term in kept) else terms


def _with_names(query):
    """The question, its words knowing what is called so."""
    terms = [term for term in query.wanted if len(term.words) == 1]
    if not terms:
        return query
    stems = [any_of(f"'{stem}'" for stem in term.name_stems[0]) for term in terms]
    likes = [any_of([term.akin(), *_beginnings(term)]) or NOTHING for term in terms]
    with connection.cursor() as cursor:
        cursor.execute(NAMED, {"stems": stems, "likes": likes, "any": any_of(stems + likes), "like": LIKE})
        rows = cursor.fetchall()
    parts = defaultdict(float)  # number → the largest part of a name that was asked
    naming = defaultdict(lambda: defaultdict(float))  # term → number → the largest part of a name with this term
    said = defaultdict(lambda: [0.0] * len(terms))  # number → for each term, how well it stands in any of its names
    for number, facet, size, grades in rows:
        part = min(1.0, float(sum(grades)) / size)
        if facet in ("member", "country") and part < LEAST_OF_A_PLACE:
            continue
        parts[number] = max(parts[number], part)
        said[number] = [max(before, float(grade)) for before, grade in zip(said[number], grades, strict=True)]
        for term, grade in zip(terms, grades, strict=True):
            if grade:
                naming[term][number] = max(naming[term][number], part)
    for number, share in _shares(said).items():
        parts[number] = max(parts[number], share)

    def named(term):
        strong = tuple(sorted(number for number, part in naming[term].items() if part >= STRONG))
        weak = tuple(sorted(number for number, part in naming[term].items() if part < STRONG))
        return replace(term, strong=strong, weak=weak)

    terms = tuple(named(term) if term in naming else term for term in query.terms)
    return replace(query, terms=terms, names=dict(parts))


def _beginnings(term):
    """For PostgreSQL: words that begin like this one, as "Hafensicherheit" does like "Hafen"."""
    return [f"'{stem}':*" for stem in term.name_stems[0] if len(stem) >= SHORTEST_BEGINNING]


def _shares(said):
    """Number → the part of the question that the names of this value speak of, where they speak of two words or more.

    A word weighs the more, the fewer values are called so.
    """
    values = list(said.values())
    if not values or len(values[0]) < 2:
        return {}
    weights = [
        math.log(1 + len(values) / n) if (n := sum(grades[place] > 0 for grades in values)) else 0
        for place in range(len(values[0]))
    ]
    whole = sum(weights)
    return {
        number: sum(grade * weight for grade, weight in zip(grades, weights, strict=True)) / whole
        for number, grades in said.items()
        if sum(grade > 0 for grade in grades) > 1
    }
