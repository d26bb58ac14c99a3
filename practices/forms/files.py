"""Pictures and documents have forms of their own: a wrong file never costs a written text."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices import files
from practices.forms.choices import languages
from practices.forms.examples import EXAMPLES
from practices.models import Document, Image


class ImageForm(forms.ModelForm):
    file = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or AVIF, 8 MB at most."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif", "data-megabytes": 8}),
    )
    field_order = ["file", "focus", "alternative_text", "credit", "consent"]

    class Meta:
        model = Image
        fields = ["focus", "alternative_text", "credit", "consent"]
        widgets = {"focus": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].required = True
        self.fields["focus"].choices = Image.Focus.choices
        self.fields["focus"].required = False  # the middle, where nothing is said
        for name in ("alternative_text", "credit"):
            self.fields[name].example = EXAMPLES.get(name)
        if self.instance.pk:
            del self.fields["file"]

    def clean(self):
        """Store the picture once everything else is right, so that nothing is kept of a refused form."""
        data = super().clean()
        if "file" in data and not self.errors:
            try:
                self.instance.key, self.instance.sha256, self.instance.variants = files.store_image(data["file"])
            except ValidationError as error:
                self.add_error("file", error)
        return data


class DocumentForm(forms.ModelForm):
    file = forms.FileField(
        label=_("Document"),
        help_text=_("PDF, DOCX, XLSX, PPTX, ODT or ODS, 20 MB at most."),
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{extension}" for extension in files.DOCUMENT_TYPES), "data-megabytes": 20}
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=languages)
    field_order = ["file", "title", "kind", "language", "licence"]

    class Meta:
        model = Document
        fields = ["title", "kind", "language", "licence"]

    def clean(self):
        data = super().clean()
        if "file" in data and not self.errors:
            try:
                stored = files.store_document(data["file"])
            except ValidationError as error:
                self.add_error("file", error)
            else:
                self.instance.key, self.instance.extension, self.instance.size, self.instance.sha256 = stored
        return data
