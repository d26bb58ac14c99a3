"""The plane of our maps, what meets on it, and that nothing vanishes from it."""

import itertools
import json
import math
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import QueryDict

from coalition.management.commands import draw_land
from coalition.maps import (
    CENTRE,
    COLUMNS,
    DEEPEST,
    INSETS,
    LEFT,
    MEETING,
    ROWS,
    STONE,
    TOP,
    Map,
    Pin,
    View,
    azimuthal,
    clusters,
    counted,
    inset_of,
    near_address,
    project,
)

PLACES = json.loads((settings.BASE_DIR / "members/data/demo_places.json").read_text())["members"]
OVERSEAS = {  # latitude, longitude
    "azores": (37.74, -25.67),
    "madeira": (32.65, -16.91),
    "canaries": (28.12, -15.43),
    "antilles": (14.61, -61.07),
    "guiana": (4.93, -52.33),
    "reunion": (-20.88, 55.45),
    "mayotte": (-12.78, 45.23),
}


def pin(name, latitude=48.0, longitude=7.0, **fields):
    return Pin(name, f"{name} in words", f"/{name}/", project(latitude, longitude), **fields)


def many_pins():
    return [pin(place["id"], place["lat"], place["lon"]) for place in PLACES]


def shown(drawn):
    return sorted(one.name for mark in drawn.marks for one in mark.pins)


# --- the plane ---


@pytest.mark.parametrize(
    ("place", "easting", "northing"),  # of EPSG:3035, in km
    [
        ((52.0, 10.0), 4321, 3210),
        ((48.8534, 2.3488), 3760.6, 2889.2),  # Paris
        ((37.9838, 23.7278), 5525.0, 1767.0),  # Athens
    ],
)
def test_the_plane_is_that_of_epsg_3035(place, easting, northing):
    east, south = azimuthal(*place)

    assert (4321 + east, 3210 - south) == pytest.approx((easting, northing), abs=15)


def test_the_centre_stands_where_the_module_says():
    assert project(*CENTRE) == (LEFT, TOP)


def test_a_stone_is_as_large_in_the_south_as_in_the_north():
    def stones(latitude, longitude, step=0.1):
        """Of a small square of degrees, divided by what it covers on a sphere."""
        a, b = azimuthal(latitude, longitude), azimuthal(latitude, longitude + step)
        c = azimuthal(latitude + step, longitude)
        area = abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / STONE**2
        return area / math.cos(math.radians(latitude + step / 2))

    assert stones(36.5, 15) == pytest.approx(stones(69, 25), rel=0.01)


def test_every_demo_place_stands_in_the_frame_itself():
    points = [project(place["lat"], place["lon"]) for place in PLACES]

    assert len(points) == 119
    assert all(1 < point.x < COLUMNS - 1 and 1 < point.y < ROWS - 1 for point in points)


@pytest.mark.parametrize("code", OVERSEAS)
def test_what_lies_overseas_stands_in_an_inset_inside_the_frame(code):
    inset, point = inset_of(*OVERSEAS[code]), project(*OVERSEAS[code])

    assert inset.code == code
    assert inset.x < point.x < inset.x + inset.width
    assert inset.row < point.y < inset.row + inset.height
    assert inset.row + inset.height < ROWS


def test_insets_do_not_meet():
    rows = sorted((inset.row, inset.row + inset.height) for inset in INSETS)

    assert all(end < start for (_, end), (start, _) in itertools.pairwise(rows))


@pytest.mark.parametrize("place", [(41.69, 44.8), (78.2, 15.6), (40.7, -74.0), (-41.3, 174.8)])
def test_what_lies_farther_stands_on_the_edge(place):
    x, y = project(*place)

    assert {x, y} & {1, COLUMNS - 1}
    assert 1 <= x <= COLUMNS - 1
    assert 1 <= y <= ROWS - 1


def test_a_place_without_coordinates_has_no_point():
    assert project(None, 7.0) is None


# --- views ---


