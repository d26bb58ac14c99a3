import pytest
from django.urls import reverse

from tests.factories import published_practice

pytestmark = pytest.mark.django_db


def test_a_real_site_has_no_page_of_components(client):
    response = client.get(reverse("styleguide"))

    assert response.status_code == 404


@pytest.mark.parametrize("kind_of_site", ["DEMO", "DEBUG"])
def test_those_who_build_see_every_component(client, settings, kind_of_site):
    setattr(settings, kind_of_site, True)
    published_practice(title="Caretakers who notice")

    page = client.get(reverse("styleguide")).text

    assert "Caretakers who notice" in page
    assert "Castrop-Rauxel" in page
    assert "This field is required." in page
    assert "−69 %" in page
    assert "Each stone stands for 10 of those counted." in page
    assert "9 practices in 8 places" in page
    assert "<ins>in 2020, in the city alone.</ins>" in page
    assert "Boston, Operation Ceasefire" in page
