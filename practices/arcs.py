"""The way of an idea on the map: an arc from each practice to those that came of it."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.maps import Map, Pin, View, counted, near_address, project

BEND = 0.2  # how far an arc leaves the straight line, as a share of its length; always to the left of its way


class Arc(NamedTuple):
    """A line in the map's plane, and how it is drawn: "confirmed", "disputed" or only told."""

    path: str
    kind: str


def map_of(lineage, query):
    """The places of a family with arcs between them; None where they are not at least two. `query`: the address's."""
    points, pins, arcs = {}, {}, []
    for stop in lineage.all():
        if not stop.practice or stop.is_repeated:
            continue
        member = stop.practice.member
        if point := project(member.latitude, member.longitude):
            points[stop.practice.pk] = point
            pins.setdefault(member.pk, pin_of(stop, point))
            if stop.is_here:
                pins[member.pk] = pin_of(stop, point)
    for stop in lineage.all():
        for following in stop.stops:
            ends = [points.get(end.practice and end.practice.pk) for end in (stop, following)]
            if all(ends) and ends[0] != ends[1]:
                arcs.append(Arc(bent(*ends), following.descent.state if following.was_asked_about else ""))
    if len(pins) < 2:
        return None
    arrows = ngettext("%d adaptation", "%d adaptations", len(arcs)) % len(arcs)
    return Map(
        list(pins.values()),
        View.read(query.get("near")),
        address=lambda view: near_address(query, view),
        title=_("Map of the places where this idea went"),
        caption=counted(arrows, len(pins)),
        arcs=arcs,
    )


def pin_of(stop, point):
    """The place of a stop; it leads to the practice as far as that is public, else to the place."""
    is_linked = stop.revision and not stop.is_here
    address = stop.practice.get_absolute_url() if is_linked else stop.practice.member.get_absolute_url()
    what = _("this practice") if stop.is_here else stop.revision or _("no longer in the library")
    return Pin(stop.name, f"{stop.name}: {what}", address, point, size=2 if stop.is_here else 1, is_chosen=stop.is_here)


def bent(start, end):
    """An SVG path from one point to another, with a bend that shows which is the first."""
    x = (start.x + end.x) / 2 + (end.y - start.y) * BEND
    y = (start.y + end.y) / 2 - (end.x - start.x) * BEND
    return f"M{start.x:.2f} {start.y:.2f}Q{x:.2f} {y:.2f} {end.x:.2f} {end.y:.2f}"
