"""Witnesses: others who saw a head, found that it continues the one before, and signed it too."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from members.emails import signing as emails
from members.models import Cosignature, Head
from members.register.notes import Checkpoint, Key, is_signed_by, signature_lines


def accept(note):
    """Keep what known witnesses signed; answers with their names. ValueError if it is no head of ours."""
    head = Head.objects.filter(size=Checkpoint.parse(note).size).first()
    if head is None or head.note.partition("\n\n")[0] != note.partition("\n\n")[0]:
        raise ValueError("this is no head of this register")
    keys = [key for key in map(Key.parse, settings.REGISTER_WITNESSES) if is_signed_by(note, key)]
    for key in keys:
        line = next(line for line, name, _, key_id in signature_lines(note) if (name, key_id) == (key.name, key.id))
        Cosignature.objects.get_or_create(head=head, witness=key.name, defaults={"line": line + "\n"})
    return [key.name for key in keys]


def watch():
    """Tell the staff of each witness that has left a head unsigned for longer than a witness may be silent."""
    longest = timezone.now() - timedelta(hours=settings.REGISTER_WITNESS_SILENCE_HOURS)
    for key in map(Key.parse, settings.REGISTER_WITNESSES):
        since = unsigned_since(key.name)
        if since and since < longest:
            emails.witness_silent(key.name, since)


def unsigned_since(witness):
    """When the first head was signed that is newer than all that this witness has seen; None if there is none."""
    seen = Cosignature.objects.filter(witness=witness).aggregate(size=Max("head"))["size"] or 0
    return Head.objects.filter(size__gt=seen).order_by("size").values_list("created", flat=True).first()
