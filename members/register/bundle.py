"""What the register shows to the world: the last checkpoint, everything in one file, and the proof of one entry.

The bundle's format is a contract: independent verifiers read exactly this (docs/register.md).
"""

import base64
import json
from typing import NamedTuple

from django.conf import settings

from members.models import Head, Leaf, Opening
from members.register import tree
from members.register.notes import Checkpoint


def heads():
    return Head.objects.prefetch_related("cosignatures").order_by("size")


def checkpoint():
    """The newest signed head as a note, or "" while nothing is signed."""
    head = heads().last()
    return head.with_witnesses() if head else ""


def bundle():
    """The whole register as far as it is signed, as bytes of JSON; b"" while nothing is signed."""
    history = [head.with_witnesses() for head in heads()]
    if not history:
        return b""
    size = Checkpoint.parse(history[-1]).size
    leaves = Leaf.objects.filter(idx__lt=size).order_by("idx").values_list("body", flat=True)
    openings = Opening.objects.filter(leaf__lt=size).order_by("leaf")
    return json.dumps(
        {
            "vkey": settings.REGISTER_VKEY,
            "checkpoint": history[-1],
            "history": history,
            "leaves": [encoded(body) for body in leaves],
            "openings": {str(opening.leaf_id): opened(opening) for opening in openings},
        },
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


class Proof(NamedTuple):
    """That one leaf is in the register that was signed: all that is needed to check it, but the key to trust."""

    idx: int
    leaf: str  # base64, as everything here that is bytes
    path: list
    size: int
    root: str
    checkpoint: str
    vkey: str
    opening: dict | None

    def as_json(self):
        return json.dumps(self._asdict(), ensure_ascii=False, separators=(",", ":"))

    @property
    def says(self):
        """The leaf's own words."""
        return base64.b64decode(self.leaf).decode()

    @property
    def act(self):
        return Leaf.Kind(json.loads(self.says)["t"]).label

    @property
    def leaf_hash(self):
        return encoded(tree.leaf_hash(base64.b64decode(self.leaf)))


def proofs_of(signature):
    """The proof of each entry about a signature, its first one first; entries that wait for their head are left out."""
    head = heads().last()
    leaves = [leaf for leaf in signature.leaves.select_related("opening") if head and leaf.idx < head.size]
    if not leaves:
        return []
    bodies = Leaf.objects.filter(idx__lt=head.size).order_by("idx").values_list("body", flat=True)
    hashes = [tree.leaf_hash(bytes(body)) for body in bodies]
    return [
        Proof(
            idx=leaf.idx,
            leaf=encoded(leaf.body),
            path=[encoded(neighbour) for neighbour in tree.inclusion(leaf.idx, hashes)],
            size=head.size,
            root=encoded(tree.root(hashes)),
            checkpoint=head.with_witnesses(),
            vkey=settings.REGISTER_VKEY,
            opening=opened(leaf.opening) if hasattr(leaf, "opening") else None,
        )
        for leaf in leaves
    ]


def opened(opening):
    return {"salt": bytes(opening.salt).hex(), "person": opening.person}


def encoded(data):
    return base64.b64encode(bytes(data)).decode()
