"""The six steps in which a city writes. Only a title is ever demanded: a draft may hold anything."""

from typing import NamedTuple

from django import forms
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import DeclarationVersion
from practices.completeness import COUNTS, LIMITS, LINE, REQUIRED, REQUIRED_OF_RETOLD
from practices.fields import LinesFormField
from practices.forms.choices import ThemeField, ThemesField, languages
from practices.forms.examples import EXAMPLES
from practices.forms.repeats import DECIMAL, MONTH
from practices.models import Revision, RevisionTheme, Theme


def demands(name, *, is_wanted):
    """What a text must be before it can be sent, in words: said beside the field before anybody types."""
    said = [gettext("Needed before you send the text.")] if is_wanted else []
    if name in LIMITS:
        fewest, most = (localize(limit) for limit in LIMITS[name])
        words = (
            gettext("%(fewest)s to %(most)s characters.")
            if LIMITS[name][0]
            else gettext("%(most)s characters at most.")
        )
        said.append(words % {"fewest": fewest, "most": most})
    elif name in ("kinds", "target_groups", "settings"):
        said.append(gettext("Choose one to %d.") % COUNTS[name][1])
    elif name in ("objectives", "first_steps"):
        said.append(gettext("Each line has %d characters at most.") % LINE)
    return " ".join(said)


class StepForm(forms.ModelForm):
    """One step. Each field says what it must be and shows an example; what is too long is kept and told."""

    AUTOCOMPLETE = {}  # what a browser may offer, by field

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        required = REQUIRED_OF_RETOLD if self.instance.practice.is_retold else REQUIRED
        for name, field in self.fields.items():
            field.required = name == "title"
            self.describe(field, name, is_wanted=name in required)
            attrs = field.widget.attrs
            attrs["autocomplete"] = self.AUTOCOMPLETE.get(name, "off")
            if name in LIMITS:
                attrs |= {"data-min": LIMITS[name][0], "data-max": LIMITS[name][1]}
            if isinstance(field, LinesFormField):
                attrs["data-lines"] = COUNTS[name][1]
            if isinstance(field.widget, forms.Textarea):
                attrs["rows"] = 8 if LIMITS.get(name, (0, 0))[1] > 1000 else 4

    def leave_out(self, names):
        """Keep what is saved already of these fields, whatever was sent."""
        for name in names:
            self.fields.pop(name, None)

    def leave_out_mistakes(self):
        """Leave out what cannot be saved as it was sent; returns the labels of those fields."""
        labels = []
        while self.errors:
            wrong = [name for name in self.errors if name in self.fields] or list(self.fields)
            labels += [self.fields[name].label for name in wrong]
            self.leave_out(wrong)
            self.full_clean()
        return labels

    def save(self, commit=True):
        """Save the columns of this step and no others: a colleague may be saving another step meanwhile."""
        revision = super().save(commit=False)
        revision.save(
            update_fields=[field.name for field in revision._meta.concrete_fields if field.name in self.fields]
        )
        self.save_m2m()
        return revision

    @staticmethod
    def describe(field, name, *, is_wanted):
        """Add to a field's help what it must be, and an example."""
        field.example = EXAMPLES.get(name)
        if words := demands(name, is_wanted=is_wanted):
            field.help_text = format_html('{} <span class="demand">{}</span>', field.help_text, words)


