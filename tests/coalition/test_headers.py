"""What every answer tells the browser, errors too."""

import pytest
from django.urls import path

from coalition import urls

PROMISES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def fail(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("fails/", fail), *urls.urlpatterns]


def assert_promises_are_kept(response):
    assert PROMISES.items() <= dict(response.headers).items()
    assert response.headers["Permissions-Policy"].startswith("camera=()")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/en/nowhere/", "/nowhere/"])
def test_every_answer_is_guarded(client, address):
    response = client.get(address)

    assert_promises_are_kept(response)


@pytest.mark.urls(__name__)
def test_the_answer_to_our_own_mistake_is_guarded(client):
    client.raise_request_exception = False

    response = client.get("/fails/")

    assert response.status_code == 500
    assert_promises_are_kept(response)


def test_a_foreign_host_name_is_refused_and_guarded(client):
    response = client.get("/healthz", headers={"host": "evil.example.com"})

    assert response.status_code == 400
    assert_promises_are_kept(response)


@pytest.mark.django_db
def test_what_a_known_browser_gets_is_kept_by_no_cache(client, moderator):
    client.force_login(moderator)

    response = client.get("/en/nowhere/")

    assert response.headers["Cache-Control"] == "no-store"


def test_what_a_stranger_gets_may_be_kept(client):
    response = client.get("/en/nowhere/")

    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert response.cookies == {}
