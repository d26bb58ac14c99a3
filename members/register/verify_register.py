#!/usr/bin/env python3
"""Verify the register of signatures offline, without trusting the site that shows it.

    verify_register.py verify bundle.json --key VKEY [--seen old.txt]
    verify_register.py verify certificate.pdf --key VKEY [--bundle bundle.json]
    verify_register.py cosign bundle.json --key VKEY --seen old.txt --witness NAME --witness-key key.pem

Exit status: 0 everything that was asked for holds, 1 something does not, 2 it could not be read.
Python 3.9 or newer and nothing else; with the package `cryptography` it also checks the signatures on the heads.
`cosign` is for witnesses: it verifies, and prints the checkpoint with the witness's own signature, to be sent back.
`--seen` names a checkpoint that you kept earlier (from a mail, a certificate, a witness): the register must contain it.
The key must come from somewhere else than the data: a letter, a certificate, the DNS, an older copy of this file.
"""

import argparse
import base64
import hashlib
import hmac
import itertools
import json
import re
import struct
import sys
import time
import zlib

PINNED_KEY = ""  # filled in where the register's own site hands this file out

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
except ImportError:
    Ed25519PublicKey = None


class Refused(Exception):
    """Why the data is not what it should be."""


def demand(condition, why):
    if not condition:
        raise Refused(why)


def decoded(text):
    demand(isinstance(text, str), "something that should be base64 is not text")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("base64 is broken") from None
    demand(base64.b64encode(data).decode() == text, "base64 is not written in its one form")
    return data


def without_repetition(pairs):
    demand(len(dict(pairs)) == len(pairs), "a name stands twice in one object")
    return dict(pairs)


def parse(data):
    return json.loads(data, object_pairs_hook=without_repetition)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# --- the tree of RFC 6962 ---


def leaf_hash(body):
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree to which leaves are added one by one, and whose root can be asked for at every size."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, node):
        self.size += 1
        bits = self.size
        while bits % 2 == 0:
            node, bits = node_hash(self.peaks.pop(), node), bits // 2
        self.peaks.append(node)

    def root(self):
        if not self.peaks:
            return hashlib.sha256().digest()
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = node_hash(peak, node)
        return node


def root_from_path(index, size, node, path):
    demand(0 <= index < size, "the entry's number is not in the register")
    last, path = size - 1, list(path)
    while last:
        if index % 2 or index < last:
            demand(path, "the proof is too short")
            other = path.pop(0)
            node = node_hash(other, node) if index % 2 else node_hash(node, other)
        index, last = index // 2, last // 2
    demand(not path, "the proof is too long")
    return node


# --- heads ---


def parse_key(text):
    name, key_id, encoded = (*(text or "").split("+", 2), "", "")[:3]
    data = decoded(encoded)
    demand(name and len(data) == 33 and data[0] == 1, "the key is not written as origin+keyid+base64 of an Ed25519 key")
    demand(hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] == key_id, "the key does not fit its own id")
    return name, bytes.fromhex(key_id), data[1:]


def read_head(note, key):
    """(size, root) of a note that this key signed."""
    demand(isinstance(note, str), "a head is not text")
    text, separator, signatures = note.partition("\n\n")
    lines = text.split("\n")
    demand(separator and len(lines) == 3, "a head is not a checkpoint of three lines")
    name, key_id, public = key
    demand(lines[0] == name, "a head belongs to another register: " + lines[0])
    demand(re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]), "the size of a head is no number")
    demand(signatures.endswith("\n"), "the signature lines of a head do not end")
    ours = []
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch("— ([^ ]+) ([A-Za-z0-9+/=]+)", line)
        demand(match, "a signature line of a head is broken")
        data = decoded(match[2])
        if match[1] == name and data[:4] == key_id:
            ours.append(data[4:])
    demand(len(ours) == 1 and len(ours[0]) == 64, "a head is not signed by this key")
    if Ed25519PublicKey:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(ours[0], (text + "\n").encode())
        except InvalidSignature:
            raise Refused("the signature on a head of size " + lines[1] + " is not valid") from None
    root = decoded(lines[2])
    demand(len(root) == 32, "the root of a head has a wrong length")
    return int(lines[1]), root


# --- the bundle ---

KINDS = {  # the fields of each kind of leaf besides v, i, t and at
    "text": {"decl"},
    "sign": {"decl", "city", "c"},
    "withdraw": {"decl", "city", "ref"},
    "correct": {"decl", "city", "ref", "c"},
    "erase": {"decl", "city", "ref"},
    "link": {"prev"},
}
HASHES = {"decl", "c", "m", "prev"}


