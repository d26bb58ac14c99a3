"""Which public practices are close to another: those that share its themes."""

import itertools

from practices.models import Practice, RevisionTheme, SearchFacet
from practices.search.finding import rows_of
from practices.search.reading import all_of, any_of, numbered

MOST_THEMES = 6  # of a text, in its order; of more, no combinations are tried


def close_to(practice, revision=None, most=3):
    """The numbers of public practices that share themes with it (with this text of it, else the public one).

    Those that share most come first, the newest first among equals.
    """
    text = practice.public_revision_id if revision is None else revision.pk
    uses = RevisionTheme.objects.filter(content_object=text).order_by("position")
    slugs = uses.values_list("tag__slug", flat=True)[:MOST_THEMES]
    facets = SearchFacet.objects.filter(facet="theme", value__in=list(slugs), total__gt=0)
    themes = [numbered([number])[0] for number in facets.order_by("pk").values_list("pk", flat=True)]
    found = []
    for shared in range(len(themes), 0, -1):
        some = any_of(all_of(together) for together in itertools.combinations(themes, shared))
        newest = rows_of(some).exclude(pk__in=[practice.pk, *found]).order_by("-published_at", "-practice")
        found += newest.values_list("pk", flat=True)[: most - len(found)]
        if len(found) == most:
            break
    return found


def close_practices(practice, revision=None, most=3):
    """The same as practices with all that a card shows, in that order."""
    numbers = close_to(practice, revision, most)
    found = Practice.objects.published().for_cards().in_bulk(numbers)
    return [found[pk] for pk in numbers if pk in found]
