import pytest
from django.urls import reverse

from practices import search
from tests.factories import MemberFactory, RevisionFactory, ThemeFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggested(client):
    return lambda text: client.get(reverse("practices:suggestions"), {"q": text}).content.decode()


def indexed(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


def test_half_typed_words_find_titles_themes_and_places(suggested):
    theme = ThemeFactory(name="Zeppelin harbours", slug="zeppelins")
    member = MemberFactory(name="Zeppelinville", slug="zeppelinville")
    practice = indexed(title="Zeppelins <b> for all", themes=[theme], member=member)

    page = suggested("zeppel")

    assert 'href="/en/practices/?theme=zeppelins"' in page
    assert 'href="/en/practices/?member=zeppelinville"' in page
    assert f'href="{practice.get_absolute_url()}"' in page
    assert "Zeppelins &lt;b&gt; for all" in page
    assert 'data-status="3 suggestions' in page


def test_a_place_is_suggested_by_its_name_in_another_language(suggested):
    indexed(member=MemberFactory(name="Antwerp", other_names="Anvers"))

    assert "Antwerp" in suggested("anver")


def test_only_what_is_public_is_suggested(suggested):
    RevisionFactory(title="Zeppelins in a draft", practice__member=MemberFactory(name="Zeppelinville"))
    ThemeFactory(name="Zeppelin harbours")
    gone = indexed(title="Zeppelins for all", themes=[ThemeFactory(name="Zeppelin pilots")])
    search.unindex(gone)

    assert "eppelin" not in suggested("zeppel")


def test_there_are_eight_at_most(suggested):
    for n in range(9):
        theme, member = ThemeFactory(name=f"Zeppelins {n}"), MemberFactory(name=f"Zeppelin {n}")
        indexed(title=f"Zeppelins for all {n}", themes=[theme], member=member)

    assert suggested("zeppel").count('role="option"') == 8


@pytest.mark.parametrize("text", ["", "z", " ", "\x00", "%" * 300, "the", "🙂", "-zeppelin", '"', "':*", "a " * 999])
def test_whatever_is_typed_is_no_error(client, text):
    indexed(title="Zeppelins for all")

    assert client.get(reverse("practices:suggestions"), {"q": text}).status_code == 200


def test_a_word_that_says_nothing_is_no_beginning(suggested):
    indexed(title="Lamps ante portas", language="es", themes=[ThemeFactory(name="Ports", name_es="Puertos ante todo")])

    assert 'role="option"' not in suggested("ant")


def test_a_renamed_theme_is_found_by_its_new_name(client):
    theme = ThemeFactory(name="Nightlife")
    practice = indexed(themes=[theme])
    client.force_login(UserFactory(groups=["Editors"], is_staff=True))
    address = reverse("admin:practices_theme_change", args=[theme.pk])
    form = client.get(address).context["adminform"].form
    values = {name: "" if value is None else value for name, value in form.initial.items()}

    client.post(address, values | {"name_en": "Zeppelins", "synonyms": "airships"})

    assert search.find("zeppelins").practices == search.find("airship").practices == [practice]
