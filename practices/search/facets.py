"""By what the catalogue is narrowed: the facets, the numbers of their values, and the names that people call them."""

import sys
from array import array
from collections import Counter
from itertools import chain

from django.conf import settings
from django.db import connection
from django.utils.translation import override
from django_countries import countries

from members.models import Member
from practices.models import SearchFacet, SearchName, Theme
from practices.vocabularies import Vocabulary

# A row's codes are four bytes each: one for every facet with a single value, in this order (0: none), then all others.
SINGLE = ("member", "country", "stage", "evidence", "cost", "year", "language", "offers")
MANY = ("theme", "target", "setting", "action", "funding")
MOST_CODES = 1000  # more than any row has
FACETS = (*MANY[:1], "country", "member", *MANY[1:4], "stage", "evidence", "cost", "funding", *SINGLE[5:])

LISTS = {"target": "target_groups", "setting": "settings", "action": "kind_of_action", "funding": "funding_sources"}

ENSURE = """
INSERT INTO practices_searchfacet (facet, value, names, total)
SELECT facet, value, names, 0
FROM unnest(%(facets)s::text[], %(values)s::text[], %(names)s::text[]) AS new (facet, value, names)
WHERE NOT EXISTS (
    SELECT FROM practices_searchfacet f WHERE (f.facet, f.value, f.names) = (new.facet, new.value, new.names))
ORDER BY facet, value
ON CONFLICT (facet, value) DO UPDATE SET names = excluded.names
RETURNING id
"""
WRITE_NAMES = """
WITH stemmer AS (
    SELECT * FROM unnest(%(languages)s::text[], %(stemmers)s::text[]) AS known (language, dictionary)
)
INSERT INTO practices_searchname (facet_id, doc, size)
SELECT f.id,
    array_to_tsvector(ARRAY(
        SELECT DISTINCT stem FROM unnest(CASE telling WHEN '{}' THEN words ELSE telling END) word,
            unnest(ARRAY[word, fold(word)]) spelling, unnest(spelling || ARRAY(
                SELECT unnest(ts_lexize(dictionary::regdictionary, spelling)) FROM stemmer
                WHERE language = split_part(name, ':', 1) OR name LIKE '*%%'
            )) stem)),
    greatest(1, (SELECT count(*) FROM unnest(words) word WHERE length(word) > 1 AND NOT EXISTS (
        SELECT FROM unnest(%(stop_words)s::regdictionary[]) AS stop WHERE ts_lexize(stop, word) = '{}')))
FROM practices_searchfacet f, regexp_split_to_table(f.names, '\n') AS name,
    LATERAL (SELECT regexp_split_to_array(trim(search_clean(substring(name FROM ':(.*)'))), ' +') AS words) split,
    LATERAL (SELECT ARRAY(SELECT word FROM unnest(words) word WHERE NOT EXISTS (
        SELECT FROM stemmer
        WHERE (language = split_part(name, ':', 1) OR name LIKE '*%%') AND search_stops(language, word)
    )) AS telling) told
WHERE f.id = ANY(%(ids)s) AND words <> '{""}'
"""
WORDS_OF_NAMES = """
INSERT INTO practices_searchword (word)
SELECT DISTINCT word FROM practices_searchfacet f, regexp_split_to_table(fold(search_clean(f.names)), ' +') AS word
WHERE f.id = ANY(%(ids)s) AND length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]'
ORDER BY word ON CONFLICT DO NOTHING
"""
COUNT = """
UPDATE practices_searchfacet f SET total = f.total + change.n
FROM unnest(%(ids)s::bigint[], %(changes)s::int[]) AS change (id, n) WHERE f.id = change.id
"""

