"""Model fields for what a practice is made of: terms of a vocabulary, lists of lines, months."""

import re

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from practices.vocabularies import Vocabulary


class TermField(models.CharField):
    """One code of a vocabulary. Its label in the reader's language: `get_<name>_display()`."""

    def __init__(self, *args, vocabulary, **kwargs):
        self.vocabulary = vocabulary
        super().__init__(*args, **{"max_length": 40, "blank": True, "default": ""} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"vocabulary": self.vocabulary}

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        terms = Vocabulary(self.vocabulary)
        setattr(
            cls, f"get_{name}_display", lambda self: terms.label(getattr(self, name)) if getattr(self, name) else ""
        )

    def formfield(self, **kwargs):
        return forms.ChoiceField(
            **{
                "choices": [("", "—"), *Vocabulary(self.vocabulary).choices],
                "required": not self.blank,
                "label": capfirst(self.verbose_name),
                "help_text": self.help_text,
            }
            | kwargs
        )


class TermsField(ArrayField):
    """Several codes of a vocabulary, `most` at most. Their labels: `get_<name>_display()`, a list."""

    def __init__(self, verbose_name=None, *, vocabulary, most=None, **kwargs):
        self.vocabulary, self.most = vocabulary, most
        kwargs.pop("base_field", None)
        super().__init__(
            models.CharField(max_length=40), **{"verbose_name": verbose_name, "blank": True, "default": list} | kwargs
        )

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, args, kwargs | {"vocabulary": self.vocabulary, "most": self.most}

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        terms = Vocabulary(self.vocabulary)
        setattr(cls, f"get_{name}_display", lambda self: [terms.label(code) for code in getattr(self, name)])

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            **{
                "choices": Vocabulary(self.vocabulary).choices,
                "widget": forms.CheckboxSelectMultiple,
                "required": False,
                "label": capfirst(self.verbose_name),
                "help_text": self.help_text,
            }
            | kwargs
        )


class LinesFormField(forms.CharField):
    """A text box with one item on each line."""

    widget = forms.Textarea

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class LinesField(ArrayField):
    """A list of short texts, written one on each line."""

    def __init__(self, verbose_name=None, **kwargs):
        kwargs.pop("base_field", None)
        super().__init__(models.TextField(), **{"verbose_name": verbose_name, "blank": True, "default": list} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, args, kwargs

    def formfield(self, **kwargs):
        return LinesFormField(
            **{"required": False, "label": capfirst(self.verbose_name), "help_text": self.help_text} | kwargs
        )


class MonthFormField(forms.CharField):
    """A month as people type it: 2024-05, 05/2024, 5.2024, or the year alone."""

    def to_python(self, value):
        text = super().to_python(value)
        if typed := re.fullmatch(r"(\d{1,2})[-./ ]{1,2}(\d{4})|(\d{4})[-./ ]{1,2}(\d{1,2})", text):
            month, year = typed[1] or typed[4], typed[2] or typed[3]
            return f"{year}-{month:0>2}"
        return text


class MonthField(models.CharField):
    """A month, or a year where no month is known: ISO 8601 with reduced precision, `2024-05` or `2024`."""

    default_validators = [
        RegexValidator(r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?$", _("Enter a month as year and month, for example 2024-05."))
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 7, "blank": True, "default": ""} | kwargs)

    def formfield(self, **kwargs):
        """One error says it all: the length of what was typed is no second one."""
        return super().formfield(
            **{"form_class": MonthFormField, "max_length": None, "validators": self.default_validators} | kwargs
        )
