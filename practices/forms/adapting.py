"""What an origin's city answers."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """What is not so; a confirmation needs no words."""

    words = forms.CharField(
        label=_("What is not so"),
        help_text=_("Readers see it beside what the other city wrote."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
