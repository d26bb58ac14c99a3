"""How a practice begins: with a working title, or with a sheet that a city has already."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member
from practices import sheets
from practices.completeness import LIMITS
from practices.forms.choices import languages
from practices.models import Revision


class OfTheirs:
    """A form for one of the members that a person acts for, in their language until they choose another."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        members = Member.objects.filter(memberships__in=user.memberships.current())
        self.fields["member"].queryset = members
        self.initial.setdefault("member", members.first())
        self.initial.setdefault("language", user.language)


class BeginForm(OfTheirs, forms.ModelForm):
    """How a new practice begins: whose it is, a working title, and the language."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("City or region"), empty_label=None)
    language = forms.ChoiceField(label=_("Language that you write in"), choices=languages)
    field_order = ["member", "title", "language"]

    class Meta:
        model = Revision
        fields = ["title", "language"]
        widgets = {"title": forms.TextInput(attrs={"data-min": LIMITS["title"][0], "data-max": LIMITS["title"][1]})}


class ImportForm(OfTheirs, forms.Form):
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
