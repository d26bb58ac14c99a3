"""Maps of our own: Europe paved with stones, the places on it, and what to draw where they would meet.

    latitude, longitude ──project()──▶ Point ──Map(pins, view)──▶ marks ──▶ components/map.html

The plane is Lambert's azimuthal equal-area projection around 52° N 10° E, as in EPSG:3035 but on a sphere: a stone
is as large in Sicily as in Lapland. It is measured in stones of 55 km, columns to the right and rows downwards from
the frame's upper left corner. What lies overseas has an inset in the Atlantic; what lies farther stands on the
frame's edge. Nothing vanishes.

static/img/land.svg holds the stones, made by `manage.py draw_land`. static/js/map.js clusters like `clusters()` and
places names like `Map.name_marks()`, for the width that a map really has.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

EARTH = 6371.0072  # km, the radius of a sphere with the Earth's surface
CENTRE = 52, 10  # degrees north and east
STONE = 55  # km
OVERSEAS_STONE = 70  # km; so that the Azores find room
COLUMNS = ROWS = 75
LEFT, TOP = 33, 41  # stones from the frame's corner to the centre
EDGE = 1  # stones that a place out of the frame keeps from its edge

NOMINAL = 600  # pixels, the width for which a map is drawn before a script knows the real one
MEETING = 28  # pixels; nearer pins would be hard to hit
STONES_APART = 26  # pixels between places that even the nearest view cannot part
DEEPEST = 32  # the nearest view shows a 32nd of the frame's width
FINE_FROM = 3  # from this zoom on, stones are four times smaller


class Point(NamedTuple):
    x: float
    y: float


def azimuthal(latitude, longitude, centre=CENTRE):
    """Kilometres east and south of the centre, equal in area."""
    north, east = math.radians(latitude), math.radians(longitude - centre[1])
    middle = math.radians(centre[0])
    nearness = math.sin(middle) * math.sin(north) + math.cos(middle) * math.cos(north) * math.cos(east)
    scale = EARTH * math.sqrt(2 / max(1 + nearness, 1e-9))
    return Point(
        scale * math.cos(north) * math.sin(east),
        scale * (math.sin(middle) * math.cos(north) * math.cos(east) - math.cos(middle) * math.sin(north)),
    )


class Inset(NamedTuple):
    """A part of Europe overseas, drawn in a box of its own. `row` is where the box begins."""

    code: str
    name: str
    south: float
    west: float
    north: float
    east: float
    row: float

    x = 0.5

    @property
    def width(self):
        return self.reach.x * 2 + 1

    @property
    def height(self):
        return self.reach.y * 2 + 1

    @property
    def corner(self):
        return f"{self.x} {self.row}"

    @property
    def box(self):
        return f"{self.width:.2f}", f"{self.height:.2f}"

    @property
    def centre(self):
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    @property
    def reach(self):
        """Stones from its centre to its sides."""
        corner = azimuthal(self.south, self.east, self.centre)
        return Point(corner.x / OVERSEAS_STONE, corner.y / OVERSEAS_STONE)

    def covers(self, latitude, longitude):
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def project(self, latitude, longitude):
        east, south = azimuthal(latitude, longitude, self.centre)
        return Point(
            self.x + self.width / 2 + east / OVERSEAS_STONE, self.row + self.height / 2 + south / OVERSEAS_STONE
        )


INSETS = [
    Inset("azores", _("Azores"), 36.8, -31.4, 39.9, -24.9, 16.5),
    Inset("madeira", _("Madeira"), 32.3, -17.4, 33.2, -16.2, 24.5),
    Inset("canaries", _("Canary Islands"), 27.5, -18.3, 29.5, -13.3, 29.5),
    Inset("antilles", _("French Antilles"), 14.2, -63.3, 18.3, -60.7, 35.5),
    Inset("guiana", _("French Guiana"), 2.1, -54.7, 5.9, -51.5, 45),
    Inset("reunion", _("Réunion"), -21.5, 55.1, -20.8, 55.95, 54),
    Inset("mayotte", _("Mayotte"), -13.1, 44.9, -12.5, 45.4, 58.5),
]


def inset_of(latitude, longitude):
    return next((inset for inset in INSETS if inset.covers(latitude, longitude)), None)


def on_plane(latitude, longitude):
    """Where it lies, also where that is out of the frame."""
    east, south = azimuthal(latitude, longitude)
    return Point(LEFT + east / STONE, TOP + south / STONE)


def project(latitude, longitude):
    """Where a place stands on the map: in the frame, in an inset or on the frame's edge. None without coordinates."""
    if latitude is None or longitude is None:
        return None
    if inset := inset_of(latitude, longitude):
        return inset.project(latitude, longitude)
    x, y = on_plane(latitude, longitude)
    return Point(min(max(x, EDGE), COLUMNS - EDGE), min(max(y, EDGE), ROWS - EDGE))