@pytest.mark.parametrize("text", [None, "", "a,b,c", "1,2", "nan,1,2", "inf,inf,inf", "1,2,3,4", "\x00"])
def test_an_odd_view_is_the_whole_map(text):
    assert View.read(text) == View()


@pytest.mark.parametrize("text", ["-500,9999,4", "0,0,1e9", "5,5,-3"])
def test_a_view_never_leaves_the_frame(text):
    view = View.read(text)

    x, y, size, _ = (float(number) for number in view.box.split())
    assert 0 <= x <= x + size <= COLUMNS + 0.01
    assert 0 <= y <= y + size <= ROWS + 0.01
    assert 1 <= view.zoom <= DEEPEST


def test_a_view_is_read_as_it_was_written():
    view = View.around(30.5, 40.25, 8)

    assert View.read(str(view)) == view


def test_another_part_of_the_map_keeps_the_rest_of_the_address():
    query = QueryDict("theme=ports&theme=care&q=x&near=1,2,3")

    assert near_address(query, View()) == "?theme=ports&theme=care&q=x#map"
    assert near_address(query, View.around(30, 40, 2)) == "?theme=ports&theme=care&q=x&near=30.00%2C40.00%2C2#map"


# --- what meets ---


@pytest.mark.parametrize("zoom", [1, 2, 4, 8, 16, DEEPEST])
def test_no_place_is_lost_and_no_stones_meet(zoom):
    view = View.around(26, 41, zoom)

    drawn = Map(many_pins(), view)

    assert shown(drawn) == sorted(one.name for one in drawn.pins if view.shows(one.point))
    if zoom < DEEPEST:
        points = [mark.point for mark in drawn.marks]
        assert all(math.dist(a, b) >= MEETING * view.pixel for n, a in enumerate(points) for b in points[:n])


def test_the_whole_map_shows_every_place():
    drawn = Map(many_pins(), View())

    assert len(shown(drawn)) == 119
    assert len(drawn.marks) < 119


def test_opening_clusters_leads_to_every_place():
    """Each cluster leads nearer, until it has come apart."""
    views, alone = [View()], set()
    while views:
        drawn = Map(many_pins(), views.pop(), address=lambda view: view)
        alone |= {mark.pin.name for mark in drawn.marks if not mark.is_cluster}
        nearer = [mark.address for mark in drawn.marks if mark.is_cluster]
        assert all(view.zoom > drawn.view.zoom for view in nearer)
        assert all(view.shows(one.point) for m in drawn.marks if m.is_cluster for view in [m.address] for one in m.pins)
        views += nearer

    assert len(alone) == 119


def test_a_cluster_is_called_after_its_largest_place():
    pins = [pin("Small", 45.46, 9.19, size=1), pin("Milan", 45.47, 9.2, size=4)]

    (mark,) = Map(pins, View()).marks

    assert (mark.is_cluster, mark.pin.name, mark.words) == (True, "Milan", "Around Milan: 2 places")


def test_the_chosen_place_is_not_hidden_behind_a_larger_one():
    pins = [pin("Large", size=9), pin("Chosen", size=1, is_chosen=True), pin("Far", 60, 25)]

    assert clusters(pins, 1)[0][0].name == "Chosen"


def test_places_at_the_same_point_stand_side_by_side_in_the_nearest_view():
    pins = [pin(name) for name in ("A", "B", "C")]

    drawn = Map(pins, View.around(*pins[0].point, DEEPEST))

    assert [mark.is_cluster for mark in drawn.marks] == [False] * 3
    assert len({mark.point for mark in drawn.marks}) == 3


def test_stones_are_reached_from_the_north_to_the_south():
    drawn = Map([pin("Rome", 41.9, 12.5), pin("Oslo", 59.9, 10.7), pin("Bern", 46.9, 7.4)], View())

    assert [mark.pin.name for mark in drawn.marks] == ["Oslo", "Bern", "Rome"]