class ShortForm(StepForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=languages, help_text=_("The language that you write this text in.")
    )

    class Meta:
        model = Revision
        fields = [
            *("title", "summary", "language", "level", "kinds", "target_groups", "age_from", "age_to", "settings"),
            *("prevention_levels", "stage", "start", "end", "keywords"),
        ]
        widgets = {
            "title": forms.TextInput,
            "summary": forms.Textarea,
            **{name: forms.TextInput(attrs=MONTH) for name in ("start", "end")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        used = [use.tag_id for use in self.instance.theme_uses.all()]
        self.fields["main_theme"] = ThemeField(
            Theme.objects.all(),
            label=_("Main theme"),
            help_text=_("Where readers look first. It also gives the page its paving while there is no picture."),
            required=False,
            empty_label="—",
            initial=used[0] if used else None,
        )
        self.fields["main_theme"].widget.attrs["id"] = "id_themes"  # where links to what is missing lead
        self.describe(self.fields["main_theme"], "themes", is_wanted=True)
        self.fields["further_themes"] = ThemesField(
            Theme.objects.all(),
            label=_("Further themes"),
            help_text=_("Up to three more. Open a group to see its themes."),
            required=False,
            initial=used[1:],
        )
        self.order_fields(["title", "summary", "language", "level", "main_theme", "further_themes"])

    def leave_out(self, names):
        super().leave_out(["main_theme", "further_themes", *names] if "themes" in names else names)

    def clean(self):
        start, end = (self.cleaned_data.get(name, getattr(self.instance, name)) for name in ("start", "end"))
        if start and end and end < start:
            for name in [name for name in ("end", "start") if name in self.fields][:1]:
                self.add_error(name, _("The end comes after the start."))
        return super().clean()

    def save(self, commit=True):
        revision = super().save(commit)
        if not {"main_theme", "further_themes"} <= self.cleaned_data.keys():
            return revision
        main, further = self.cleaned_data["main_theme"], self.cleaned_data["further_themes"]
        chosen = dict.fromkeys([*filter(None, [main]), *further])
        revision.theme_uses.all().delete()
        RevisionTheme.objects.bulk_create(
            RevisionTheme(tag=theme, content_object=revision, position=position)
            for position, theme in enumerate(chosen)
        )
        return revision


class SituationForm(StepForm):
    class Meta:
        model = Revision
        fields = ["context", "objectives", "what_was_done", "participation", "safeguards", "legal_basis"]


class ResultsForm(StepForm):
    class Meta:
        model = Revision
        fields = ["results", "evaluation", "evaluation_author", "evaluation_link", "what_did_not_work"]
        widgets = {"evaluation_author": forms.TextInput}


class MeansForm(StepForm):
    class Meta:
        model = Revision
        fields = [
            *("cost_setup", "cost_yearly", "cost_amount", "cost_currency", "cost_year", "funding", "funding_other"),
            *("staff", "time_to_results"),
        ]
        localized_fields = ["cost_amount"]
        widgets = {"funding_other": forms.TextInput, "cost_amount": forms.TextInput(attrs=DECIMAL | {"class": "w-s"})}


class ElsewhereForm(StepForm):
    class Meta:
        model = Revision
        fields = ["conditions", "first_steps", "offers", "offers_until", "commitments"]
        widgets = {"offers_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        version = DeclarationVersion.objects.current()
        if version is None:
            del self.fields["commitments"]
            return
        articles = version.text_in().articles.all()
        self.fields["commitments"] = forms.MultipleChoiceField(
            label=_("Commitments served"),
            help_text=_("The articles of the declaration that this practice puts into effect, five at most."),
            choices=[(article.code, str(article)) for article in articles],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


class ContactForm(StepForm):
    AUTOCOMPLETE = {"public_contact": "email"}

    class Meta:
        model = Revision
        fields = [
            *("public_contact", "licence", "right_to_publish", "right_approved_by", "right_approved_on"),
            *("publish_not_before", "note"),
        ]
        widgets = {
            "right_approved_by": forms.TextInput,
            "right_approved_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "publish_not_before": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class WritingStep(NamedTuple):
    """One page of the writing form."""

    slug: str
    title: str
    lede: str
    form: type
    repeats: tuple = ()
    files: tuple = ()

    @property
    def written(self):
        """The fields and repeats that the page's form saves."""
        return [*self.form.base_fields, *(["themes"] if self.slug == "short" else []), *self.repeats]

    @property
    def names(self):
        """All that a reader finds on this page."""
        return [*self.written, *self.files]


STEPS = [
    WritingStep("short", _("The practice in short"), _("What a reader sees first, and how it is found."), ShortForm),
    WritingStep(
        "situation",
        _("Situation and steps"),
        _("Write for a colleague in another country who wants to do the same."),
        SituationForm,
        ("building_blocks",),
    ),
    WritingStep(
        "results",
        _("Results"),
        _("Start with what changed. A small, honest figure helps other cities more than a big claim."),
        ResultsForm,
        ("outcomes",),
    ),
    WritingStep(
        "means",
        _("Team, cost and partners"),
        _("What it takes is the first question that other cities ask."),
        MeansForm,
        ("partners",),
    ),
    WritingStep(
        "elsewhere",
        _("For other cities"),
        _("What another city needs to know, see and read before it begins."),
        ElsewhereForm,
        ("adaptations", "links"),
        ("images", "documents"),
    ),
    WritingStep(
        "contact",
        _("Contact and rights"),
        _("Whom to write to, and that you may publish this."),
        ContactForm,
        ("contacts",),
    ),
]


def step_of(field):
    """The step on whose page a field stands."""
    return next((step for step in STEPS if field in step.names), STEPS[0])
