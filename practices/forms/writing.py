"""The six steps in which a city writes. Only a title is ever demanded: a draft may hold anything."""

from decimal import Decimal
from typing import NamedTuple

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalition.text import language_name
from members.models import DeclarationVersion, Member
from practices import sheets
from practices.completeness import COUNTS, LIMITS, LINE, REQUIRED, REQUIRED_OF_RETOLD
from practices.fields import LinesFormField
from practices.forms.examples import EXAMPLES
from practices.models import Adaptation, Outcome, Practice, Revision, RevisionTheme, Theme
from practices.vocabularies import Vocabulary

WIDE = {"data-wide": ""}  # a text box that takes the whole line of a repeat's row
MONTH = {"inputmode": "numeric", "class": "w-s", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}
WRITTEN = "bg ca cs da de el en es et eu fi fr ga gl hr hu is it lt lv nb nl pl pt ro sk sl sq sr sv tr uk".split()


def languages():
    """The languages in which a city may write, by their own names."""
    return sorted(((code, language_name(code)) for code in WRITTEN), key=lambda pair: pair[1])


class ThemeIterator(ModelChoiceIterator):
    """Themes under their broader theme, in the order of the taxonomy."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for top in self.queryset.top():
            yield (top.name, [self.choice(theme) for theme in (top, *top.children.all())])


class ThemeField(forms.ModelChoiceField):
    iterator = ThemeIterator


class ThemeBoxes(forms.CheckboxSelectMultiple):
    """A box for each theme; groups fold away, those with a chosen theme are open."""

    template_name = "practices/includes/theme_boxes.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["groups"] = [
            {"label": label, "options": options, "chosen": sum(option["selected"] for option in options)}
            for label, options, _index in context["widget"]["optgroups"]
        ]
        return context


class ThemesField(forms.ModelMultipleChoiceField):
    iterator = ThemeIterator
    widget = ThemeBoxes


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


class ImportForm(forms.Form):
    """A practice sheet that a city has already: a file, or its text."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("City or region"), empty_label=None)
    language = forms.ChoiceField(label=_("Language of the sheet"), choices=languages)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Word (DOCX) or OpenDocument (ODT), 10 MB at most. Its text is read; pictures and footnotes are not."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".docx,.odt"}),
    )
    text = forms.CharField(
        label=_("Or the text, pasted"),
        help_text=_("With the headings as they stand in your sheet, each on a line of its own."),
        max_length=sheets.MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        members = Member.objects.filter(memberships__in=user.memberships.current())
        self.fields["member"].queryset = members
        self.initial.setdefault("member", members.first())
        self.initial.setdefault("language", user.language)

    def clean(self):
        """`sheet`: what was found in the file or the text."""
        cleaned = super().clean()
        file, text = cleaned.get("file"), cleaned.get("text")
        if self.errors:
            return cleaned
        if bool(file) == bool(text):
            self.add_error("file", _("Choose a file or paste a text: one of the two."))
            return cleaned
        try:
            cleaned["sheet"] = sheets.read(sheets.paragraphs(file) if file else sheets.pasted(text))
        except sheets.Unreadable:
            self.add_error(
                "file", _("This is no Word or OpenDocument text that can be read here. Paste its text instead.")
            )
        else:
            if not cleaned["sheet"].fields:
                self.add_error("file" if file else "text", _("There are no words in it."))
        return cleaned


class SendForm(forms.Form):
    """What goes with sending a text: that its author has looked at what `practices/safety.py` asks about."""

    looked_at = forms.BooleanField(
        label=_("I have looked at these places. They may be published as they are."),
        error_messages={"required": _("Look at the places named on this page, then tick that you have.")},
    )

    def __init__(self, *args, findings, **kwargs):
        super().__init__(*args, **kwargs)
        if not findings:
            del self.fields["looked_at"]

    def clean(self):
        """The tick is for the author's own care; the step needs nothing."""
        super().clean()
        return {}


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


# repeats


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ChoiceField(label=_("Type"), choices=[("", "—"), *Vocabulary("partner_types").choices], required=False)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)


