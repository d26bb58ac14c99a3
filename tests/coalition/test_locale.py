from django.conf import settings

from coalition import catalogues


def test_every_string_is_translated_into_every_language():
    languages = [code for code, _name in settings.LANGUAGES if code != "en"]

    problems = list(catalogues.problems(settings.BASE_DIR, settings.LOCALE_PATHS[0], languages))

    assert problems == []
