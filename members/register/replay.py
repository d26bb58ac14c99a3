"""After a restore: what the register held later, from a bundle that somebody kept. Erasures are done again.

The bundle is signed, so that its leaves are as good as those that were lost; what only the database knew stays lost.
"""

import base64

from django.conf import settings
from django.db import transaction

from members import signing
from members.models import Head, Leaf, Opening, Signature
from members.register import certificate, verify_register
from members.register.notes import Checkpoint, Key, is_signed_by

Kind = Leaf.Kind


@transaction.atomic
def replay(bundle):
    """Continue the register as the bundle does; answers with the sign leaves whose signatures the backup lacks."""
    verify_register.check_bundle(bundle, settings.REGISTER_VKEY)
    bodies = [base64.b64decode(leaf) for leaf in bundle["leaves"]]
    present = [bytes(body) for body in Leaf.objects.order_by("idx").values_list("body", flat=True)]
    if present != bodies[: len(present)]:
        raise ValueError("the restored register is not the beginning of this bundle")
    for idx in range(len(present), len(bodies)):
        again(Leaf(idx=idx, body=bodies[idx]), bundle["openings"].get(str(idx)))
    for note in bundle["history"]:
        keep_head(note)
    later = Leaf.objects.filter(idx__gte=len(present), signature=None)
    return [leaf for leaf in later if leaf.kind == Kind.SIGNED]


def again(leaf, opening):
    """Append one leaf to the letter, with what it did to its signature."""
    earlier = Leaf.objects.filter(idx=leaf.says["ref"]).first() if "ref" in leaf.says else None
    leaf.signature = earlier and earlier.signature
    leaf.save(force_insert=True)
    if leaf.kind in (Kind.ERASED, Kind.CORRECTED):
        Opening.objects.filter(leaf=leaf.says["ref"]).delete()
    if opening:
        Opening.objects.create(
            leaf=leaf, salt=bytes.fromhex(opening["salt"]), mailbox_salt=b"", person=opening["person"]
        )
    if leaf.signature:
        bring_up_to(leaf.signature, leaf, opening)


def bring_up_to(signature, leaf, opening):
    before = signature.state
    match leaf.kind:
        case Kind.ERASED:
            signature.erased_at = leaf.at
            signing.forget_person(signature)
        case Kind.WITHDRAWN:
            signature.state, signature.withdrawn_at = Signature.State.WITHDRAWN, leaf.at
        case Kind.CORRECTED if opening:
            signature.signatory_office = opening["person"]["role"]
            signature.signatory_name = opening["person"]["name"] or signature.signatory_name
    certificate.discard(signature)
    signature.save()
    signature.steps.create(name="replay", source=before, target=signature.state)


def keep_head(note):
    """A head of the bundle, without what witnesses wrote below it."""
    size = Checkpoint.parse(note).size
    text, _, lines = note.partition("\n\n")
    key = Key.parse(settings.REGISTER_VKEY)
    ours = next(f"{text}\n\n{line}\n" for line in lines.splitlines() if is_signed_by(f"{text}\n\n{line}\n", key))
    Head.objects.get_or_create(size=size, defaults={"note": ours})
