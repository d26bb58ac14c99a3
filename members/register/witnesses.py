"""Witnesses: others who saw a head, found that it continues the one before, and signed it too."""

from django.conf import settings

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
