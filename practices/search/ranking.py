"""Which practice comes first: what a matched word is worth, where it stands, and the gentle boosts. All of it is here.

The words of a question weigh the more, the fewer of the candidates have them.
"""

from itertools import pairwise

from django.db import connection
from django.utils import timezone

from practices.models.practice import FRESH_FOR
from practices.search.reading import all_of, any_of, numbered

# A word found…
FIELDS = {
    "A": 1.0,  # in the title, or names the main theme
    "B": 0.6,  # in the summary, or names another theme or the place
    "C": 0.3,  # in keywords or results, or names a broader theme
    "D": 0.2,  # in the rest of the text, or names a target group, a setting …
}
KIN = 0.85  # of that, for a word that means the same
NAMED = 0.9  # of that, where it is what a theme, a place or a term is called
WEAK = 0.5  # of this, where it is only a part of a name that was not asked for as a whole
# Summed over the fields that have it, the more it is, the less is added: of several words, more are better than one
# that stands well. Half of the most that it can be worth is reached here:
HALF = 1.5
THERE = 0.5  # it is anywhere
NAME = 1.2  # for each value that was named, by the part of its name that was asked, which counts…
WHOLE = 3  # …to this power: half a name is hardly one
ADJACENT = 0.6  # two neighbouring words of the question are neighbours in the text
TITLE = 0.5  # all the words stand in the title

# and then a little more for…
EVIDENCE_BOOST = 0.02  # each step of the ladder
ADAPTED_BOOST = 0.04  # times the logarithm of how often it was adapted
FRESH_BOOST = 0.03  # what the city confirmed lately

MOST_RANKED = 200  # of more hits only these are weighed: those with all words in the title first, then the newest
MOST_NAMES = 20

RANKED = """
WITH candidate AS MATERIALIZED (
    SELECT DISTINCT ON (practice_id) practice_id, published_at, confirmed_on, evidence, adaptations, doc || '' AS doc
    FROM (
        {candidates}
        LIMIT %(most)s
    ) best
),
matched AS MATERIALIZED (SELECT *, {matches} FROM candidate)
SELECT practice_id FROM matched
ORDER BY ({score}) * (
        1 + %(evidence)s * evidence + %(adapted)s * ln(adaptations + 1.0)
        + CASE WHEN confirmed_on >= %(fresh)s THEN %(boost)s ELSE 0 END
    ) DESC, published_at DESC, practice_id DESC
OFFSET %(offset)s LIMIT %(limit)s
"""
CANDIDATES = """(SELECT * FROM search_hits({}, NULL) ORDER BY published_at DESC, practice_id DESC LIMIT %(most)s)"""
CANDIDATES_OF_MANY = "(SELECT * FROM search_newest({}, %(most)s))"
# Of a word, the rarer among the candidates the more.
WORD = (
    f"CASE WHEN t{{0}} > 0 THEN t{{0}} / (t{{0}} + {HALF}) * {1 + HALF} + {THERE} ELSE 0 END"
    " * ln(1.5 + count(*) OVER () / (1.0 + count(*) FILTER (WHERE t{0} > 0) OVER ()))"
)


def best_first(query, raws, offset, limit, are_many=False):
    """The practices of one page. Of the `raws`, the question within the chosen facets, the strictest come first."""
    terms = query.wanted
    in_title = all_of(term.title for term in terms)
    parameters = {
        "raw": raws[-1],
        "title": in_title,
        "most": MOST_RANKED,
        "evidence": EVIDENCE_BOOST,
        "adapted": ADAPTED_BOOST,
        "boost": FRESH_BOOST,
        "fresh": timezone.localdate() - FRESH_FOR,
        "offset": offset,
        "limit": limit,
    }
    matches = [f"({_strength(term, parameters)}) AS t{n}" for n, term in enumerate(terms)]
    score = [WORD.format(n) for n in range(len(terms))]
    score += [_when(f"{a.text()} <-> {b.text()}", ADJACENT, parameters) for a, b in pairwise(terms)]
    score.append(_when(in_title, TITLE, parameters))
    named = sorted(query.names.items(), key=lambda item: -item[1])[:MOST_NAMES]
    score += [_named(number, NAME * part**WHOLE, parameters) for number, part in named]
    questions = ["%(title)s::tsquery && %(raw)s::tsquery"]
    for number, raw in enumerate(raws):
        parameters[f"raw{number}"] = raw
        questions.append(f"%(raw{number})s::tsquery")
    newest = CANDIDATES_OF_MANY if are_many else CANDIDATES
    candidates = " UNION ALL ".join(newest.format(question) for question in questions)
    sql = RANKED.format(candidates=candidates, matches=", ".join(matches), score=" + ".join(score))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [pk for (pk,) in cursor]


def _strength(term, parameters):
    """SQL: what this word is worth in a document, summed over the fields that have it."""
    worths = []
    for field, worth in FIELDS.items():
        said = [(term.text(field), worth), (term.akin(field), worth * KIN)]
        named = [(any_of(numbered(term.strong, field)), NAMED), (any_of(numbered(term.weak, field)), NAMED * WEAK)]
        worths.append(_first(said, parameters))
        worths.append(_first([(raw, worth * part) for raw, part in named], parameters))
    return _if(term.raw, " + ".join(worths), parameters)


def _named(number, worth, parameters):
    """SQL: what it is worth that a value was named which stands in a field of the document."""
    fields = [(numbered([number], field)[0], worth * weight) for field, weight in FIELDS.items()]
    return _if(numbered([number])[0], _first(fields, parameters), parameters)


def _when(raw, worth, parameters):
    return _first([(raw, worth)], parameters)


def _first(cases, parameters):
    """SQL: the worth of the first of these that is there."""
    whens = [f"WHEN {_there(raw, parameters)} THEN {worth}" for raw, worth in cases if raw]
    return f"CASE {' '.join(whens)} ELSE 0 END" if whens else "0"


def _if(raw, worth, parameters):
    """SQL: its worth where it is there at all; to look into the fields takes longer."""
    return f"CASE WHEN {_there(raw, parameters)} THEN {worth} ELSE 0 END"


def _there(raw, parameters):
    name = f"p{len(parameters)}"
    parameters[name] = raw
    return f"doc @@ %({name})s::tsquery"
