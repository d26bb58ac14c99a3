"""What a moderator fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from members.models import Member
from practices.forms.writing import STEPS, languages
from practices.models import Revision, Theme
from practices.models.revision import State
from practices.moderation import REFUSAL_REASONS, available
from practices.vocabularies import Vocabulary

CHECKS = [
    ("names", _("No person can be recognised, above all no minor.")),
    ("sites", _("No exact place of an operation, no live police tactics.")),
    ("figures", _("Every figure has a year and a source.")),
    ("files", _("Files were opened and checked.")),
]


class QueueForm(forms.Form):
    """How a moderator narrows the queue; what is not valid is left out."""

    STATES = [State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.REFUSED]

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Waiting for us")), *((state, state.label) for state in STATES)],
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"),
        required=False,
        empty_label=_("All themes"),
        queryset=Theme.objects.filter(parent=None),
        to_field_name="slug",
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    who = forms.ChoiceField(
        required=False, choices=[("me", _("Me")), ("nobody", _("Nobody"))], widget=forms.HiddenInput
    )
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        at_home = set(Member.objects.values_list("country", flat=True))
        named = [(code, name) for code, name in countries if code in at_home]
        self.fields["country"].choices = [("", _("All countries")), *named]
        self.fields["language"].choices = [("", _("All languages")), *languages()]

    def narrow(self, revisions, user):
        """The texts in the state asked for, else those that wait, the longest wait first."""
        self.full_clean()
        chosen = self.cleaned_data.get
        if state := chosen("state"):
            revisions = revisions.filter(state=state).order_by("submitted_at", "pk")
        else:
            revisions = revisions.in_queue()
        if theme := chosen("theme"):
            revisions = revisions.about(theme)
        if country := chosen("country"):
            revisions = revisions.filter(practice__member__country=country)
        if language := chosen("language"):
            revisions = revisions.filter(language=language)
        if chosen("who") == "me":
            revisions = revisions.filter(claimed_by=user)
        elif chosen("who") == "nobody":
            revisions = revisions.unheld()
        return revisions.late() if chosen("late") else revisions


def remark_choices():
    return [(step.title, [(name, Revision.label_of(name)) for name in step.names]) for step in STEPS]


class RemarkForm(forms.Form):
    field = forms.ChoiceField(label=_("About"), choices=remark_choices)
    text = forms.CharField(label=_("Remark"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
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

    def clean_checks(self):
        """Every line of the safety checklist must be ticked."""
        ticked = self.cleaned_data["checks"]
        if len(ticked) < len(CHECKS):
            raise forms.ValidationError(_("Tick every line before you approve, or send the text back."))
        return ticked

    def clean(self):
        """Ticks are for the moderator's own care; the step takes the rest."""
        cleaned_data = super().clean()
        cleaned_data.pop("checks", None)
        return cleaned_data


class RefuseForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=REFUSAL_REASONS)
    reason = forms.CharField(
        label=_("Explain it to the city"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


STEP_FORMS = {"approve": ApproveForm, "refuse": RefuseForm}


def form_for(name):
    """The form that a step's button stands in."""
    return STEP_FORMS.get(name, ReasonForm)


def step_forms(practice, user, bound):
    """The steps open to this person with their forms: (name, step, form). `bound` has forms that came back."""
    steps = {}
    for revision in practice.revisions_in_hand(user):
        steps = available(revision, user) | steps
    return [(name, step, bound.get(name) or form_for(name)(auto_id=f"{name}_%s")) for name, step in steps.items()]
