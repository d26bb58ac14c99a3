import pytest
from django.urls import reverse

from coalition import weight

pytestmark = pytest.mark.django_db

LIMIT = 150_000


def test_home_page_with_its_fonts_is_light(client):
    weights = weight.of_page(client, reverse("home"))

    assert {"html", "css", "svg", "woff2"} <= set(weights)
    assert sum(weights.values()) < LIMIT


@pytest.mark.parametrize(("letters", "needed"), [("abc", True), ("ł", False), ("ał", True), ("−", True)])
def test_a_font_counts_where_the_page_has_letters_for_it(letters, needed):
    assert weight.covers("src: url(x.woff2); unicode-range: U+0-FF, U+2212;", set(letters)) is needed
