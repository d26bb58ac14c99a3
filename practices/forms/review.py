"""What a moderator fills in."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from members.models import Member
from practices.emails import moderators
from practices.forms.writing import STEPS, languages
from practices.models import Opinion, Revision, Theme
from practices.models.revision import State
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
        required=False,
        choices=[("me", _("Me")), ("nobody", _("Nobody")), ("others", _("Others"))],
        widget=forms.HiddenInput,
    )
    corrections = forms.BooleanField(required=False, widget=forms.HiddenInput)
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
        match chosen("who"):
            case "me":
                revisions = revisions.in_hands_of(user)
            case "nobody":
                revisions = revisions.in_nobodys_hands()
            case "others":
                revisions = revisions.in_other_hands(user)
        if chosen("corrections"):
            revisions = revisions.filter(is_correction=True)
        return revisions.late() if chosen("late") else revisions


def remark_choices():
    return [(step.title, [(name, capfirst(Revision.label_of(name))) for name in step.names]) for step in STEPS]


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
        """Every line of the safety checklist must be ticked; the ticks stay with the decision."""
        ticked = self.cleaned_data["checks"]
        if len(ticked) < len(CHECKS):
            raise forms.ValidationError(_("Tick every line before you approve, or send the text back."))
        return ticked


class RefuseForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=REFUSAL_REASONS)
    reason = forms.CharField(
        label=_("Explain it to the city"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


STEP_FORMS = {"approve": ApproveForm, "refuse": RefuseForm}


def form_for(name, revision=None):
    """The form that a step's button stands in. A mere correction was examined with the text that it corrects."""
    if name == "approve" and revision and revision.is_correction:
        return ReasonForm
    return STEP_FORMS.get(name, ReasonForm)


def step_forms(practice, user, bound):
    """The steps open to this person with their forms: (name, step, form). `bound` has forms that came back."""
    steps = {}
    for revision in practice.revisions_in_hand(user):
        steps = {name: (step, revision) for name, step in available(revision, user).items()} | steps
    return [
        (
            name,
            step,
            bound.get(name) or form_for(name, revision)(auto_id=f"{name}_%s", initial={"checks": revision.checks}),
        )
        for name, (step, revision) in steps.items()
    ]


class ChecksForm(forms.Form):
    """Ticks that are kept while the text is still read."""

    checks = forms.MultipleChoiceField(choices=CHECKS, required=False)


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Reply"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note for moderators only"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AssignForm(forms.Form):
    """Whom a waiting text is given to: one of those who may judge it, or nobody."""

    to = forms.ModelChoiceField(label=_("Given to"), queryset=None, required=False, empty_label=_("Nobody"))

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, initial={"to": revision.assigned_to_id}, **kwargs)
        self.fields["to"].queryset = moderators(revision)


class AskForm(forms.Form):
    """A moderator asks somebody who knows the field."""

    email = forms.EmailField(label=_("E-mail address of the expert"), help_text=_("They need an account here."))
    due_on = forms.DateField(
        label=_("Answer by"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("They see only this text.")
    )
    question = forms.CharField(label=_("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class OpinionForm(forms.ModelForm):
    """What the expert answers; declining needs nothing but its own button."""

    class Meta:
        model = Opinion
        fields = ["advice", "text"]
        widgets = {"advice": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["advice"].choices = Opinion.Advice.choices
        self.fields["advice"].required = self.fields["text"].required = True


EDITABLE = {*Revision.LIMITS, "public_contact"} - {"note"}  # what a moderator may put right


def edit_form(field):
    """The form in which a moderator puts one field of a text right."""
    return forms.modelform_factory(
        Revision, form=EditForm, fields=[field], widgets={field: forms.Textarea(attrs={"rows": 8})}
    )


class EditForm(forms.ModelForm):
    reason = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("The city reads it."))
