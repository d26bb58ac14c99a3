"""What goes with each step of a text's path: a tick, a reason, a level of evidence. One form for each button."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices import safety
from practices.moderation import REFUSAL_REASONS, available
from practices.vocabularies import Vocabulary

CHECKS = [
    ("minors", _("No minor is named or can be recognised.")),
    ("sites", _("No exact site of an operation.")),
    ("tactics", _("No police tactics that are in use.")),
    ("personal_data", _("No personal data but the public contact.")),
    ("figures", _("Every figure has a year and a source.")),
    ("files", _("Files were opened and checked.")),
]


class PathForm(forms.Form):
    """What a step needs. Each knows the text that it is about."""

    is_unfinished = False

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.revision = revision

    @classmethod
    def unfinished(cls, data, **kwargs):
        """As it was typed, and not judged yet."""
        fields = cls.base_fields.items()
        form = cls(initial={name: field.widget.value_from_datadict(data, {}, name) for name, field in fields}, **kwargs)
        form.is_unfinished = True
        return form


class SendForm(PathForm):
    """That the author has looked at what `practices/safety.py` asks about: `findings`."""

    looked_at = forms.BooleanField(
        label=_("I have looked at these places. They may be published as they are."),
        error_messages={"required": _("Look at the places named on this page, then tick that you have.")},
    )

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, revision=revision, **kwargs)
        self.findings = safety.screen(revision)
        if not self.findings:
            del self.fields["looked_at"]

    def clean(self):
        """The tick is for the author's own care; the step needs nothing."""
        super().clean()
        return {}


class ReasonForm(PathForm):
    """Words that go with a step."""

    reason = forms.CharField(
        label=_("Message"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApproveForm(ReasonForm):
    checks = forms.MultipleChoiceField(
        label=_("Before publication"), choices=CHECKS, widget=forms.CheckboxSelectMultiple, required=False
    )
    evidence = forms.ChoiceField(label=_("Level of evidence that you found"), choices=Vocabulary("evidence").choices)
    evidence_reason = forms.CharField(
        label=_("Why this level"),
        help_text=_("Needed where it differs from what the city states. Shown to readers."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["checks", "evidence", "evidence_reason", "reason"]

    def __init__(self, *args, revision, initial=None, **kwargs):
        super().__init__(*args, revision=revision, initial=initial or {"checks": revision.checks}, **kwargs)

    def clean_checks(self):
        """Every line of the safety checklist must be ticked; the ticks stay with the decision."""
        ticked = self.cleaned_data["checks"]
        if len(ticked) < len(CHECKS):
            raise forms.ValidationError(_("Tick every line before you approve, or send the text back."))
        return ticked


class RefuseForm(PathForm):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=REFUSAL_REASONS)
    reason = forms.CharField(
        label=_("Explain it to the city"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


FORMS = {"submit": SendForm, "resubmit": SendForm, "approve": ApproveForm, "refuse": RefuseForm}


def step_form(name, revision, data=None):
    """The form that a step's button stands in, with what was sent in it."""
    return form_class(name, revision)(data, revision=revision, auto_id=f"{name}_%s")


def form_class(name, revision):
    """A mere correction was examined with the text that it corrects: approving it takes one button."""
    return ReasonForm if name == "approve" and revision.is_correction else FORMS.get(name, ReasonForm)


def unfinished_form(name, revision, data):
    """The same with what was typed so far, while another button was pressed."""
    return form_class(name, revision).unfinished(data, revision=revision, auto_id=f"{name}_%s")


def step_forms(practice, user, bound):
    """The steps open to this person with their forms: (name, step, form). `bound` has forms that came back."""
    steps = {}
    for revision in practice.revisions_in_hand(user):
        steps = {name: (step, revision) for name, step in available(revision, user).items()} | steps
    return [(name, step, bound.get(name) or step_form(name, revision)) for name, (step, revision) in steps.items()]
