"""Whatever goes wrong, a person reads what happened and where to go, in the language of the address."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from coalition import urls
from tests.factories import published_practice


def answer_with(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("en/suspicious/", answer_with(SuspiciousOperation("on purpose"))),
    path("en/forbidden/", answer_with(PermissionDenied("on purpose"))),
    path("en/broken/", answer_with(RuntimeError("on purpose"))),
    *urls.urlpatterns,
]
handler400, handler500 = urls.handler400, urls.handler500


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def database_away(transactional_db, monkeypatch):
    """The database's address leads nowhere, as when its server is down."""
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        yield
        connection.close()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "410", "413", "429", "500", "503"])
def test_error_pages_need_no_database_and_no_request(code):
    html = render_to_string(f"{code}.html")

    assert "<h1>" in html
    assert 'href="/en/practices/"' in html


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/en/suspicious/", 400, "This request made no sense to us"),
        ("/en/forbidden/", 403, "This door is not yours"),
        ("/en/nowhere/", 404, "This stone is missing"),
        ("/en/broken/", 500, "Something broke on our side"),
    ],
)
def test_each_error_has_its_page(client, address, status, words):
    response = client.get(address)

    assert response.status_code == status
    assert words in response.text
    assert not response.cookies


def test_a_foreign_host_name_gets_a_page(client):
    response = client.get("/en/", headers={"host": "evil.example.com"})

    assert response.status_code == 400
    assert "This request made no sense to us" in response.text


def test_a_form_without_its_token_says_how_nothing_is_lost():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x@example.org"})

    assert response.status_code == 403
    assert "what you typed is still there" in response.text


@pytest.mark.django_db
def test_an_address_for_forms_explains_itself_to_whoever_opens_it(client):
    response = client.get(reverse("practices:revise", args=[1]))

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "Nothing to open here" in response.text


@pytest.mark.django_db
def test_what_was_removed_says_that_it_is_gone(client):
    practice = published_practice()
    practice.public_revision = None
    practice.removed_at = timezone.now()
    practice.save()

    response = client.get(practice.get_absolute_url())

    assert response.status_code == 410
    assert "This stone was taken up" in response.text


def test_a_form_that_is_too_large_says_so(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = client.post(reverse("members:sign"), {"name": "x" * 1001})

    assert response.status_code == 413
    assert "This is too large to carry" in response.text


def test_too_many_files_at_once_are_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1

    response = client.post(
        reverse("members:sign"), {name: SimpleUploadedFile(f"{name}.pdf", b"%PDF") for name in ("one", "two")}
    )

    assert response.status_code == 413
    assert "This is too large to carry" in response.text


def test_too_many_fields_are_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    response = client.post(reverse("members:sign"), {"a": 1, "b": 2, "c": 3})

    assert response.status_code == 413


@pytest.mark.django_db
def test_who_asks_too_often_is_asked_to_rest(client):
    responses = [client.post(reverse("account_login"), {}) for _ in range(31)]

    assert [response.status_code for response in responses] == [200] * 30 + [429]
    assert "That was a lot at once" in responses[-1].text


def test_without_its_database_the_site_asks_for_patience(client, database_away):
    for address in ("practices/", "members/", "declaration/register/", "practices/rennes-limits/"):
        for language in ("en", "fr"):
            response = client.get(f"/{language}/{address}")

            assert response.status_code == 503, response.request
            assert response.headers["Retry-After"] == "60"
            assert f'<html lang="{language}">' in response.text


def test_without_its_database_a_session_and_a_form_meet_the_same_words(client, database_away, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    looked = client.get("/en/workspace/")
    posted = client.post(reverse("account_login"), {"login": "x@example.org", "password": "x"})

    assert (looked.status_code, posted.status_code) == (503, 503)
    assert "We are laying stones" in looked.text
    assert "Retry-After" in posted.headers


def test_without_its_database_the_process_is_alive_but_not_ready(client, database_away):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_once_the_database_is_back_so_is_the_site(client, transactional_db, monkeypatch):
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        assert client.get("/en/practices/").status_code == 503

    assert client.get("/en/practices/").status_code == 200
