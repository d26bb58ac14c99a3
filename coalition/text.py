"""How words are compared everywhere (the database's own `fold`), and what languages are called."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language_info


class Fold(models.Func):
    """`fold(text)`, the IMMUTABLE function that the first migration creates."""

    function = "fold"
    output_field = models.TextField()


def languages():
    """The interface languages as choices; a function, so that a new one changes no migration."""
    return settings.LANGUAGES


def language_name(code):
    """A language in its own words: `fr` is Français; a code that nobody knows stays as it is."""
    try:
        return get_language_info(code)["name_local"].capitalize()
    except KeyError:
        return code