class BuildingBlockForm(forms.Form):
    """A part that another city can take over by itself."""

    title = forms.CharField(label=_("Its name"), max_length=80, widget=forms.TextInput(attrs=WIDE))
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

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = forms.CharField(
        label=_("Role"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    public = forms.BooleanField(label=_("This person agrees to be named in public."), required=False)


class RepeatFormSet(forms.BaseFormSet):
    """Rows of a revision's repeat. What is sent takes the place of what was saved: sent twice, it is there once."""

    ONE = {
        "partners": _("Partner"),
        "building_blocks": _("Building block"),
        "links": _("Link"),
        "contacts": _("Person"),
        "outcomes": _("Figure"),
        "adaptations": _("Adaptation"),
    }

    def __init__(self, data=None, *, instance, prefix, also=()):
        self.instance, self.prefix = instance, prefix
        super().__init__(data, prefix=prefix, initial=[*self.saved_rows(), *also] if data is None else None)

    @property
    def label(self):
        return capfirst(Revision.label_of(self.prefix))

    @property
    def one(self):
        return self.ONE[self.prefix]

    @property
    def example(self):
        return EXAMPLES.get(self.prefix)

    @property
    def most(self):
        return COUNTS[self.prefix][1]

    def initial_form_count(self):
        """A row that was emptied is gone, also one that was there before."""
        return 0 if self.is_bound else super().initial_form_count()

    @property
    def kept(self):
        return [form for form in self.forms if form.has_changed() and form not in self.deleted_forms]


class RowsFormSet(RepeatFormSet):
    """Rows that are kept as a list in one column of the revision, named like the formset's prefix."""

    def saved_rows(self):
        return getattr(self.instance, self.prefix)

    def save(self):
        rows = [{name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in self.kept]
        setattr(self.instance, self.prefix, rows)
        self.instance.save(update_fields=[self.prefix])


class TableFormSet(RepeatFormSet):
    """Rows of a table of their own, in the order in which they stand on the page."""

    def saved_rows(self):
        self.rows = list(getattr(self.instance, self.prefix).all())
        return [{} for _row in self.rows]

    def get_form_kwargs(self, index):
        is_saved = not self.is_bound and index is not None and index < len(self.rows)
        return super().get_form_kwargs(index) | ({"instance": self.rows[index]} if is_saved else {})

    def save(self):
        getattr(self.instance, self.prefix).all().delete()
        for position, form in enumerate(self.kept):
            form.instance.revision, form.instance.position = self.instance, position
            form.save()


def formset(form, name, base=RowsFormSet):
    most = COUNTS[name][1]
    return forms.formset_factory(
        form, formset=base, extra=1, max_num=most, validate_max=True, absolute_max=most + 5, can_delete=True
    )


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = Outcome
        fields = ["indicator", "before", "after", "unit", "begin", "end", "better", "source"]
        localized_fields = ["before", "after"]
        widgets = {
            **{name: forms.TextInput(attrs=WIDE) for name in ("indicator", "source")},
            **{name: forms.TextInput(attrs=DECIMAL) for name in ("before", "after")},
            **{name: forms.TextInput(attrs=MONTH) for name in ("begin", "end")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            if self.initial.get(name) is not None:
                self.initial[name] = Decimal(f"{self.initial[name].normalize():f}")  # 31, where the table keeps 31.00


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


REPEATS = {
    "partners": formset(PartnerForm, "partners"),
    "building_blocks": formset(BuildingBlockForm, "building_blocks"),
    "links": formset(LinkForm, "links"),
    "contacts": formset(ContactPersonForm, "contacts"),
    "outcomes": formset(OutcomeForm, "outcomes", TableFormSet),
    "adaptations": formset(AdaptationForm, "adaptations", TableFormSet),
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
