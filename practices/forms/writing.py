"""The six steps in which a city writes. Only a title is ever demanded: a draft may hold anything."""

from typing import NamedTuple

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from coalition.text import language_name
from members.models import DeclarationVersion, Member
from practices.completeness import COUNTS, LIMITS, REQUIRED
from practices.models import Adaptation, Outcome, Practice, Revision, RevisionTheme, Theme
from practices.vocabularies import Vocabulary

WIDE = {"data-wide": ""}  # a text box that takes the whole line of a repeat's row
WRITTEN = "bg ca cs da de el en es et eu fi fr ga gl hr hu is it lt lv nb nl pl pt ro sk sl sq sr sv tr uk".split()


def languages():
    """The languages in which a city may write, by their own names."""
    return sorted(((code, language_name(code)) for code in WRITTEN), key=lambda pair: pair[1])


class ThemeIterator(ModelChoiceIterator):
    """Themes under their broader theme, in the order of the taxonomy."""

    def __iter__(self):
        yield ("", "—")
        for top in self.queryset.top():
            yield (top.name, [self.choice(theme) for theme in (top, *top.children.all())])


class ThemeField(forms.ModelChoiceField):
    iterator = ThemeIterator


class StepForm(forms.ModelForm):
    """One step. Text boxes say their limits to the page, which counts; what is too long is kept and told."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name == "title"
            field.is_wanted = name in REQUIRED
            if name in LIMITS:
                field.widget.attrs |= {"data-min": LIMITS[name][0], "data-max": LIMITS[name][1]}
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 8 if LIMITS.get(name, (0, 0))[1] > 1000 else 4


class BeginForm(forms.ModelForm):
    """How a new practice begins: whose it is, a working title, and the language."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("City or region"), empty_label=None)
    language = forms.ChoiceField(label=_("Language that you write in"), choices=languages)
    field_order = ["member", "title", "language"]

    class Meta:
        model = Revision
        fields = ["title", "language"]
        widgets = {"title": forms.TextInput(attrs={"data-min": LIMITS["title"][0], "data-max": LIMITS["title"][1]})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        members = Member.objects.filter(memberships__in=user.memberships.current())
        self.fields["member"].queryset = members
        self.initial.setdefault("member", members.first())
        self.initial.setdefault("language", user.language)


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
        widgets = {"title": forms.TextInput, "summary": forms.Textarea}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        used = [use.tag_id for use in self.instance.theme_uses.all()]
        for number in range(COUNTS["themes"][1]):
            label = _("Main theme") if number == 0 else _("Further theme")
            field = ThemeField(Theme.objects.all(), label=label, required=False)
            field.is_wanted = number == 0
            self.fields[f"theme_{number}"] = field
            self.initial[f"theme_{number}"] = used[number] if number < len(used) else None
        self.order_fields(
            ["title", "summary", "language", "level", *(name for name in self.fields if "theme_" in name)]
        )

    def clean(self):
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end < start:
            self.add_error("end", _("The end comes after the start."))
        return super().clean()

    def save(self, commit=True):
        revision = super().save(commit)
        chosen = dict.fromkeys(self.cleaned_data[name] for name in self.fields if name.startswith("theme_"))
        revision.theme_uses.all().delete()
        RevisionTheme.objects.bulk_create(
            RevisionTheme(tag=theme, content_object=revision, position=position)
            for position, theme in enumerate(theme for theme in chosen if theme)
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
        widgets = {"funding_other": forms.TextInput}


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


# repeats


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ChoiceField(label=_("Type"), choices=[("", "—"), *Vocabulary("partner_types").choices], required=False)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)


class BuildingBlockForm(forms.Form):
    """A part that another city can take over by itself."""

    title = forms.CharField(label=_("Building block"), max_length=80, widget=forms.TextInput(attrs=WIDE))
    what = forms.CharField(label=_("What it is"), max_length=800, widget=forms.Textarea(attrs={"rows": 4}))
    conditions = forms.CharField(
        label=_("What made it possible"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    lessons = forms.CharField(
        label=_("What you learned"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    verdict = forms.ChoiceField(
        label=_("Elsewhere"),
        choices=[("keep", _("Keep as it is")), ("adapt", _("Adapt to the place"))],
        initial="keep",
    )


class LinkForm(forms.Form):
    url = forms.URLField(label=_("Address"), max_length=500, widget=forms.URLInput(attrs=WIDE))
    title = forms.CharField(label=_("Title"), max_length=120)


class ContactPersonForm(forms.Form):
    """Somebody to talk to: seen by members only, unless the person agreed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail address"))
    public = forms.BooleanField(label=_("This person agrees to be named in public."), required=False)


class RowsFormSet(forms.BaseFormSet):
    """Repeats that are kept as a list in one column of the revision, named like the formset's prefix."""

    def __init__(self, *args, instance, **kwargs):
        self.instance = instance
        super().__init__(*args, initial=getattr(instance, kwargs["prefix"]), **kwargs)

    def save(self):
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.cleaned_data]
        rows = [{name: value for name, value in row.items() if name != "DELETE"} for row in kept]
        setattr(self.instance, self.prefix, rows)
        self.instance.save(update_fields=[self.prefix])


def rows(form, name):
    most = COUNTS[name][1]
    return forms.formset_factory(
        form, formset=RowsFormSet, extra=1, max_num=most, validate_max=True, absolute_max=most + 5, can_delete=True
    )


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = Outcome
        fields = ["indicator", "before", "after", "unit", "begin", "end", "better", "source"]
        widgets = {name: forms.TextInput(attrs=WIDE) for name in ("indicator", "source")}


class AdaptationForm(forms.ModelForm):
    """Where the idea came from: a practice of this library or a source elsewhere."""

    class Meta:
        model = Adaptation
        fields = ["origin", "outside_source", "kept", "changed", "dropped"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("kept", "changed", "dropped")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        origins = Practice.objects.published().select_related("public_revision", "member")
        self.fields["origin"].queryset = origins.order_by("public_revision__title")
        self.fields["origin"].label_from_instance = lambda practice: f"{practice.public_revision} ({practice.member})"

    def clean(self):
        if bool(self.cleaned_data.get("origin")) == bool(self.cleaned_data.get("outside_source")):
            self.add_error(
                "origin", _("Choose a practice of this library, or name a source elsewhere: one of the two.")
            )
        return super().clean()


def inlines(model, form, name):
    most = COUNTS[name][1]
    return forms.inlineformset_factory(
        Revision, model, form=form, extra=1, max_num=most, validate_max=True, absolute_max=most + 5
    )


REPEATS = {
    "partners": rows(PartnerForm, "partners"),
    "building_blocks": rows(BuildingBlockForm, "building_blocks"),
    "links": rows(LinkForm, "links"),
    "contacts": rows(ContactPersonForm, "contacts"),
    "outcomes": inlines(Outcome, OutcomeForm, "outcomes"),
    "adaptations": inlines(Adaptation, AdaptationForm, "adaptations"),
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
    def names(self):
        """The fields and repeats that a reader finds on this page."""
        return [*self.form.base_fields, *(["themes"] if self.slug == "short" else []), *self.repeats, *self.files]


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
