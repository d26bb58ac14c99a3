"""The repeats of the writing form: partners, building blocks, figures and the rest, row by row."""

from decimal import Decimal

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from practices import adapting
from practices.completeness import COUNTS
from practices.forms.examples import EXAMPLES
from practices.models import Adaptation, Outcome, Practice, Revision
from practices.vocabularies import Vocabulary

WIDE = {"data-wide": ""}  # a text box that takes the whole line of a repeat's row
MONTH = {"inputmode": "numeric", "class": "w-s", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


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


class AdaptationsFormSet(TableFormSet):
    """An origin that came from this very practice is refused at its field; the database refuses it, too."""

    def clean(self):
        for form in self.kept:
            origin = form.cleaned_data.get("origin")
            if origin and adapting.closes_circle(self.instance.practice, origin):
                form.add_error("origin", adapting.words_on_circle(origin))


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
    "adaptations": formset(AdaptationForm, "adaptations", AdaptationsFormSet),
}
