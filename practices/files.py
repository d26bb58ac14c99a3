"""Pictures and documents that cities send: what is let in, what is kept of it, where it lies.

Of a picture only redrawn variants are kept: no position, no camera data, no thumbnail, no tail. Documents are
kept as they are and only ever offered as a download. Names on disk are random; reading goes through a view
that asks who may see the text they belong to.
"""

import hashlib
import io
import struct
import uuid
import zipfile
import zlib

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

MEGABYTE = 1024 * 1024
IMAGE_SIZE, DOCUMENT_SIZE = 8 * MEGABYTE, 20 * MEGABYTE
PIXELS = 40_000_000
WIDTHS = (1600, 960, 480, 320)  # a page, half a page, a phone, a card
LYING = 5  # from this orientation on, a camera was held upright and its picture lies on its side
TALL = 4  # how many times its width a picture may be high
BROKEN = (  # what decoders raise over a damaged or hostile picture
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error),
    Image.DecompressionBombError,
)
ENCODERS = {"avif": {"quality": 60, "speed": 8}, "webp": {"quality": 78, "method": 4}}
DOCUMENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


def image_path(key, width, extension):
    return f"images/{key}/{width}.{extension}"


def document_path(key, extension):
    return f"documents/{key}.{extension}"


def store_image(upload):
    """Redraw a picture in all widths and formats; returns its key, the SHA-256 of what was sent, and the variants.

    The variants: {"480": {"width": 480, "height": 320, "avif": sha256, "webp": sha256}, …}; a small picture is never
    made larger, so its widest variant is the picture itself.

    Raises ValidationError if it is too large, not a still JPEG, PNG, WebP or AVIF picture, or broken.
    """
    if upload.size > IMAGE_SIZE:
        raise ValidationError(_("This picture is larger than 8 MB. Please send a smaller one."))
    sent = upload.read()
    try:
        with Image.open(io.BytesIO(sent), formats=("JPEG", "PNG", "WEBP", "AVIF")) as opened:
            if opened.width * opened.height > PIXELS:
                raise ValidationError(_("This picture has more than 40 million pixels. Please send a smaller one."))
            if getattr(opened, "n_frames", 1) > 1:
                raise ValidationError(_("This picture moves. Please send a still one."))
            picture = redraw(opened)
    except BROKEN as error:
        raise ValidationError(_("This file is not a JPEG, PNG, WebP or AVIF picture, or it is broken.")) from error
    key, variants = uuid.uuid4(), {}
    smallest_that_holds_it = min([width for width in WIDTHS if width >= picture.width], default=WIDTHS[0])
    for width in [width for width in WIDTHS if width <= smallest_that_holds_it]:
        picture.thumbnail((width, width * TALL), Image.Resampling.LANCZOS)  # each from the one before, largest first
        variants[str(width)] = {"width": picture.width, "height": picture.height}
        for extension, options in ENCODERS.items():
            encoded = io.BytesIO()
            picture.save(encoded, extension.upper(), **options)
            variants[str(width)][extension] = store(image_path(key, width, extension), encoded.getvalue())
    return key, hashlib.sha256(sent).hexdigest(), variants


def redraw(opened):
    """The pixels alone, as people see them: upright, on white where nothing is, no wider than our widest.

    It is made small before anything else, and a JPEG is decoded small already: a picture of a camera takes some
    30 MB of memory here, not 200.
    """
    if opened.mode not in ("RGB", "RGBA", "L", "CMYK"):
        opened = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    is_lying = opened.getexif().get(ExifTags.Base.Orientation, 1) >= LYING
    box = (WIDTHS[0], WIDTHS[0] * TALL)
    opened.thumbnail(box[::-1] if is_lying else box, Image.Resampling.LANCZOS)
    picture = ImageOps.exif_transpose(opened)
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    picture = picture.convert("RGB")
    picture.info.clear()
    return picture


def store_document(upload):
    """Keep a document as it is; returns its key, extension, size and SHA-256.

    Raises ValidationError if it is too large or not what its name says.
    """
    extension = upload.name.rpartition(".")[2].lower()
    if extension not in DOCUMENT_TYPES:
        raise ValidationError(_("Please send a PDF, DOCX, XLSX, PPTX, ODT or ODS file."))
    if upload.size > DOCUMENT_SIZE:
        raise ValidationError(_("This document is larger than 20 MB. Please send a smaller one."))
    content = upload.read()
    if not is_really(extension, content):
        raise ValidationError(_("This file is not what its name says, or it is broken."))
    key = uuid.uuid4()
    return key, extension, len(content), store(document_path(key, extension), content)


def is_really(extension, content):
    """Whether the bytes are of the kind that the extension names, without macros."""
    if extension == "pdf":
        return content.startswith(b"%PDF-")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
                return False
            if extension in OFFICE_FOLDERS:
                return any(name.startswith(OFFICE_FOLDERS[extension]) for name in names)
            kind = DOCUMENT_TYPES[extension].encode()
            with archive.open("mimetype") as file:  # only so much of it: a small archive may unpack to a huge file
                return file.read(len(kind) + 1) == kind
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError, OSError, ValueError):
        return False  # NotImplementedError is a RuntimeError: encrypted, or packed in a way that nobody knows


def store(path, content):
    """Write a file under a name that nobody else has; returns its SHA-256."""
    default_storage.save(path, ContentFile(content))
    return hashlib.sha256(content).hexdigest()