def read_leaf(number, body):
    try:
        leaf = parse(body)
    except ValueError:
        raise Refused("entry %d is not JSON" % number) from None
    demand(isinstance(leaf, dict) and canonical(leaf) == body, "entry %d is not canonical JSON" % number)
    demand(leaf.get("v") == 1 and leaf.get("i") == number, "entry %d does not have its number" % number)
    kind = leaf.get("t")
    demand(isinstance(kind, str) and kind in KINDS, "entry %d is of an unknown kind" % number)
    fields = set(leaf) - {"v", "i", "t", "at", "m"}
    demand(fields == KINDS[kind], "entry %d has other fields than its kind" % number)
    at = leaf.get("at")
    demand(
        isinstance(at, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", at), "entry %d has no time" % number
    )
    for name in HASHES & set(leaf):
        demand(
            isinstance(leaf[name], str) and re.fullmatch("[0-9a-f]{64}", leaf[name]),
            "entry %d: %s is no SHA-256" % (number, name),
        )
    return leaf


def check_references(leaves):
    """Who stands on the register in the end, by number of the entry; and whose names may not be opened any more."""
    active, closed, subjects = {}, set(), {}
    for leaf in leaves:
        number, ref = leaf["i"], leaf.get("ref")
        subject = (leaf.get("decl"), leaf.get("city"))
        if leaf["t"] == "sign":
            demand(subject not in active.values(), "entry %d signs what is signed already" % number)
            active[number] = subject
            subjects[number] = subject
        if ref is not None:
            demand(type(ref) is int and subjects.get(ref) == subject, "entry %d refers to another city" % number)
        if leaf["t"] == "withdraw":
            demand(active.pop(ref, None), "entry %d withdraws what is not active" % number)
        if leaf["t"] in ("correct", "erase"):
            demand(ref not in closed, "entry %d closes what is closed already" % number)
            closed.add(ref)
        if leaf["t"] == "correct":
            subjects[number] = subject
    return active, closed


def check_bundle(bundle, key, seen=()):
    """Everything that a bundle claims. Answers with what it holds; Refused says what is wrong."""
    demand(isinstance(bundle, dict), "the bundle is no object")
    demand(
        set(bundle) == {"vkey", "checkpoint", "history", "leaves", "openings"},
        "the bundle has other parts than it should",
    )
    demand(bundle["vkey"] == key, "the bundle names another key than the one you trust")
    trusted = parse_key(key)
    history = bundle["history"]
    demand(isinstance(history, list) and history, "the bundle has no history")
    demand(history[-1] == bundle["checkpoint"], "the checkpoint is not the last of the history")
    heads = [read_head(note, trusted) for note in history]
    sizes = [size for size, _ in heads]
    demand(sizes == sorted(set(sizes)), "the heads of the history do not grow")
    demand(isinstance(bundle["leaves"], list), "the leaves are no list")
    bodies = [decoded(leaf) for leaf in bundle["leaves"]]
    demand(len(bodies) == sizes[-1], "the checkpoint counts %d entries, the bundle has %d" % (sizes[-1], len(bodies)))
    due = [*heads, *(read_head(note, trusted) for note in seen)]
    demand(all(size <= len(bodies) for size, _ in due), "you have seen a longer register than this one")
    leaves, tree, last = [], Growing(), ""
    roots = {0: tree.root()}
    wanted = {size for size, _ in due}
    for number, body in enumerate(bodies):
        leaf = read_leaf(number, body)
        demand(leaf["at"] >= last, "entry %d is older than the one before" % number)
        demand(leaf["t"] != "link" or number == 0, "only the first entry can continue another register")
        last = leaf["at"]
        leaves.append(leaf)
        tree.add(leaf_hash(body))
        if tree.size in wanted:
            roots[tree.size] = tree.root()
    for size, root in due:
        demand(roots[size] == root, "the first %d entries are not those that were signed" % size)
    active, closed = check_references(leaves)
    check_openings(bundle["openings"], leaves, closed)
    return {"entries": len(leaves), "active": len(active), "named": len(bundle["openings"]), "heads": len(heads)}


def check_openings(openings, leaves, closed):
    demand(isinstance(openings, dict), "the openings are no object")
    for number, opening in openings.items():
        demand(re.fullmatch("0|[1-9][0-9]*", number) and int(number) < len(leaves), "an opening opens nothing")
        leaf = leaves[int(number)]
        demand("c" in leaf, "an opening opens an entry without a name")
        demand(int(number) not in closed, "entry %s is erased or corrected, and its name is still shown" % number)
        check_opening(opening, leaf)


def check_opening(opening, leaf):
    demand(isinstance(opening, dict) and set(opening) == {"salt", "person"}, "an opening is broken")
    salt, person = opening["salt"], opening["person"]
    demand(isinstance(salt, str) and re.fullmatch("[0-9a-f]{64}", salt), "a salt is broken")
    demand(isinstance(person, dict) and set(person) == {"name", "role", "locale"}, "a person is broken")
    right = hmac.new(bytes.fromhex(salt), canonical(person), hashlib.sha256).hexdigest()
    demand(
        hmac.compare_digest(right, leaf["c"]), "the name shown for entry %d is not the one that was signed" % leaf["i"]
    )


# --- a certificate ---


def attached_proof(pdf):
    """The proof in a certificate: the one attached file that is JSON with a leaf."""
    starts = (match.end() for match in re.finditer(rb"stream\r?\n", pdf))
    for start in itertools.islice(starts, 1000):
        data = pdf[start : start + 200_000]
        try:
            data = zlib.decompressobj().decompress(data, 200_000)
        except zlib.error:
            data = data.partition(b"endstream")[0]
        try:
            proof = parse(data)
        except ValueError:
            continue
        if isinstance(proof, dict) and {"leaf", "path", "checkpoint"} <= set(proof):
            return proof
    raise Refused("there is no proof of this register in the file")


def check_proof(proof, key):
    """That the entry of a certificate is in the register. Answers with the entry."""
    size, root = read_head(proof["checkpoint"], parse_key(key))
    body = decoded(proof["leaf"])
    index = proof.get("idx")
    demand(type(index) is int, "the proof has no number")
    leaf = read_leaf(index, body)
    demand(isinstance(proof["path"], list), "the path is no list")
    path = [decoded(node) for node in proof["path"]]
    demand(root_from_path(index, size, leaf_hash(body), path) == root, "the proof does not lead to the signed head")
    if proof.get("opening") is not None:
        check_opening(proof["opening"], leaf)
    return leaf


def status_today(leaf, bundle):
    """What became of a certificate's entry, by a bundle that was checked."""
    for body in bundle["leaves"]:
        later = json.loads(decoded(body))
        if later["t"] == "withdraw" and later["ref"] == leaf["i"]:
            return "withdrawn on " + later["at"][:10]
    return "active"


# --- the command ---


def load(path):
    with open(path, "rb") as file:
        return parse(file.read())


def verify(options, say):
    key = options.key or PINNED_KEY
    demand(key, "name the key that you trust: --key origin+keyid+base64")
    seen = []
    for path in options.seen:
        with open(path, encoding="utf-8", newline="") as file:
            seen.append(file.read())
    with open(options.file, "rb") as file:
        data = file.read()
    if not Ed25519PublicKey:
        say("Note: the package `cryptography` is missing, so the signatures on the heads are NOT checked.")
    if data.startswith(b"%PDF"):
        proof = attached_proof(data)
        leaf = check_proof(proof, key)
        say(
            "The certificate's proof leads to a head of the register: entry %d, %s, %s."
            % (leaf["i"], leaf["city"], leaf["at"])
        )
        say("The seal on the PDF is not checked here: any PDF reader does that.")
        if not options.bundle:
            say("Status today: unknown. Name a fresh bundle.json with --bundle, or open the certificate's address.")
            return
        bundle = load(options.bundle)
        check_bundle(bundle, key, [*seen, proof["checkpoint"]])
        demand(proof["leaf"] == bundle["leaves"][leaf["i"]], "the register has another entry in this place")
        say("Status today: %s." % status_today(leaf, bundle))
        return
    found = check_bundle(parse(data), key, seen)
    say(
        "The register is consistent: %(entries)d entries, %(active)d active signatures, %(named)d with a name, "
        "%(heads)d signed heads." % found
    )
    if seen:
        say("It contains what you had seen before.")


def cosign(options, say):
    """Verify against what was seen before, then print the checkpoint with our signature (C2SP cosignature/v1)."""
    verify(options, lambda line: None)
    note = load(options.file)["checkpoint"]
    with open(options.witness_key, "rb") as file:
        private_key = load_pem_private_key(file.read(), password=None)
    public = private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(options.witness.encode() + b"\n\x04" + public).digest()[:4]
    now = int(time.time())
    text = "cosignature/v1\ntime %d\n%s\n" % (now, note.partition("\n\n")[0])
    signature = key_id + struct.pack(">Q", now) + private_key.sign(text.encode())
    say(note + "— %s %s" % (options.witness, base64.b64encode(signature).decode()))


def main(arguments=None, say=print):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, deed in (("verify", verify), ("cosign", cosign)):
        command = commands.add_parser(name)
        command.set_defaults(deed=deed, bundle=None)
        command.add_argument("file", help="bundle.json, or a certificate as PDF")
        command.add_argument("--key", help="the key that you trust: origin+keyid+base64")
        command.add_argument("--seen", action="append", default=[], help="a checkpoint kept earlier; may be repeated")
        if deed is verify:
            command.add_argument("--bundle", help="with a certificate: a fresh bundle.json, for its status today")
        else:
            command.add_argument("--witness", required=True, help="your name as a witness, such as city.example.org")
            command.add_argument("--witness-key", required=True, help="your private key: Ed25519 as PEM")
    options = parser.parse_args(arguments)
    try:
        options.deed(options, say)
    except Refused as why:
        say("REFUSED: %s." % why)
        return 1
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        say("Could not be read: %s: %s" % (type(error).__name__, error))
        return 1 if not isinstance(error, OSError) else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
