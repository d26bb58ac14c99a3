"""A city like mine: which practices come from places that resemble the reader's, and what speaks for and against.

The library knows how many people live in a place and what kind of place it is. Whether a port, a border or tourism
plays a part is read from where and for whom the practice was done.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member
from practices.models import Practice, SearchFacet
from practices.models.practice import CARD
from practices.search.finding import rows_of
from practices.search.reading import any_of, numbered

MOST = 12  # practices that are shown
MOST_WEIGHED = 300  # of each sign of likeness, the newest
MANY = 10**9


class Trait(NamedTuple):
    """What a place may have, and the facet values by which a practice shows that it was done there."""

    label: str
    values: tuple  # ((facet, value), …)


TRAITS = {
    "port": Trait(
        gettext_lazy("a port or an airport"),
        (("setting", "port-airport-logistics"), ("target", "port-logistics-workers"), ("theme", "ports-logistics")),
    ),
    "border": Trait(gettext_lazy("a border nearby"), (("setting", "border-area"), ("theme", "cross-border"))),
    "tourism": Trait(
        gettext_lazy("much tourism or nightlife"), (("setting", "nightlife-venue"), ("setting", "festival-event"))
    ),
    "estates": Trait(gettext_lazy("large housing estates"), (("setting", "housing-estate"),)),
    "rural": Trait(gettext_lazy("countryside around it"), (("setting", "rural-area"), ("theme", "rural-production"))),
}
LIMITS = [0, 50_000, 200_000, 500_000, 1_000_000, MANY]
BANDS = [
    ("0", gettext_lazy("up to 50,000")),
    ("1", gettext_lazy("50,000 to 200,000")),
    ("2", gettext_lazy("200,000 to 500,000")),
    ("3", gettext_lazy("500,000 to 1 million")),
    ("4", gettext_lazy("more than 1 million")),
]

# What a likeness counts.
SAME_SIZE, NEXT_SIZE, SAME_KIND, SAME_TRAIT, OTHER_TRAIT = 2.0, 1.0, 1.0, 2.0, -0.5


class Likeness(NamedTuple):
    """A practice, and in words why it fits the reader's place and where it does not."""

    practice: Practice
    fits: list
    fits_not: list
    worth: float


def like(people="", kind="", has=()):
    """The practices of places like this one, those that resemble it most first."""
    values = {facet_value: name for name, trait in TRAITS.items() for facet_value in trait.values}
    numbers = {
        pk: values[facet, value]
        for pk, facet, value in SearchFacet.objects.filter(
            facet__in={facet for facet, _value in values}, value__in={value for _facet, value in values}
        ).values_list("pk", "facet", "value")
        if (facet, value) in values
    }
    cards = Practice.objects.published().for_cards().only(*CARD, "member__population", "member__kind")
    practices = cards.in_bulk(_candidates(numbers, people, kind, has))
    traits = _traits(practices, numbers)
    found = [compare(practice, traits[pk], people, kind, has) for pk, practice in practices.items()]
    found = [likeness for likeness in found if likeness.worth > 0]
    return sorted(found, key=lambda likeness: (-likeness.worth, -likeness.practice.pk))[:MOST]


def compare(practice, traits, people, kind, has):
    """How a practice fits a place. `traits` are the names of those that it was done with."""
    member, fits, fits_not, worth = practice.member, [], [], 0.0
    band = band_of(member.population)
    if people and band is None:
        fits_not.append(_("We do not know how many people live there."))
    elif people:
        words = {"place": member.name, "people": dict(BANDS)[str(band)]}
        worth += {0: SAME_SIZE, 1: NEXT_SIZE}.get(abs(band - int(people)), 0)
        if band == int(people):
            fits.append(_("%(place)s is of your size: %(people)s inhabitants.") % words)
        elif abs(band - int(people)) == 1:
            fits.append(_("%(place)s is nearly of your size: %(people)s inhabitants.") % words)
        else:
            fits_not.append(_("%(place)s is of another size: %(people)s inhabitants.") % words)
    if kind and member.kind == kind:
        worth += SAME_KIND
        fits.append(_("It was done by the same kind of authority: %(kind)s.") % {"kind": member.get_kind_display()})
    elif kind:
        fits_not.append(_("It was done by another kind of authority: %(kind)s.") % {"kind": member.get_kind_display()})
    for name, trait in TRAITS.items():
        if name in traits and name in has:
            worth += SAME_TRAIT
            fits.append(_("It was made for a place that has %(trait)s, like yours.") % {"trait": trait.label})
        elif name in traits:
            worth += OTHER_TRAIT
            fits_not.append(
                _("It was made for a place that has %(trait)s; you did not say so of yours.") % {"trait": trait.label}
            )
    for name in set(has) - set(traits):
        fits_not.append(_("It does not speak of a place that has %(trait)s.") % {"trait": TRAITS[name].label})
    return Likeness(practice, fits, fits_not, worth)


def band_of(population):
    """The number of the band, or None where nobody knows."""
    if population is None:
        return None
    return next(n for n, limit in enumerate(LIMITS[1:]) if population <= limit)


def _candidates(numbers, people, kind, has):
    """The newest practices of each sign that was asked for."""
    found = set()
    wanted = any_of(numbered([number for number, name in numbers.items() if name in has]))
    if wanted:
        found.update(rows_of(wanted).order_by("-published_at").values_list("pk", flat=True)[:MOST_WEIGHED])
    for places in _places(people, kind):
        newest = rows_of("").filter(practice__member__in=places).order_by("-published_at")
        found.update(newest.values_list("pk", flat=True)[:MOST_WEIGHED])
    return found


def _places(people, kind):
    """The places of about this size, and those of this kind."""
    if people:
        first, last = max(int(people) - 1, 0), min(int(people) + 2, len(BANDS))
        yield Member.objects.filter(population__gt=LIMITS[first], population__lte=LIMITS[last])
    if kind:
        yield Member.objects.filter(kind=kind)


def _traits(practices, numbers):
    """Practice → the traits that its search row has."""
    traits = {pk: set() for pk in practices}
    for number, name in numbers.items():
        rows = rows_of(numbered([number])[0]).filter(pk__in=list(practices))
        for pk in rows.values_list("pk", flat=True):
            traits[pk].add(name)
    return traits
