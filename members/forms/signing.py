"""Forms with which an authority is found and signs, and with which officers decide."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries as all_countries

from members import mandates
from members.models import Authority, Signature

ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
MATCHES_SHOWN = 20
MATCHES_SUGGESTED = 8


class OneLineField(forms.CharField):
    """Words of a stranger that appear in mails: one line, and no link."""

    def clean(self, value):
        value = " ".join(super().clean(value).split())
        if ADDRESS.search(value):
            raise ValidationError(_("Write this without a web address."))
        return value


class AuthoritySearchForm(forms.Form):
    q = forms.CharField(
        label=_("City or region"),
        max_length=80,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "data-suggest": reverse_lazy("members:authority_suggestions"),
            }
        ),
    )

    def matches(self, most=MATCHES_SHOWN):
        """The likeliest authorities, none before something was typed."""
        text = self.cleaned_data["q"] if self.is_valid() else ""
        return Authority.objects.existing().matching(text)[:most] if text else []


class AuthorityRequestForm(forms.Form):
    """A city or region that the list does not have."""

    place = OneLineField(label=_("Name of the city or region"), max_length=120)
    country = OneLineField(label=_("Country"), max_length=60)
    name = OneLineField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)


class AuthorityField(forms.ModelChoiceField):
    """An authority by its code, of which PostgreSQL is asked only what it can hold."""

    def to_python(self, value):
        return super().to_python(value.replace("\x00", "") if isinstance(value, str) else value)


class SignForm(forms.ModelForm):
    """All that a signature needs. The mandate's file is kept at once; the hidden note finds it again."""

    authority = AuthorityField(Authority.objects.all(), to_field_name="code", widget=forms.HiddenInput)
    mandate = forms.FileField(
        label=_("The decision or letter, as PDF"),
        required=False,
        help_text=_("Up to 10 MB. You can also send it within 60 days. Only the officers of the secretariat read it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    mandate_note = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    shown = forms.ChoiceField(
        label=_("What may be published about the person who signs?"),
        help_text=_("The city or region and the date of signature are always public. The e-mail address never is."),
        choices=Signature.Shown.choices,
        error_messages={"required": _("Choose what may be published.")},
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Signature
        fields = [
            "authority",
            "signatory_name",
            "signatory_office",
            "signatory_email",
            "term_ends_on",
            "filled_in_by_name",
            "filled_in_by_email",
            "power",
            "decision_date",
            "decision_reference",
            "shown",
            "consent_contact",
            "consent_newsletter",
        ]
        field_classes = dict.fromkeys(
            ["signatory_name", "signatory_office", "filled_in_by_name", "decision_reference"], OneLineField
        )
        error_messages = {
            "signatory_name": {"required": _("Enter the name of the person who signs.")},
            "signatory_office": {"required": _("Enter the office, for example Mayor.")},
            "signatory_email": {"required": _("Enter the official e-mail address of the person who signs.")},
            "filled_in_by_name": {"required": _("Enter your name, for questions about this form.")},
            "filled_in_by_email": {"required": _("Enter your e-mail address, for questions about this form.")},
            "power": {"required": _("Say what gives the power to sign.")},
        }
        widgets = {
            "term_ends_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "decision_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "power": forms.RadioSelect,
            "signatory_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "signatory_office": forms.TextInput(attrs={"autocomplete": "off"}),
            "signatory_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "filled_in_by_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "filled_in_by_email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        help_texts = {
            "signatory_name": _("The mayor, the president, or an elected member with a mandate."),
            "signatory_email": _(
                "We write to this address, and the person who signs confirms from there. It is not published."
            ),
            "filled_in_by_email": _("For questions about this form. It may be the same address."),
        }

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data.copy() if data is not None else None, files, **kwargs)
        self.fields["power"].choices = Signature.Power.choices
        self.kept_mandate = None

    def clean_mandate(self):
        upload = self.cleaned_data["mandate"]
        if upload:
            mandates.check(upload)
        return upload

    def clean_term_ends_on(self):
        day = self.cleaned_data["term_ends_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This term has ended. Enter the end of the present term, or leave this empty."))
        return day

    def clean_decision_date(self):
        day = self.cleaned_data["decision_date"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This date lies ahead. Enter the day on which the decision was taken."))
        return day

    def clean(self):
        cleaned_data = super().clean()
        self.kept_mandate = self._kept_mandate(cleaned_data)
        has_decision = cleaned_data.get("power") == Signature.Power.COUNCIL and self.kept_mandate
        if has_decision and not cleaned_data.get("decision_date") and "decision_date" not in self.errors:
            self.add_error("decision_date", _("Enter the date of the decision that you send."))
        return cleaned_data

    def _kept_mandate(self, cleaned_data):
        """The file sent now, or the one that an earlier try of this form sent."""
        if cleaned_data.get("mandate"):
            mandate = mandates.keep(cleaned_data["mandate"])
            self.data["mandate_note"] = mandates.note(mandate)
            return mandate
        note = cleaned_data.get("mandate_note")
        mandate = mandates.kept(note) if note else None
        if note and mandate is None:
            self.data["mandate_note"] = ""
            self.add_error("mandate", _("The file is no longer here. Choose it again."))
        return mandate

    def answers(self):
        """The model's fields, for `signing.start`."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def hidden(self):
        """Every answer again, for the page that shows them before they are sent."""
        return [field.as_hidden() for field in self if field.name != "mandate"]


class RegisterForm(forms.Form):
    """The search of the public register: it looks at nothing that the register does not show."""

    q = forms.CharField(label=_("Place or name"), max_length=80, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Authority.Kind.choices])
    status = forms.ChoiceField(
        label=_("Status today"),
        required=False,
        choices=[
            ("", _("All")),
            *((state, state.label) for state in (Signature.State.ACTIVE, Signature.State.WITHDRAWN)),
        ],
    )
    since = forms.DateField(label=_("Signed from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Signed until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, countries=all_countries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("All countries")), *countries]

    def narrow(self, signatures):
        """Apply what is valid and ignore the rest."""
        self.is_valid()
        if text := self.cleaned_data.get("q"):
            signatures = signatures.called(text)
        wanted = {
            "authority__country": self.cleaned_data.get("country"),
            "authority__kind": self.cleaned_data.get("kind"),
            "state": self.cleaned_data.get("status"),
            "verified_at__date__gte": self.cleaned_data.get("since"),
            "verified_at__date__lte": self.cleaned_data.get("until"),
        }
        return signatures.filter(**{field: value for field, value in wanted.items() if value})


class QueueForm(forms.Form):
    """Which cases an officer wants to see."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All that wait")), *Signature.State.choices]
    )

    def narrow(self, signatures):
        """The cases in the state asked for, else those that wait for the secretariat."""
        state = self.cleaned_data["state"] if self.is_valid() else ""
        return signatures.filter(state=state).order_by("started_at") if state else signatures.waiting_for_officer()


