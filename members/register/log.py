"""How acts enter the register: one canonical leaf each, in the transaction of the act (docs/register.md)."""

import hashlib
import secrets
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone

from members.models import Leaf, Opening
from members.register.notes import canonical, commitment

APPENDING = 0x7265676973746572  # "register": the lock that makes one append wait for another
Kind = Leaf.Kind


def enter_text(version, at=None):
    """A version of the declaration was published."""
    return append(Kind.TEXT_PUBLISHED, at=at, decl=version.fingerprint)


def enter_signature(signature, at=None):
    """An authority signed. Name, office and mailbox enter as commitments."""
    return append(Kind.SIGNED, signature, at, person=True, **subject(signature))


def enter_withdrawal(signature, at=None):
    """The authority left; the name that it signed under stays."""
    return append(Kind.WITHDRAWN, signature, at, **subject(signature), ref=entry_of(signature).idx)


@transaction.atomic
def enter_correction(signature):
    """A typo in the name or office: the new words are committed to, and the old ones cannot be proved any more."""
    replaced = forget(signature)
    return append(Kind.CORRECTED, signature, person=True, **subject(signature), ref=replaced)


@transaction.atomic
def enter_erasure(signature):
    """The person's name goes; that the authority signed, and every proof of it, stays."""
    return append(Kind.ERASED, signature, **subject(signature), ref=forget(signature))


def enter_link(last_note):
    """First leaf of a register with a new key: it names the last head of the one before."""
    return append(Kind.LINKED, prev=hashlib.sha256(last_note.encode()).hexdigest())


def subject(signature):
    return {"decl": signature.version.fingerprint, "city": signature.authority.code}


def entry_of(signature):
    """The leaf with which the signature entered the register."""
    return next(leaf for leaf in signature.leaves.all() if leaf.kind == Kind.SIGNED)


def forget(signature):
    """Delete what opens the signature's commitments; answers with the number of the leaf that it opened."""
    opening = Opening.objects.select_for_update().get(leaf__signature=signature)
    idx = opening.leaf_id
    opening.delete()
    return idx


@transaction.atomic
def append(kind, signature=None, at=None, person=False, **content):
    """The next leaf. Numbers have no gaps and times never go back, whoever appends at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPENDING])
    last = Leaf.objects.last()
    at = max(filter(None, [at or timezone.now(), last and last.at]))
    idx = last.idx + 1 if last else 0
    salts = (secrets.token_bytes(32), secrets.token_bytes(32))
    if person:
        content["c"] = commitment(salts[0], shown_of(signature))
        content["m"] = commitment(salts[1], signature.signatory_email)
    body = {"v": 1, "i": idx, "t": kind, "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", **content}
    leaf = Leaf.objects.create(idx=idx, body=canonical(body), signature=signature)
    if person:
        Opening.objects.create(leaf=leaf, salt=salts[0], mailbox_salt=salts[1], person=shown_of(signature))
    return leaf


def shown_of(signature):
    """What the register shows of the person; an office without a name, where the person wished that."""
    return {"name": signature.public_name, "role": signature.signatory_office, "locale": signature.language}
