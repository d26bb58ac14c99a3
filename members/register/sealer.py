"""The sealer signs what the register holds. It runs as a process and a system user of its own: it alone reads the key.

A signature on a false root cannot be taken back, so that everything is checked first, and the root is computed twice
from two readings: a bit that flips in memory must not be signed.
"""

import json
import stat
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.db import transaction

from members.models import Head, Leaf
from members.register import tree
from members.register.notes import ED25519, Checkpoint, Key, canonical, is_signed_by, sign


class Inconsistent(Exception):
    """The register is not what was signed before, or not in order. Nothing may be signed until somebody has looked."""


def make_key(path, origin):
    """Write a new private key that only its owner may read; answers with the public key."""
    private_key = Ed25519PrivateKey.generate()
    path = Path(path)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public_half(private_key, origin)


def read_key(path):
    """The private key, unless others may read it too."""
    path = Path(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PermissionError(f"{path} can be read by others: chmod 600")
    return load_pem_private_key(path.read_bytes(), password=None)


def public_half(private_key, origin):
    return Key(origin, ED25519, private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


@transaction.atomic
def seal(private_key, origin):
    """Sign the register as it is now and answer with the new head; None if the last one still says all."""
    key = public_half(private_key, origin)
    bodies = read_in_order()
    last = Head.objects.last()
    if last:
        refuse_another_past(last, key, bodies)
    if len(bodies) == (last.size if last else 0):
        return None
    hashes = [tree.leaf_hash(body) for body in bodies]
    checkpoint = Checkpoint(origin, len(hashes), tree.root(hashes))
    refuse_another_result(checkpoint, last and Checkpoint.parse(last.note))
    note = sign(checkpoint, private_key, key)
    if not is_signed_by(note, key):
        raise Inconsistent("the signature just made is not valid")
    return Head.objects.create(size=checkpoint.size, note=note)


def read_in_order():
    """The bodies of all leaves, which must be numbered, dated and written as they should."""
    bodies, latest = [], datetime.min
    for number, (idx, body) in enumerate(Leaf.objects.order_by("idx").values_list("idx", "body")):
        body = bytes(body)
        try:
            says = json.loads(body)
            at = datetime.strptime(says["at"], "%Y-%m-%dT%H:%M:%SZ")
            is_in_order = idx == number == says["i"] and says["v"] == 1 and says["t"] in Leaf.Kind.values
        except (ValueError, KeyError, TypeError):
            is_in_order = False
        if not is_in_order or canonical(says) != body or at < latest:
            raise Inconsistent(f"leaf {number} is missing, or not written as it should be")
        bodies.append(body)
        latest = at
    return bodies


def refuse_another_past(last, key, bodies):
    """What was signed before must be the beginning of what is there now."""
    checkpoint = Checkpoint.parse(last.note)
    if not is_signed_by(last.note, key) or (checkpoint.origin, checkpoint.size) != (key.name, last.size):
        raise Inconsistent(f"head {last.size} was not signed by this key")
    hashes = [tree.leaf_hash(body) for body in bodies[: last.size]]
    if len(hashes) != last.size or tree.root(hashes) != checkpoint.root:
        raise Inconsistent(f"the first {last.size} leaves are not those that were signed")


def refuse_another_result(checkpoint, last):
    """Read and compute once more, in the other way where there is one: through the proof that the past is unchanged."""
    hashes = [tree.leaf_hash(body) for body in read_in_order()[: checkpoint.size]]
    if tree.root(hashes) != checkpoint.root:
        raise Inconsistent("the root came out differently the second time")
    if last and not tree.is_consistent(
        last.size, last.root, checkpoint.size, checkpoint.root, tree.consistency(last.size, hashes)
    ):
        raise Inconsistent("the new head does not continue the last one")
