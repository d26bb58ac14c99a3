"""Pictures and documents, for those who may see the text that they belong to."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from practices import files
from practices.models import Document, Image


def first_readable(model, request, key):
    row = model.objects.readable_by(request.user).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def answer(path, content_type, **kwargs):
    """The file, never run by a browser: no sniffing, no script, whatever it holds."""
    try:
        response = FileResponse(default_storage.open(path), content_type=content_type, **kwargs)
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def image(request, key, width, extension):
    """A picture of a text that the reader may see, in one of its widths and formats."""
    picture = first_readable(Image, request, key)
    if extension not in picture.variants.get(str(width), {}) or extension not in files.ENCODERS:
        raise Http404
    return answer(files.image_path(key, width, extension), f"image/{extension}")


@require_safe
def document(request, key):
    """A document of a text that the reader may see, as a download under its title."""
    found = first_readable(Document, request, key)
    name = f"{slugify(found.title) or 'document'}.{found.extension}"
    path = files.document_path(key, found.extension)
    return answer(path, files.DOCUMENT_TYPES[found.extension], as_attachment=True, filename=name)
