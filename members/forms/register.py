"""The form that takes a certificate to be checked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST = 2 * 1024 * 1024


class CertificateForm(forms.Form):
    """One PDF of at most 2 MB."""

    TOO_MANY = _("That is a lot of certificates for one hour. Come back later, or use the program below.")

    file = forms.FileField(
        label=_("Certificate, as PDF"),
        help_text=_("At most 2 MB. It is read, judged and forgotten; nothing is kept."),
        error_messages={"required": _("Choose the PDF of a certificate.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("This file is larger than 2 MB. Certificates are much smaller."))
        if file.read(5) != b"%PDF-":
            raise ValidationError(_("This is no PDF. Choose the certificate as it was downloaded."))
        file.seek(0)
        return file
