"""What was meant, where the library has no such word: a typing mistake, a part of a compound, a compound of parts."""

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models.functions import Greatest

from practices.models import Theme
from practices.search import lexicon
from practices.search.reading import MOST_WORDS, Query, printable, understand

FEW = 3  # with fewer results we look for what else was meant
SHORTEST_PART = 5  # letters of a word that stands in a compound
MOST_MENDED = 8  # words of a question
MOST_COMPOUNDS = 8  # that a part may stand for
LINKS = ("", "s", "n", "en", "es", "e", "er")  # between the parts of a German or Dutch compound

# For each word, one after the other: how many practices have it (up to a few), the nearest known words, compounds that
# begin or end with it, and known words with which it begins or ends itself.
AROUND = """
WITH asked AS MATERIALIZED (
    SELECT word, fold(word) AS folded, (SELECT count(*) FROM search_hits(raw::tsquery, %(few)s)) AS hits
    FROM unnest(%(words)s::text[], %(raws)s::text[]) AS asked (word, raw)
),
poor AS MATERIALIZED (SELECT word, folded FROM asked WHERE hits < %(few)s LIMIT %(most)s)
(SELECT 'folded' AS kind, word, folded AS other, 0::bigint AS n FROM asked)
UNION ALL
(SELECT 'hits', word, NULL, hits FROM asked WHERE hits > 0)
UNION ALL
(SELECT CASE WHEN search_stems(near.word) && search_stems(asked.word) THEN 'form' ELSE 'near' END,
    asked.word, near.word, distance
FROM poor asked CROSS JOIN LATERAL (
    SELECT known.word, levenshtein_less_equal(known.word, folded, 2) AS distance
    FROM (
        SELECT word FROM practices_searchword WHERE word %% folded
        UNION SELECT word FROM unnest(%(lexicon)s::text[]) word WHERE word %% folded
    ) known
    ORDER BY distance, similarity(known.word, folded) DESC, known.word LIMIT 1
) near
WHERE length(folded) BETWEEN 4 AND 40 AND distance BETWEEN 1 AND CASE WHEN length(folded) < 8 THEN 1 ELSE 2 END)
UNION ALL
(SELECT 'compound', asked.word, known.word, length(known.word)
FROM poor asked JOIN practices_searchword known ON known.word LIKE '%%' || folded || '%%' AND known.word <> folded
    AND (starts_with(known.word, folded) OR known.word LIKE '%%' || folded
        OR known.word LIKE '%%' || left(folded, -1) || '_')
WHERE length(folded) >= %(shortest)s
ORDER BY length(known.word), known.word)
UNION ALL
(SELECT 'part', asked.word, known.word, length(known.word)
FROM poor asked CROSS JOIN LATERAL (
    SELECT left(folded, n) AS part FROM generate_series(4, length(folded) - 1) n
    UNION SELECT right(folded, n) FROM generate_series(4, length(folded) - 1) n
) parts JOIN practices_searchword known ON known.word = part
WHERE length(folded) BETWEEN 8 AND 40
ORDER BY length(known.word) DESC, known.word)
"""


@dataclass(frozen=True)
class Meant:
    """What a question most likely meant."""

    query: Query
    text: str  # the question with its typing mistakes corrected
    is_needed: bool  # some word of the question is in no practice, and was corrected


def meant(query):
    """The question with other words in the place of those that the library does not have.

    A word that it hardly has and that may be a typing mistake stands for what it may have meant, too.
    """
    around = _around([term for term in query.wanted if len(term.words) == 1])
    hits = {word: n for word, [(_, n)] in around["hits"].items()}
    poor = {word for word in query.single_words if hits.get(word, 0) < FEW}
    missing = poor - hits.keys()
    near = {word: nearest for word, [nearest] in around["form"].items() if word in poor}
    near |= {word: nearest for word, [nearest] in around["near"].items() if word in poor}
    certain = {word for word, (_, distance) in near.items() if distance == 1}
    compounds = {w: [other for other, _ in some[:MOST_COMPOUNDS]] for w, some in around["compound"].items()}
    compounds = {word: some for word, some in compounds.items() if word in missing - certain}
    parts = {word: _parted(*around["folded"][word][0][:1], around["part"].get(word, [])) for word in missing}
    parts = {word: some for word, some in parts.items() if some and word in missing - certain - compounds.keys()}
    near = {word: other for word, (other, _) in near.items() if word not in compounds and word not in parts}
    corrected = {word: other for word, other in near.items() if word in missing}

    better = understand(_replaced(query.text, corrected | parts)) if corrected or parts else query
    for word, others in compounds.items():
        better = _also(better, word, others)
    for word in near.keys() - corrected.keys():
        better = _also(better, word, [near[word]])
    lost = missing - corrected.keys() - parts.keys() - compounds.keys()
    return Meant(better.without(lost), _replaced(query.text, near), is_needed=bool(corrected))


def _around(terms):
    """Kind → word → [(other word, number)]."""
    around = {kind: {} for kind in ("folded", "hits", "near", "form", "compound", "part")}
    if not terms:
        return around
    words, raws = [term.words[0] for term in terms], [term.raw for term in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            AROUND,
            {
                "words": words,
                "raws": raws,
                "few": FEW,
                "most": MOST_MENDED,
                "shortest": SHORTEST_PART,
                "lexicon": sorted(lexicon.words()),
            },
        )
        for kind, word, other, n in cursor:
            around[kind].setdefault(word, []).append((other, n))
    return around


def _parted(word, known):
    """The two known words of which this one is made, as "first second"; or the longest with which it begins or ends."""
    ours = [part for part in lexicon.words() if word.startswith(part) or word.endswith(part)]
    parts = sorted({*ours, *(part for part, _ in known)} - {word}, key=lambda part: (-len(part), part))
    for first in parts:
        for link in LINKS:
            for second in parts:
                if word == first + link + second:
                    return f"{first} {second}"
    return next((part for part in parts if len(part) >= SHORTEST_PART), "")


def _also(query, word, others):
    """The question with a word standing for others, too."""
    more = understand(" ".join(others[:MOST_WORDS]))

    def widened(term):
        if term.words != (word,):
            return term
        stems = {stem for other in [term, *more.wanted] for stem in other.stems[0]}
        strong, weak = ({n for other in more.wanted for n in getattr(other, kind)} for kind in ("strong", "weak"))
        return replace(term, stems=(tuple(sorted(stems)),), strong=tuple(sorted(strong)), weak=tuple(sorted(weak)))

    names = {n: max(part, query.names.get(n, 0)) for n, part in more.names.items()}
    return replace(query, terms=tuple(map(widened, query.terms)), names=query.names | names)


def _replaced(text, better):
    return re.sub(r"[^\W_]+", lambda match: better.get(match[0].lower(), match[0]), text)


def themes_like(text, most=4):
    """Themes whose name, in any language, resembles these words."""
    text = printable(text)
    names = [TrigramWordSimilarity(text, f"name_{language}") for language in settings.CONTENT_LANGUAGES]
    return Theme.objects.alias(likeness=Greatest(*names)).filter(likeness__gte=0.3).order_by("-likeness")[:most]