STEMMERS = {  # of the languages in which things have names; each also has stop words
    "en": "english",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
ANY_LANGUAGE, NO_LANGUAGE = "*", ""  # of a name; one without a language is a proper name, which is not inflected
_known = {}  # number → (facet, value); immutable, so that every process may keep what it has read


def name(pairs):
    """Give each of these (facet, value) its number, where it has none, and its present names."""
    pairs = sorted(set(pairs))
    facets, values = zip(*pairs, strict=True) if pairs else ((), ())
    names = list(chain.from_iterable(_names(facet, [v for f, v in pairs if f == facet]) for facet in sorted({*facets})))
    with connection.cursor() as cursor:
        cursor.execute(ENSURE, {"facets": list(facets), "values": list(values), "names": names})
        ids = [pk for (pk,) in cursor]
        if ids:
            SearchName.objects.filter(facet__in=ids).delete()
            cursor.execute(WRITE_NAMES, {"ids": ids, **stemmers()})
            cursor.execute(WORDS_OF_NAMES, {"ids": ids})


def name_again():
    """Take over what was renamed: themes, places, the words of lists."""
    name(SearchFacet.objects.exclude(facet="").values_list("facet", "value"))


def stemmers():
    """What the queries about words need to know."""
    return {
        "languages": list(STEMMERS),
        "stemmers": [f"search_{stemmer}" for stemmer in STEMMERS.values()],
        "stop_words": [f"{stemmer}_stem" for stemmer in STEMMERS.values()],
    }


def _names(facet, values):
    """The names of some values, "language:name", one on each line; none for those that nobody would type."""
    if facet == "theme":
        known = {theme.slug: _theme_names(theme) for theme in Theme.objects.filter(slug__in=values)}
    elif facet == "member":
        known = {member.slug: _member_names(member) for member in Member.objects.filter(slug__in=values)}
    elif facet == "country":
        known = _country_names(values)
    elif facet in LISTS:
        known = {code: labels.items() for code, labels in Vocabulary(LISTS[facet]).items()}
    else:
        known = {}
    named = ([f"{language}:{text}" for language, text in known.get(value, ()) if text] for value in values)
    return ["\n".join(dict.fromkeys(names)) for names in named]


def _theme_names(theme):
    labels = [(language, getattr(theme, f"name_{language}")) for language in settings.CONTENT_LANGUAGES]
    return labels + [(ANY_LANGUAGE, synonym) for synonym in theme.synonyms]


def _member_names(member):
    return [(NO_LANGUAGE, name) for name in [member.name, member.local_name, *member.other_names.splitlines()]]


def _country_names(codes):
    names = {code: [] for code in codes}
    for language in settings.CONTENT_LANGUAGES:
        with override(language):
            for code in codes:
                names[code].append((NO_LANGUAGE, countries.name(code)))
    return names


# --- numbers ---


def numbers(chosen):
    """Facet → the numbers of the values that were chosen in it."""
    return numbers_of_each([chosen])[0]


def numbers_of_each(choices):
    """The same for several choices; one question to the database."""
    pairs = {(facet, value) for chosen in choices for facet, values in chosen.items() for value in values}
    known = {}
    if pairs:
        names, values = map(set, zip(*pairs, strict=True))
        found = SearchFacet.objects.filter(facet__in=names, value__in=values)
        known = {(facet, value): pk for pk, facet, value in found.values_list("pk", "facet", "value")}
    return [
        {
            facet: [known[facet, value] for value in dict.fromkeys(values) if (facet, value) in known]
            for facet, values in chosen.items()
            if values
        }
        for chosen in choices
    ]


def meanings(codes):
    """Number → (facet, value)."""
    if unknown := set(codes) - _known.keys():
        found = SearchFacet.objects.filter(pk__in=unknown)
        _known.update({pk: (facet, value) for pk, facet, value in found.values_list("pk", "facet", "value")})
    return _known


def totals():
    """How many public practices there are, and how many with each value of each facet."""
    counts, total = {facet: {} for facet in FACETS}, 0
    for facet, value, n in SearchFacet.objects.filter(total__gt=0).values_list("facet", "value", "total"):
        if facet:
            counts[facet][value] = n
        else:
            total = n
    return total, counts


def lock_totals():
    """Those who change totals do it one after the other; whoever comes here first is first everywhere."""
    everything, _ = SearchFacet.objects.select_for_update().get_or_create(facet="", value="", defaults={"names": ""})
    return everything


def change_totals(everything, before, after):
    """Where practices had these codes, they now have those; `everything` is what `lock_totals` gave."""
    changes = Counter(tally(b"".join(after)) | {everything.pk: len(after)})
    changes.subtract(tally(b"".join(before)) | {everything.pk: len(before)})
    changes = {number: n for number, n in changes.items() if n}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"ids": list(changes), "changes": list(changes.values())})


def place(facet):
    """Where in a row's codes those of a facet stand: (first byte, number of bytes). Of no facet: everywhere."""
    if facet in SINGLE:
        return 1 + 4 * SINGLE.index(facet), 4
    return 1 + 4 * len(SINGLE) * (facet in MANY), 4 * MOST_CODES


def tally(codes):
    """Number → how often it stands in a string of codes."""
    numbers = array("i", bytes(codes))
    if sys.byteorder == "little":
        numbers.byteswap()
    counted = Counter(numbers)
    del counted[0]
    return dict(counted)
