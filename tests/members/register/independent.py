"""A second verifier, written from the words of docs/register.md alone. It shares no line with the site's own.

The root is computed by the recursive definition of RFC 6962, the signature is taken apart by hand.
"""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def mth(leaves):
    n = len(leaves)
    if n == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def holds(data, vkey):
    """Whether the bundle (bytes) is a register signed by this key; answers with its leaves. Anything wrong raises."""
    bundle = json.loads(data)
    assert bundle["vkey"] == vkey
    origin, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    assert hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4] == bytes.fromhex(key_id)
    assert key[0] == 1
    leaves = [base64.b64decode(leaf) for leaf in bundle["leaves"]]
    assert bundle["history"][-1] == bundle["checkpoint"]
    for note in bundle["history"]:
        head, size, root, nothing, line, *_ = note.split("\n")
        assert (head, nothing) == (origin, "")
        assert base64.b64decode(root) == mth(leaves[: int(size)])
        dash, name, signature = line.split(" ")
        signature = base64.b64decode(signature)
        assert (dash, name, signature[:4]) == ("—", origin, bytes.fromhex(key_id))
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{origin}\n{size}\n{root}\n".encode())
    assert len(leaves) == int(bundle["checkpoint"].split("\n")[1])
    said = [json.loads(leaf) for leaf in leaves]
    assert [leaf["i"] for leaf in said] == list(range(len(leaves)))
    gone = {str(leaf["ref"]) for leaf in said if leaf["t"] in ("erase", "correct")}
    assert not gone & set(bundle["openings"])
    for number, opening in bundle["openings"].items():
        person = json.dumps(opening["person"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        salt = bytes.fromhex(opening["salt"])
        assert hmac.new(salt, person, "sha256").hexdigest() == said[int(number)]["c"]
    return said
