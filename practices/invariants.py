"""What must hold of practices and their files at every moment. Each answers with what is wrong, or ""."""

import hashlib

from django.core.files.storage import default_storage
from django.db.models import F

from practices.files import document_path, image_path
from practices.models import Document, Image, Practice, Revision, SearchRow, Step


def a_public_text_was_approved_by_somebody_else():
    """I3: whoever approved what the public reads did not write it."""
    decided = Step.objects.filter(name="approve").exclude(by=None)
    own = decided.filter(by=F("revision__author"), revision__in=Revision.objects.ever_public())
    return ", ".join(str(pk) for pk in own.values_list("revision", flat=True))


def every_file_is_what_its_row_says():
    """I4: every picture and document has its file, with the bytes that were stored."""
    files = [(document_path(row.key, row.extension), row.sha256) for row in Document.objects.all()]
    for image in Image.objects.all():
        for width, variant in image.variants.items():
            kinds = ((kind, variant[kind]) for kind in ("avif", "webp") if kind in variant)
            files += [(image_path(image.key, width, kind), sha256) for kind, sha256 in kinds]
    return ", ".join(path for path, sha256 in files if hash_of(path) != sha256)


def hash_of(path):
    if not default_storage.exists(path):
        return ""
    with default_storage.open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def only_what_is_public_can_be_found():
    """I5: the catalogue's index holds exactly what is published."""
    found, published = (set(rows) for rows in (
        SearchRow.objects.values_list("practice", flat=True),
        Practice.objects.published().filter(removed_at=None).values_list("pk", flat=True),
    ))  # fmt: skip
    return ", ".join(map(str, sorted(found ^ published)))


INVARIANTS = [
    a_public_text_was_approved_by_somebody_else,
    every_file_is_what_its_row_says,
    only_what_is_public_can_be_found,
]
