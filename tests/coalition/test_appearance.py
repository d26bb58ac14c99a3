import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def choose(client, **data):
    return client.post(reverse("appearance"), data)


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_choice_holds_on_every_page_without_script(client, choice):
    response = choose(client, appearance=choice, next="/en/about/")

    assert response.url == "/en/about/"
    assert f'data-theme="{choice}"' in client.get(reverse("home")).text
    assert f'data-theme="{choice}"' in client.get("/en/nowhere/").text


def test_a_choice_is_taken_back(client):
    choose(client, appearance="dark")

    choose(client, appearance="device")

    assert "data-theme" not in client.get(reverse("home")).text


@pytest.mark.parametrize("choice", ["", "purple", "dark\r\nSet-Cookie: x=1"])
def test_what_is_no_choice_changes_nothing(client, choice):
    response = choose(client, appearance=choice)

    assert response.url == reverse("home")
    assert not response.cookies


@pytest.mark.parametrize("address", ["https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(client, address):
    response = choose(client, appearance="dark", next=address)

    assert response.url == reverse("home")


def test_a_forged_cookie_is_no_choice(client):
    client.cookies["appearance"] = '"><script>'

    response = client.get(reverse("home"))

    assert "data-theme" not in response.text


def test_pages_for_one_who_chose_may_still_be_kept(client):
    choose(client, appearance="dark")

    response = client.get(reverse("home"))

    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert "Cookie" in response.headers["Vary"]
