"""What a moderator fills in."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from members.models import Member
from practices.emails import moderators
from practices.forms.choices import languages
from practices.forms.steps import CHECKS
from practices.forms.writing import STEPS
from practices.models import Opinion, Revision, Theme
from practices.models.state import State


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


class ChecksForm(forms.Form):
    """Ticks that are kept while the text is still read."""

    checks = forms.MultipleChoiceField(choices=CHECKS, required=False)


class ReplyForm(forms.Form):
    """One more word on a remark; a page has one for each, which come back by their `name`."""

    text = forms.CharField(label=_("Reply"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, remark, **kwargs):
        self.name = f"reply_{remark.pk}"
        super().__init__(*args, auto_id=f"{self.name}_%s", **kwargs)


def with_reply_forms(remarks, bound):
    """Remarks, each with the form for one more word on it: the one that came back, or a new one."""
    for remark in remarks:
        form = ReplyForm(remark=remark)
        remark.reply_form = bound.get(form.name, form)
    return remarks


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