class StepForm(forms.Form):
    """A step without further questions."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason or question, in your words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CheckForm(forms.Form):
    """What the second officer will see of the first one's check."""

    method = forms.ChoiceField(
        label=_("How was it checked?"), choices=Signature.Method.choices, widget=forms.RadioSelect
    )
    second_channel = forms.CharField(
        label=_("Second channel"),
        help_text=_("For example: the switchboard number on the city’s site, called on 3 March."),
        max_length=200,
        required=False,
    )
    checked_on = forms.DateField(
        label=_("Day of the check"),
        help_text=_("Today, if you leave it empty."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class PrepareForm(forms.Form):
    """The hour at which a checked signature becomes public, in the time of the secretariat."""

    live_at = forms.DateTimeField(
        label=_("Becomes public at"),
        help_text=_("Brussels time. Nothing is shown or told to anybody before."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class WithdrawForm(CheckForm, ReasonForm):
    """A withdrawal is checked as the signature was."""

    checked_on = None


class HoldForm(ReasonForm):
    hold = forms.ChoiceField(
        label=_("What the register says"), choices=Signature.Hold.choices, widget=forms.RadioSelect
    )


class ReconfirmForm(ReasonForm):
    term_ends_on = forms.DateField(
        label=_("End of the present term of office"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class MergeForm(ReasonForm):
    merged_into = AuthorityField(
        Authority.objects.existing(),
        to_field_name="code",
        label=_("Is part of"),
        help_text=_("Its code, such as geonames:2950159: it stands in the address of the form for signing."),
        widget=forms.TextInput,
    )
    merged_on = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class MandateForm(forms.Form):
    mandate = forms.FileField(
        label=_("The decision or letter, as PDF"), widget=forms.FileInput(attrs={"accept": "application/pdf"})
    )

    def clean_mandate(self):
        mandates.check(self.cleaned_data["mandate"])
        return self.cleaned_data["mandate"]


class CorrectionForm(forms.Form):
    """The name and office as they should have been written; an empty one stays as it is."""

    signatory_name = forms.CharField(label=_("Name, corrected"), max_length=120, required=False)
    signatory_office = forms.CharField(label=_("Office, corrected"), max_length=120, required=False)


class ErasureForm(forms.Form):
    """A tick, because nothing brings the person's data back."""

    is_certain = forms.BooleanField(
        label=_("The person, or who may speak for them, asked for it; I know that nothing brings the data back.")
    )


FORMS = {
    "check": CheckForm,
    "prepare": PrepareForm,
    "withdraw": WithdrawForm,
    "hold": HoldForm,
    "reconfirm": ReconfirmForm,
    "merge": MergeForm,
    "attach": MandateForm,
    "correct": CorrectionForm,
    "erase": ErasureForm,
}


def form_for(name, step):
    """The form that asks what a step needs."""
    return FORMS.get(name) or (ReasonForm if step.needs_reason else StepForm)
