import pytest
from django.core.management import call_command
from django.utils.translation import override

from practices.models import Theme

pytestmark = pytest.mark.django_db


def test_themes_have_two_levels_names_in_seven_languages_and_a_paving():
    call_command("load_themes", verbosity=0)

    theme = Theme.objects.get(slug="recruitment-prevention")
    with override("de"):
        name = theme.parent.name
    assert Theme.objects.top().count() == 11
    assert Theme.objects.count() == 70
    assert name == Theme.objects.get(slug="youth-and-trafficking").name_de != theme.parent.name_en
    assert (theme.paving, theme.parent.paving) == ("youth", "youth")
    assert Theme.objects.get(slug="ports-logistics").paving == "ports"
    assert theme.synonyms


def test_loading_twice_changes_nothing():
    call_command("load_themes", verbosity=0)
    before = list(Theme.objects.order_by("pk").values())

    call_command("load_themes", verbosity=0)

    assert list(Theme.objects.order_by("pk").values()) == before


def test_loading_again_mends_what_was_changed():
    call_command("load_themes", verbosity=0)
    Theme.objects.filter(slug="nightlife").update(name_fr="Rien")

    call_command("load_themes", verbosity=0)

    assert Theme.objects.get(slug="nightlife").name_fr != "Rien"
