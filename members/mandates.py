"""Decisions and letters that prove a power to sign: PDFs that only the officers read.

A file is kept as soon as it arrives, so that it survives an error elsewhere in the form; the form then
carries a signed note of it. What no case took up is deleted by the clock.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Signature

FOLDER = "mandates"
LARGEST = 10 * 1024 * 1024
NOTE_LASTS = timedelta(days=1)
SALT = "members.mandates"


class Mandate(NamedTuple):
    """A kept file: where, with which content, and what its sender called it."""

    file: str
    sha256: str
    name: str


def check(upload):
    """Refuse what is no PDF by its first bytes, or is too large."""
    if upload.size > LARGEST:
        raise ValidationError(_("This file is larger than 10 MB. Send a smaller scan."))
    beginning = upload.read(1024)
    upload.seek(0)
    if b"%PDF-" not in beginning:
        raise ValidationError(_("This file is not a PDF. Save the decision as a PDF and choose it again."))


def keep(upload):
    """Store an upload under a name that nobody can guess."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    file = default_storage.save(f"{FOLDER}/{secrets.token_urlsafe(24)}.pdf", upload)
    return Mandate(file, digest.hexdigest(), upload.name[:100])


def note(mandate):
    """A text for a hidden field, by which `kept` finds the file again and nobody else's."""
    return signing.dumps(list(mandate), salt=SALT)


def kept(text):
    """The file of a note, or None if the note is forged or old, or its file gone."""
    try:
        mandate = Mandate(*signing.loads(text, salt=SALT, max_age=NOTE_LASTS))
    except signing.BadSignature:
        return None
    return mandate if default_storage.exists(mandate.file) else None


def forget(older_than):
    """Delete files that no case took up."""
    if not default_storage.exists(FOLDER):
        return
    limit = timezone.now() - older_than
    taken = set(Signature.objects.exclude(mandate="").values_list("mandate", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        file = f"{FOLDER}/{name}"
        if file not in taken and default_storage.get_modified_time(file) < limit:
            default_storage.delete(file)