@dataclass(frozen=True)
class Pin:
    """A place as a page wants it on its map."""

    name: str
    words: str  # what a screen reader says: "Malmö, 3 practices"
    address: str
    point: Point | None
    size: int = 0  # the largest are named first, and give their name to a cluster
    kind: str = ""  # how the stone looks: "signed", "member", "place"
    is_chosen: bool = False

    @property
    def place(self):
        """Where it stands, as the script reads it."""
        return f"{self.point.x:.3f} {self.point.y:.3f}" if self.point else ""

    @property
    def rank(self):
        return not self.is_chosen, -self.size, self.name, self.address


@dataclass
class Mark:
    """What is drawn at a point: a pin, or a stone with a number for several pins that would meet."""

    pins: list
    point: Point
    pixel: float  # in stones; what is drawn at the point is measured in pixels
    address: str
    words: str
    side: str = ""  # where there is room for the name: "right", "left" or nowhere

    @property
    def pin(self):
        return self.pins[0]

    @property
    def is_cluster(self):
        return len(self.pins) > 1

    @property
    def is_chosen(self):
        return self.pin.is_chosen

    @property
    def gap(self):
        """Pixels from the point to its name."""
        return 14 if self.is_cluster else 10

    @property
    def name_x(self):
        return self.gap if self.side == "right" else -self.gap

    @property
    def transform(self):
        return f"translate({self.point.x:.3f} {self.point.y:.3f}) scale({self.pixel:.5f})"


