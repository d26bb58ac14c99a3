"""How words are compared everywhere: lower case, without accents (the database's own `fold`)."""

from django.conf import settings
from django.db import models


class Fold(models.Func):
    """`fold(text)`, the IMMUTABLE function that the first migration creates."""

    function = "fold"
    output_field = models.TextField()


def languages():
    """The interface languages as choices; a function, so that a new one changes no migration."""
    return settings.LANGUAGES
