"""What several forms let somebody choose from: languages, and themes under their broader ones."""

from django import forms
from django.forms.models import ModelChoiceIterator

from coalition.text import language_name

WRITTEN = "bg ca cs da de el en es et eu fi fr ga gl hr hu is it lt lv nb nl pl pt ro sk sl sq sr sv tr uk".split()


def languages():
    """The languages in which a city may write, by their own names."""
    return sorted(((code, language_name(code)) for code in WRITTEN), key=lambda pair: pair[1])


class ThemeIterator(ModelChoiceIterator):
    """Themes under their broader theme, in the order of the taxonomy."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for top in self.queryset.top():
            yield (top.name, [self.choice(theme) for theme in (top, *top.children.all())])


class ThemeField(forms.ModelChoiceField):
    iterator = ThemeIterator


class ThemeBoxes(forms.CheckboxSelectMultiple):
    """A box for each theme; groups fold away, those with a chosen theme are open."""

    template_name = "practices/includes/theme_boxes.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["groups"] = [
            {"label": label, "options": options, "chosen": sum(option["selected"] for option in options)}
            for label, options, _index in context["widget"]["optgroups"]
        ]
        return context


class ThemesField(forms.ModelMultipleChoiceField):
    iterator = ThemeIterator
    widget = ThemeBoxes