@dataclass(frozen=True)
class View:
    """The part of the frame that is shown: around a point, so many times nearer than the whole."""

    x: float = COLUMNS / 2
    y: float = ROWS / 2
    zoom: float = 1

    @classmethod
    def read(cls, text):
        """From an address (`37.5,12,4`); the whole frame where that says nothing sensible."""
        try:
            x, y, zoom = (float(part) for part in text.split(","))
        except (AttributeError, ValueError):
            return cls()
        return cls.around(x, y, zoom) if all(map(math.isfinite, (x, y, zoom))) else cls()

    @classmethod
    def around(cls, x, y, zoom):
        """The view nearest to what is asked that shows nothing beyond the frame."""
        zoom = min(max(zoom, 1), DEEPEST)
        reach = COLUMNS / zoom / 2
        return cls(min(max(x, reach), COLUMNS - reach), min(max(y, reach), ROWS - reach), zoom)

    @classmethod
    def over(cls, points, closer_than):
        """The nearest view that shows all the points, twice as near as another view at least."""
        xs, ys = [point.x for point in points], [point.y for point in points]
        extent = max(max(xs) - min(xs), max(ys) - min(ys), COLUMNS / DEEPEST / 2)
        fitting = 2 ** math.floor(math.log2(COLUMNS * 0.75 / extent))
        return cls.around((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, max(fitting, closer_than.zoom * 2))

    def __str__(self):
        return "" if self.zoom == 1 else f"{self.x:.2f},{self.y:.2f},{self.zoom:g}"

    @property
    def size(self):
        return COLUMNS / self.zoom

    @property
    def box(self):
        return f"{self.x - self.size / 2:.3f} {self.y - self.size / 2:.3f} {self.size:.3f} {self.size:.3f}"

    @property
    def pixel(self):
        """A nominal pixel, in stones."""
        return self.size / NOMINAL

    @property
    def place(self):
        """As the script reads it."""
        return f"{self.x:.3f} {self.y:.3f} {self.zoom:g}"

    @property
    def is_whole(self):
        return self.zoom == 1

    @property
    def is_nearest(self):
        return self.zoom == DEEPEST

    def zoomed(self, factor):
        return View.around(self.x, self.y, self.zoom * factor)

    def shows(self, point):
        return max(abs(point.x - self.x), abs(point.y - self.y)) <= self.size / 2


def clusters(pins, distance):
    """Pins in groups: each joins the first group whose largest pin is nearer than the distance."""
    groups = []
    for pin in sorted(pins, key=lambda pin: pin.rank):
        home = next((group for group in groups if math.dist(group[0].point, pin.point) < distance), None)
        if home:
            home.append(pin)
        else:
            groups.append([pin])
    return groups


def cluster_of_places(places, name, count):
    """What a cluster is called where practices do not matter."""
    return _("Around %(name)s: %(places)s places") % {"places": places, "name": name}


def counted(what, places, without=0):
    """What a map shows, in words: “7 practices in 3 places”, “in 3 of 5 places” where two are without any."""
    total = places + without
    if not total:
        return _("No place to show")
    if without:
        there = ngettext("%(some)s of %(count)s place", "%(some)s of %(count)s places", total)
    else:
        there = ngettext("%(count)s place", "%(count)s places", total)
    return _("%(what)s in %(places)s") % {"what": what, "places": there % {"some": places, "count": total}}


@dataclass
class Map:
    """A part of Europe with its pins, ready to be drawn.

    `address` gives the address that shows a View; `cluster_words` says how many places around which name a cluster
    stands for, and the sum of their sizes.
    """

    pins: list
    view: View
    address: Callable = lambda view: ""
    title: str = ""
    caption: str = ""  # how much there is on it
    cluster_words: Callable = cluster_of_places
    arcs: list = field(default_factory=list)  # lines between places: each with a `path` in stones and a `kind`
    marks: list = field(init=False)

    def __post_init__(self):
        shown = [pin for pin in self.placed if self.view.shows(pin.point)]
        marks = [mark for group in clusters(shown, MEETING * self.view.pixel) for mark in self.marks_of(group)]
        self.name_marks(marks)
        self.marks = sorted(marks, key=lambda mark: (mark.point.y, mark.point.x))  # read from the north

    @property
    def placed(self):
        return [pin for pin in self.pins if pin.point]

    @property
    def unplaced(self):
        return [pin for pin in self.pins if not pin.point]

    @property
    def kinds(self):
        return {pin.kind for pin in self.placed}

    @property
    def arc_kinds(self):
        return {arc.kind for arc in self.arcs}

    @property
    def land(self):
        return "land-fine" if self.view.zoom >= FINE_FROM else "land"

    @property
    def insets(self):
        """Those with a pin in them: the sea looks better without empty boxes."""
        return [inset for inset in INSETS if any(in_box(pin.point, inset) for pin in self.placed)]

    @property
    def cluster_pattern(self):
        """A cluster's words with {places}, {name} and {count} in the place of its own, for the script."""
        return self.cluster_words("{places}", "{name}", "{count}")

    @property
    def nearer(self):
        return "" if self.view.is_nearest else self.address(self.view.zoomed(2))

    @property
    def farther(self):
        return "" if self.view.is_whole else self.address(self.view.zoomed(1 / 2))

    @property
    def whole(self):
        return "" if self.view.is_whole else self.address(View())

    def marks_of(self, group):
        """A cluster is one mark that leads nearer; in the nearest view its pins stand side by side."""
        pixel = self.view.pixel
        if len(group) == 1 or self.view.is_nearest:
            return [
                Mark([pin], point, pixel, pin.address, pin.words)
                for pin, point in zip(group, side_by_side(group, STONES_APART * pixel), strict=True)
            ]
        there = View.over([pin.point for pin in group], self.view)
        words = self.cluster_words(len(group), group[0].name, sum(pin.size for pin in group))
        return [Mark(group, group[0].point, pixel, self.address(there), words)]

    def name_marks(self, marks):
        """Write as many names as find room, those of the largest first."""
        left, right = self.view.x - self.view.size / 2, self.view.x + self.view.size / 2
        taken = [stone_box(mark) for mark in marks]
        for mark in sorted(marks, key=lambda mark: mark.pin.rank):
            for side in ("right", "left"):
                box = name_box(mark, side)
                inside = left <= box[0] and box[2] <= right
                if inside and not any(overlap(box, other) for other in taken):
                    mark.side = side
                    taken.append(box)
                    break


def in_box(point, inset):
    return 0 <= point.x - inset.x <= inset.width and 0 <= point.y - inset.row <= inset.height


def side_by_side(group, step):
    """Points in a square around the first pin, so that each can be hit."""
    columns = math.ceil(math.sqrt(len(group)))
    x, y = group[0].point
    return [Point(x + n % columns * step, y + n // columns * step) for n in range(len(group))]


def stone_box(mark):
    reach = (12 if mark.is_cluster else 8) * mark.pixel
    return mark.point.x - reach, mark.point.y - reach, mark.point.x + reach, mark.point.y + reach


def name_box(mark, side):
    """Where a name would be written; a letter is some 6.7 pixels wide."""
    gap, width = mark.gap * mark.pixel, (len(mark.pin.name) * 6.7 + 4) * mark.pixel
    start = mark.point.x + gap if side == "right" else mark.point.x - gap - width
    return start, mark.point.y - 8 * mark.pixel, start + width, mark.point.y + 8 * mark.pixel


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def near_address(query, view):
    """The present address, its query a QueryDict, with another part of the map."""
    query = query.copy()
    query.pop("near", None)
    if not view.is_whole:
        query["near"] = str(view)
    return f"?{query.urlencode()}#map"
