import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from coalition.maps import COLUMNS, INSETS, ROWS, on_plane

FILE = settings.BASE_DIR / "static" / "img" / "land.svg"
FINE = 4  # small stones along the side of a large one
GAP = 0.16  # of a stone
ENOUGH = 0.4  # of a stone is land, then it is laid
ISLAND = 0.04  # an island of this part of a stone's surface, some 120 km², has a stone in any case
NOTE = "Stones of land, laid by `manage.py draw_land` from Natural Earth (public domain)."


class Command(BaseCommand):
    help = (
        "Lay the stones of the maps: static/img/land.svg from a TopoJSON file of Natural Earth's land "
        "(land-50m.json of the npm package world-atlas 2.0.2)."
    )

    def add_arguments(self, parser):
        parser.add_argument("land", type=Path, help="the file land-50m.json")

    def handle(self, *, land, **options):
        polygons = read_polygons(json.loads(land.read_text()))
        paths = draw("land", polygons, on_plane, COLUMNS, ROWS)
        for inset in INSETS:
            near = [rings for rings in polygons if touches(rings[0], inset)]
            paths += draw(inset.code, near, in_inset(inset), int(inset.width) + 1, int(inset.height) + 1)
        FILE.write_text("\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', f"<!-- {NOTE} -->", *paths, "</svg>\n"]))
        self.stdout.write(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


def read_polygons(topology):
    """Lists of rings, the outer one first, as (latitude, longitude)."""
    (scale_x, scale_y), (start_x, start_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((y * scale_y + start_y, x * scale_x + start_x))
        arcs.append(arc)

    def ring(indices):
        return [point for i in indices for point in (arcs[i] if i >= 0 else arcs[~i][::-1])]

    shapes = topology["objects"]["land"]["geometries"]
    return [[ring(indices) for indices in polygon] for shape in shapes for polygon in shape["arcs"]]


def touches(ring, inset):
    return any(inset.covers(*point) for point in ring)


def in_inset(inset):
    """The inset's plane, measured from the corner of its own box."""

    def place(latitude, longitude):
        x, y = inset.project(latitude, longitude)
        return x - inset.x, y - inset.row

    return place


def draw(code, polygons, place, columns, rows):
    """The same land twice: in large stones, and in small ones for those who look closer."""
    flat = [[[place(*point) for point in ring] for ring in rings] for rings in polygons]
    fine = covered(flat, columns, rows, FINE)
    shares = {}
    for column, row in fine:
        stone = column // FINE, row // FINE
        shares[stone] = shares.get(stone, 0) + 1 / FINE**2
    coarse = {stone for stone, share in shares.items() if share >= ENOUGH}
    coarse |= islands(flat, coarse, 1, columns, rows)
    fine |= islands(flat, fine, FINE, columns, rows)
    return [
        group(code, coarse, columns, rows),
        group(f"{code}-fine", fine, columns * FINE, rows * FINE, f' transform="scale({1 / FINE:g})"'),
    ]


def group(code, stones, columns, rows, attributes=""):
    """The land in one colour, and over it the gaps in the colour of the sea: cheaper to draw than single stones."""
    gaps = "".join(f"M0 {row}h{columns}" for row in range(rows + 1))
    gaps += "".join(f"M{column} 0v{rows}" for column in range(columns + 1))
    return (
        f'<g id="{code}"{attributes}><path stroke="none" d="{runs(stones)}"/>'
        f'<path fill="none" stroke-width="{GAP}" d="{gaps}"/></g>'
    )


def covered(polygons, columns, rows, fineness):
    """The small stones whose middle is land: each row is cut by the shores, and what lies between cuts is land."""
    cuts = [[] for _row in range(rows * fineness)]
    for ring in (ring for rings in polygons for ring in rings):
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            first, last = sorted((y1 * fineness, y2 * fineness))
            for row in range(max(0, round(first)), min(len(cuts), round(last))):
                share = ((row + 0.5) / fineness - y1) / (y2 - y1)
                cuts[row].append((x1 + share * (x2 - x1)) * fineness)
    return {
        (column, row)
        for row, xs in enumerate(cuts)
        for start, end in zip(sorted(xs)[::2], sorted(xs)[1::2], strict=True)
        for column in range(max(0, round(start)), min(columns * fineness, round(end)))
    }


def islands(polygons, laid, fineness, columns, rows):
    """One stone for each island that is large enough and would have none."""
    stones = set()
    for outer, *_holes in polygons:
        xs, ys = [x * fineness for x, _y in outer], [y * fineness for _x, y in outer]
        box = range(int(min(xs)), int(max(xs)) + 1), range(int(min(ys)), int(max(ys)) + 1)
        middle = int(sum(xs) / len(xs)), int(sum(ys) / len(ys))
        inside = 0 <= middle[0] < columns * fineness and 0 <= middle[1] < rows * fineness
        if inside and area(xs, ys) >= ISLAND and not any((x, y) in laid for x in box[0] for y in box[1]):
            stones.add(middle)
    return stones


def area(xs, ys):
    """Of a ring, in stones (the shoelace formula)."""
    return abs(sum(xs[i - 1] * ys[i] - xs[i] * ys[i - 1] for i in range(len(xs)))) / 2


def runs(stones):
    """A path around the stones of each row that stand beside each other: `M7 3h2v1h-2z` are two."""
    path = []
    for column, row in sorted(stones, key=lambda stone: (stone[1], stone[0])):
        if path and path[-1][1] == row and path[-1][0] + path[-1][2] == column:
            path[-1][2] += 1
        else:
            path.append([column, row, 1])
    return "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in path)