def test_names_overlap_neither_stones_nor_each_other_nor_the_frame():
    drawn = Map(many_pins(), View())

    named = [mark for mark in drawn.marks if mark.side]
    assert len(named) > 15
    for n, mark in enumerate(named):
        width = (len(mark.pin.name) * 6.7 + 4) * mark.pixel
        start = mark.point.x + mark.name_x * mark.pixel - (width if mark.side == "left" else 0)
        assert start >= 0
        assert start + width <= COLUMNS
        for other in named[:n]:
            other_width = (len(other.pin.name) * 6.7 + 4) * other.pixel
            other_start = other.point.x + other.name_x * other.pixel - (other_width if other.side == "left" else 0)
            beside = start >= other_start + other_width or other_start >= start + width
            assert beside or abs(mark.point.y - other.point.y) >= 16 * mark.pixel


def test_an_inset_is_drawn_where_somebody_is_in_it():
    here, overseas = pin("Rennes", 48.1, -1.7), pin("Las Palmas", *OVERSEAS["canaries"])

    assert Map([here], View()).insets == []
    assert [inset.code for inset in Map([here, overseas], View()).insets] == ["canaries"]


def test_a_place_without_coordinates_is_told_apart_not_drawn():
    nowhere = pin("A network", None, None)

    drawn = Map([pin("Rennes"), nowhere], View())

    assert shown(drawn) == ["Rennes"]
    assert nowhere.place == ""


# --- the stones ---


@pytest.fixture
def square(tmp_path):
    """A TopoJSON file with one square of land around the centre, and one tiny island."""
    square = [[90, 500], [20, 0], [0, 40], [-20, 0], [0, -40]]  # longitude and latitude in tenths of degrees
    island = [[23, 480], [2, 0], [0, 2], [-2, 0], [0, -2]]
    topology = {
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "arcs": [square, island],
        "objects": {"land": {"geometries": [{"arcs": [[[0]], [[1]]]}]}},
    }
    file = tmp_path / "land.json"
    file.write_text(json.dumps(topology))
    return file


def test_land_is_laid_in_large_and_in_small_stones(square, tmp_path, monkeypatch):
    monkeypatch.setattr(draw_land, "FILE", tmp_path / "land.svg")

    call_command("draw_land", square, verbosity=0)

    svg = (tmp_path / "land.svg").read_text()
    assert '<g id="land"><path stroke="none" d="M' in svg
    assert 'id="land-fine"' in svg
    assert all(f'id="{inset.code}"' in svg for inset in INSETS)


def test_an_island_too_small_for_a_stone_has_one_in_any_case(square):
    polygons = draw_land.read_polygons(json.loads(square.read_text()))

    coarse, _fine = draw_land.draw("land", polygons, project, COLUMNS, ROWS)

    x, y = project(48.1, 2.4)
    assert f"M{int(x)} {int(y)}h1" in coarse


def test_the_stones_that_are_shipped_hold_the_places_that_we_know():
    land = (settings.BASE_DIR / "static/img/land.svg").read_text()
    path = land.split('id="land"')[1].split('d="')[1].split('"')[0]
    stones = set()
    for run in re.findall(r"M(\d+) (\d+)h(\d+)", path):
        column, row, length = map(int, run)
        stones |= {(column + n, row) for n in range(length)}

    def nearest(place):
        x, y = project(place["lat"], place["lon"])
        return min(math.dist((x, y), (column + 0.5, row + 0.5)) for column, row in stones)

    assert {place["id"] for place in PLACES if nearest(place) > 1.2} == set()
    assert nearest({"lat": 35.9, "lon": 14.45}) < 1  # Malta
    assert nearest({"lat": 35.1, "lon": 33.3}) < 1  # Cyprus


# --- what it says above ---


@pytest.mark.parametrize(
    ("places", "without", "words"),
    [
        (0, 0, "No place to show"),
        (1, 0, "7 practices in 1 place"),
        (3, 0, "7 practices in 3 places"),
        (3, 2, "7 practices in 3 of 5 places"),
        (0, 1, "7 practices in 0 of 1 place"),
    ],
)
def test_a_map_says_how_much_is_on_it(places, without, words):
    assert counted("7 practices", places, without) == words
