import pytest

pytestmark = pytest.mark.browser


def test_the_site_is_alive(any_page):
    any_page.goto("/healthz")

    assert any_page.inner_text("body").strip() == "ok"


def test_the_home_page_opens_for_everybody(any_page):
    response = any_page.goto("/")

    assert response.status == 200
    assert any_page.url.endswith("/en/")
    assert any_page.get_by_role("heading", level=1).count() == 1
