"""What is signed, and how it is written down: canonical JSON, commitments, keys and C2SP checkpoints.

A checkpoint says "this log had so many leaves, and this was their root"; https://c2sp.org/tlog-checkpoint and
https://c2sp.org/signed-note have the format. Its key is written `origin+keyid+base64`, also in the settings.
"""

import base64
import hashlib
import hmac
import json
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # kinds of signature on a note; the second carries its time


def canonical(value):
    """JSON in the one form that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt, value):
    """What stands in a leaf for personal data. It says nothing once the salt, 32 random bytes, is gone."""
    return hmac.new(salt, canonical(value), hashlib.sha256).hexdigest()


class Key(NamedTuple):
    """A public key under the name of its owner, as `name+keyid+base64(kind, key)`."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text):
        """ValueError unless the key identifies itself."""
        name, key_id, encoded = (*text.split("+", 2), "", "")[:3]  # base64 may hold a + too
        try:
            data = base64.b64decode(encoded, validate=True)
        except ValueError:
            data = b""
        if not name or len(data) != 33:
            raise ValueError("a key is written name+keyid+base64")
        key = cls(name, data[0], data[1:])
        if key.id.hex() != key_id:
            raise ValueError("the key does not fit its own id")
        return key

    @property
    def id(self):
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


class Checkpoint(NamedTuple):
    """What a signed head says."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, note):
        """What a note says, whoever signed it; ValueError if it is none."""
        body, _, _ = note.partition("\n\n")
        lines = body.split("\n")
        if len(lines) != 3 or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
            raise ValueError("this is no checkpoint")
        return cls(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))

    @property
    def text(self):
        """The lines that are signed, with the line feed that ends them."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def signature_line(key, signature):
    return f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def sign(checkpoint, private_key, key):
    """The whole note, with our signature."""
    return f"{checkpoint.text}\n{signature_line(key, private_key.sign(checkpoint.text.encode()))}"


def signature_lines(note):
    """(the line, name, bytes after the key id, key id) of each signature on the note."""
    for line in note.partition("\n\n")[2].splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            data = base64.b64decode(encoded, validate=True)
        except ValueError:
            continue
        if dash == "—" and len(data) > 4:
            yield line, name, data[4:], data[:4]


def is_signed_by(note, key):
    """Whether this key signed what the note says, as the log itself (Ed25519) or as a witness (with a time)."""
    text = note.partition("\n\n")[0].encode() + b"\n"
    for _line, name, signature, key_id in signature_lines(note):
        if (name, key_id) != (key.name, key.id):
            continue
        if key.kind == COSIGNATURE:
            (moment,), signature = struct.unpack(">Q", signature[:8].rjust(8, b"\0")), signature[8:]
            text = f"cosignature/v1\ntime {moment}\n".encode() + text
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True
    return False
