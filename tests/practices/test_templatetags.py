from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from practices.models import Image, Outcome, Theme
from practices.templatetags import library


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [
        (Decimal("1240.00"), "people", "en", "1,240"),
        (Decimal("1240.50"), "", "en", "1,240.5"),
        (Decimal("31.00"), "%", "en", "31 %"),
        (Decimal("-0.70"), "", "en", "−0.7"),
        (Decimal("100.00"), "", "fr", "100"),
        (Decimal("0.57"), "", "fr", "0,57"),
    ],
)
def test_a_number_is_written_as_readers_write_it(value, unit, language, text):
    with translation.override(language):
        assert library.figure(value, unit) == text


@pytest.mark.parametrize(
    ("before", "after", "unit", "text"),
    [(65, 20, "", "−69 %"), (524, 947, "", "+81 %"), (31, 78, "%", "+47 points"), (48, 40, "%", "−8 points")],
)
def test_a_change_says_points_where_percentages_are_compared(before, after, unit, text):
    with translation.override("en"):
        assert library.change(Outcome(before=Decimal(before), after=Decimal(after), unit=unit)) == text


def test_a_claim_names_its_unit_its_years_and_its_source():
    outcome = Outcome(unit="cases", begin="2017", end="2020-06", source="Swedish police")

    with translation.override("en"):
        assert library.period_and_source(outcome) == "cases, 2017 to June 2020, Swedish police"


def test_the_ladder_has_five_steps_and_fills_those_that_are_reached():
    with translation.override("en"):
        step = library.evidence_step("evaluated")

    assert (step["label"], step["position"], step["total"]) == ("Evaluated", 3, 5)
    assert (step["reached"].count("M"), step["missing"].count("M")) == (3, 2)


def test_a_narrower_theme_has_the_paving_of_its_broader_one():
    broader = Theme(paving="ports")

    assert library.paving(Theme(parent=broader)) == library.paving(broader) == "ports"
    assert library.paving(None) == "governance"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://[", "//example.org", "", None, 7])
def test_only_addresses_of_the_web_become_links(address):
    assert library.web_address(address) == ""


def test_an_outcome_without_a_figure_says_so():
    with translation.override("en"):
        assert "No figure yet." in render_to_string("components/outcome.html", {"outcome": None})


def test_a_picture_without_variants_is_not_shown():
    assert render_to_string("components/picture.html", {"image": Image(variants={})}).strip() == ""


@pytest.mark.parametrize("template", ["components/cover.html", "components/picture.html"])
def test_a_large_picture_keeps_its_place_in_digits_that_browsers_read(template):
    variants = {"1600": {"width": 1600, "height": 1067}}

    html = render_to_string(template, {"image": Image(variants=variants)})

    assert 'width="1600" height="1067"' in html


def test_a_part_of_a_picture_says_what_must_stay_in_view_and_keeps_its_place():
    variants = {name: {"width": width, "height": width // 2} for name, width in [("320", 320), ("960", 700)]}

    html = render_to_string("components/cover.html", {"image": Image(variants=variants, focus="ne"), "sizes": "8rem"})

    assert 'data-focus="ne"' in html
    assert 'width="700" height="350"' in html
    assert "/320.avif 320w" in html
    assert "/960.avif 700w" in html
