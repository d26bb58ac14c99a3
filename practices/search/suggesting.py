"""What is offered while somebody types: themes and places that are called so, practices with such a title."""

from django.db import connection
from django.db.models import F, Value

from members.models import Member
from practices.models import Practice, SearchRow, Theme
from practices.search.finding import Matches
from practices.search.reading import all_of, any_of, understand

MOST_NAMED, MOST_TITLED = 2, 4  # of each kind: themes and places; practices
FEWEST_LETTERS = 2

NAMED = """
SELECT value FROM (
    SELECT f.value, f.total, min(n.size) AS size
    FROM practices_searchname n JOIN practices_searchfacet f ON f.id = n.facet_id
    WHERE f.facet = %s AND f.total > 0 AND n.doc @@ %s::tsquery GROUP BY f.id
) named ORDER BY size, total DESC, value LIMIT %s
"""


def suggest(text, language="en"):
    """(themes, members, practices) for words of which the last one may be half typed."""
    terms = understand(text, language).wanted
    if not terms or len(text.strip()) < FEWEST_LETTERS:
        return [], [], []
    named = all_of(_name(term) for term in terms[:-1])
    named = all_of([named, _begun(_name(terms[-1]), terms[-1].words[-1])])
    titled = all_of([*(term.title for term in terms[:-1]), _begun(terms[-1].title, f"^{terms[-1].words[-1]}")])
    themes = _in_order(Theme.objects.all(), _named("theme", named))
    members = _in_order(Member.objects.all(), _named("member", named))
    return themes, members, _titled(titled)


def _name(term):
    return all_of(any_of(f"'{stem}'" for stem in stems) for stems in term.name_stems)


def _begun(raw, word):
    """As it is, or as the beginning of a longer word."""
    return any_of([raw, f"'{word}':*"])


def _named(facet, raw):
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [facet, raw, MOST_NAMED])
        return [slug for (slug,) in cursor]


def _in_order(objects, slugs):
    found = {thing.slug: thing for thing in objects.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def _titled(raw):
    newest = SearchRow.objects.filter(Matches(F("doc"), Value(raw))).order_by("-published_at", "-practice")
    ids = list(newest.values_list("pk", flat=True)[:MOST_TITLED])
    practices = Practice.objects.published().select_related("member", "public_revision")
    practices = practices.only("slug", "member__name", "public_revision__title", "public_revision__language")
    found = practices.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
