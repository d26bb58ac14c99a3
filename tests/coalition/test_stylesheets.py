import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from coalition.stylesheets import SHEETS, bundled

MOST_BYTES = 45_000
MOST_BYTES_COMPRESSED = 12_000


@pytest.fixture
def collected(settings, tmp_path):
    """Static files as a server has them."""
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "coalition.stylesheets.BundlingStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_a_reader_fetches_one_sheet(collected):
    [sheet] = (collected / "css").glob("main.*.css")
    css = sheet.read_text()

    assert "@import" not in css
    assert "@layer components{.plate" in css.replace(" {", "{")
    assert "@media print{@layer utilities{" in css.replace(" {", "{")


def test_what_is_said_of_the_parts_of_a_thing_is_not_said_of_the_thing(collected):
    [sheet] = (collected / "css").glob("main.*.css")
    css = sheet.read_text()

    assert ".table *:is(th,td)" in css
    assert ".table:is(" not in css


def test_addresses_in_a_bundle_lead_to_files_with_hashed_names(collected):
    [sheet] = (collected / "css").glob("main.*.css")
    css = sheet.read_text()

    fonts = {part.partition('"')[0].partition(")")[0] for part in css.split("../fonts/")[1:]}
    assert len(fonts) == 8
    assert all((collected / "fonts" / font).exists() for font in fonts)


@pytest.mark.parametrize("further", SHEETS[1:])
def test_the_sheets_of_a_page_are_light(further):
    css = "".join(bundled(Path(finders.find(sheet))) for sheet in [SHEETS[0], further]).encode()

    assert len(css) <= MOST_BYTES
    assert len(gzip.compress(css)) <= MOST_BYTES_COMPRESSED


def test_no_page_needs_more_than_two_sheets(settings):
    sheets = set(SHEETS[1:])
    named = {
        template: [sheet for sheet in sheets if sheet in template.read_text()]
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
    }

    assert {sheet for found in named.values() for sheet in found} == sheets
    assert all(len(found) <= 1 for template, found in named.items() if template.name != "styleguide.html")
