"""The forms with which readers follow the catalogue, and say what their own place is like."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member
from practices.likeness import BANDS, TRAITS


class AlertForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("It is used for this alone, and erased when you stop."),
    )


class MyPlaceForm(forms.Form):
    """What somebody's city is like; everything may be left open."""

    people = forms.ChoiceField(label=_("Inhabitants"), choices=[("", _("I leave this open")), *BANDS], required=False)
    kind = forms.ChoiceField(
        label=_("Your place is a"), choices=[("", _("I leave this open")), *Member.Kind.choices], required=False
    )
    has = forms.MultipleChoiceField(
        label=_("It has"),
        choices=[(name, trait.label) for name, trait in TRAITS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
