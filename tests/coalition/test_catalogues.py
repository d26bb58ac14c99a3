"""On a small site of its own: a folder with one module and one template."""

import gettext

import pytest
from babel.messages import pofile
from django.core.management import CommandError, call_command

from coalition import catalogues

MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

_("Publish")
ngettext("%(count)s city", "%(count)s cities", 2)
pgettext_lazy("month", "May")
"""
PAGE = """
    <p>It's (
{% blocktranslate trimmed %}
  Read {{ name }}
{% endblocktranslate %}
  </p>
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "practices").mkdir()
    (tmp_path / "practices" / "views.py").write_text(MODULE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_views.py").write_text('_("Never shown")')
    return tmp_path


@pytest.fixture
def locale(site):
    return site / "locale"


def po(locale):
    return locale / "fr" / "LC_MESSAGES" / "django.po"


def translate(locale, words, translation):
    with po(locale).open("rb") as file:
        catalogue = pofile.read_po(file, locale="fr")
    [message] = (message for message in catalogue if message.id == words)
    message.string = translation
    with po(locale).open("wb") as file:
        pofile.write_po(file, catalogue)


def test_modules_and_templates_are_read_and_tests_are_not(site, locale):
    catalogues.update(site, locale, ["fr"])

    with po(locale).open("rb") as file:
        words = [message.id for message in pofile.read_po(file) if message.id]
    assert sorted(map(str, words)) == sorted(
        ["Publish", "('%(count)s city', '%(count)s cities')", "May", "Read %(name)s"]
    )


def test_translations_survive_an_update_and_old_ones_go(site, locale):
    catalogues.update(site, locale, ["fr"])
    translate(locale, "Publish", "Publier")
    (site / "templates" / "page.html").write_text("No words")

    catalogues.update(site, locale, ["fr"])

    text = po(locale).read_text()
    assert 'msgstr "Publier"' in text
    assert "Read" not in text


def test_untranslated_strings_are_named(site, locale):
    problems = list(catalogues.problems(site, locale, ["fr"]))

    assert "fr: not translated: 'Publish'" in problems
    assert len(problems) == 4


def test_a_translation_with_another_placeholder_is_named(site, locale):
    catalogues.update(site, locale, ["fr"])
    translate(locale, "Read %(name)s", "Lire %(nom)s")

    problems = list(catalogues.problems(site, locale, ["fr"]))

    assert "fr: other placeholders than the English: 'Read %(name)s'" in problems


def test_compiled_catalogues_are_read_by_gettext(site, locale):
    catalogues.update(site, locale, ["fr"])
    translate(locale, "Publish", "Publier")

    catalogues.compile_all(locale)
    catalogues.compile_all(locale)

    french = gettext.translation("django", locale, ["fr"])
    assert french.gettext("Publish") == "Publier"


def test_the_command_updates_checks_and_compiles(site, locale, settings, monkeypatch):
    monkeypatch.setattr("coalition.management.commands.catalogues.LOCALE", locale)
    settings.BASE_DIR, settings.LANGUAGES = site, [("en", "English"), ("fr", "Français")]
    call_command("catalogues")
    with pytest.raises(CommandError, match="4 strings need a translator"):
        call_command("catalogues", "--check")
    for words in ["Publish", "May", "Read %(name)s"]:
        translate(locale, words, words)
    translate(locale, ("%(count)s city", "%(count)s cities"), ("%(count)s ville", "%(count)s villes"))

    call_command("catalogues", "--check")
    call_command("catalogues", "--compile")

    assert po(locale).with_suffix(".mo").exists()
