"""Asking to join, and the secretariat's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import JoinRequest, Member


class JoinForm(forms.ModelForm):
    """A public form: nothing is sent to the address before somebody has read it."""

    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty, programs do not

    class Meta:
        model = JoinRequest
        fields = ["place", "country", "name", "office", "email", "language", "message"]
        widgets = {
            "message": forms.Textarea(attrs={"rows": 4}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def validate_constraints(self):
        """Whether an address has asked already is nobody's to know."""

    @property
    def is_by_a_program(self):
        return bool(self.cleaned_data.get("website"))


class JoinAnswerForm(forms.Form):
    """Yes or no, always with a reason."""

    ANSWERS = [
        ("accept", _("Accept, and invite this person as lead")),
        ("decline", _("Decline")),
    ]

    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    member = forms.ModelChoiceField(
        Member.objects.order_by("name"),
        label=_("It is in the library already"),
        help_text=_("Leave this empty to open a new member."),
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the request; a refusal is sent with it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
