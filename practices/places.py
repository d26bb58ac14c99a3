"""The map of the catalogue: the places of everything that a search found, and what one of them does."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.maps import Map, Pin, View, counted, near_address, project
from members.models import Member
from practices import search
from practices.models import Practice

MOST_SHOWN = 10  # practices of the chosen place; the list has them all


class CataloguePlaces:
    """The places of the whole result, not of a page only: `found` for each says how many practices were found there.

    `catalogue` is a CatalogueFilter that has found something.
    """

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.members = list(self.found_members())
        slug = catalogue.data.get("place")
        self.chosen = next((member for member in self.members if member.slug == slug), None)
        for member in self.members:
            member.pin = self.pin(member)

    def rows(self):
        return search.rows(self.catalogue.results.query, self.catalogue.chosen)

    def found_members(self):
        found = Member.objects.filter(practices__search_row__in=self.rows())
        return found.annotate(found=Count("practices")).order_by("-found", "name")

    def pin(self, member):
        return Pin(
            name=member.name,
            words=ngettext("%(name)s, %(count)s practice", "%(name)s, %(count)s practices", member.found)
            % {"name": member.name, "count": member.found},
            address=f"{self.catalogue.address(place=member.slug)}#chosen",
            point=project(member.latitude, member.longitude),
            size=member.found,
            is_chosen=member == self.chosen,
        )

    @property
    def map(self):
        return Map(
            pins=[member.pin for member in self.members],
            view=View.read(self.catalogue.data.get("near")),
            address=lambda view: near_address(self.catalogue.data, view),
            title=_("Map of the places with practices"),
            caption=practices_in([member.pin for member in self.members]),
            cluster_words=cluster_words,
        )

    @property
    def practices(self):
        """Those of the chosen place, the newest first."""
        theirs = Practice.objects.published().filter(search_row__in=self.rows(), member=self.chosen)
        return theirs.for_cards().order_by("-first_published_at", "-pk")[:MOST_SHOWN]

    @property
    def all_of_chosen(self):
        """The list of everything that was found there."""
        return self.catalogue.address(member=self.chosen.slug, view=None, place=None, near=None)

    @property
    def largest(self):
        """What is read at once; the others are one press away."""
        return self.members[:MOST_SHOWN]

    @property
    def others(self):
        return self.members[MOST_SHOWN:]


def practices_in(pins):
    """How many practices in how many places, in words, for pins as large as their practices are many."""
    sizes = [pin.size for pin in pins]
    count = sum(sizes)
    practices = ngettext("%(count)s practice", "%(count)s practices", count) % {"count": count}
    return counted(practices, len(sizes) - sizes.count(0), without=sizes.count(0))


def cluster_words(places, name, count):
    return _("Around %(name)s: %(places)s places, %(count)s practices") % {
        "count": count,
        "places": places,
        "name": name,
    }
