"""The offline verifier: it accepts what is true, and refuses every change. A second, independent one agrees."""

import base64
import json
import random
import subprocess
import sys

import pytest

from members.models import Leaf
from members.register import bundle, log, notes, sealer, tree, verify_register
from members.register.verify_register import Refused, check_bundle, check_proof
from tests.factories import SignatureFactory
from tests.members.register import independent
from tests.members.register.conftest import ORIGIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(seal):
    """A bundle with every kind of act, signed at three sizes."""
    log.enter_text(SignatureFactory(active=True).version)
    seal()
    left, corrected, erased = SignatureFactory.create_batch(3, active=True, signatory_name="Łucja Näf")
    log.enter_withdrawal(left)
    seal()
    log.enter_correction(corrected)
    log.enter_erasure(erased)
    seal()
    return bundle.bundle()


def run(*arguments):
    said = []
    return verify_register.main(["verify", *map(str, arguments)], said.append), " ".join(said)


def accepts(data, key, seen=()):
    try:
        return bool(check_bundle(verify_register.parse(data), str(key), seen))
    except (Refused, ValueError, TypeError, KeyError, RecursionError):
        return False


def test_a_true_register_is_accepted_by_both_verifiers(data, key):
    assert check_bundle(json.loads(data), str(key)) == {"entries": 8, "active": 3, "named": 3, "heads": 3}
    kinds = [leaf["t"] for leaf in independent.holds(data, str(key))]
    assert kinds == ["sign", "text", "sign", "sign", "sign", "withdraw", "correct", "erase"]


def test_it_runs_as_one_file_without_the_site(data, key, tmp_path):
    (tmp_path / "bundle.json").write_bytes(data)
    command = [sys.executable, "-I", verify_register.__file__, "verify", tmp_path / "bundle.json", "--key"]

    right = subprocess.run([*command, str(key)], capture_output=True, text=True, check=False)
    wrong = subprocess.run([*command, str(key)[:-2] + "AA"], capture_output=True, text=True, check=False)

    assert (right.returncode, right.stderr) == (0, "")
    assert "8 entries, 3 active signatures" in right.stdout
    assert (wrong.returncode, wrong.stderr) == (1, "")
    assert "REFUSED" in wrong.stdout


def test_without_the_package_cryptography_it_says_what_it_did_not_check(data, key, tmp_path, monkeypatch):
    (tmp_path / "bundle.json").write_bytes(data)
    monkeypatch.setattr(verify_register, "Ed25519PublicKey", None)

    status, said = run(tmp_path / "bundle.json", "--key", key)

    assert status == 0
    assert "signatures on the heads are NOT checked" in said


def test_a_register_must_contain_what_was_seen_before(data, key, tmp_path):
    (tmp_path / "bundle.json").write_bytes(data)
    (tmp_path / "old.txt").write_text(json.loads(data)["history"][0])

    status, said = run(tmp_path / "bundle.json", "--key", key, "--seen", tmp_path / "old.txt")

    assert status == 0
    assert "contains what you had seen" in said


def test_a_fork_is_found_by_who_kept_an_old_head(data, key, private_key):
    hashes = [tree.leaf_hash(b"another past"), tree.leaf_hash(b"and more")]
    fork = notes.sign(notes.Checkpoint(ORIGIN, 2, tree.root(hashes)), private_key, key)

    with pytest.raises(Refused, match="first 2 entries"):
        check_bundle(json.loads(data), str(key), [fork])


def test_a_register_that_became_shorter_is_found(data, key):
    kept = json.loads(data)
    shorter = kept | {"leaves": kept["leaves"][:5], "history": kept["history"][:1], "checkpoint": kept["history"][0]}
    shorter["leaves"] = kept["leaves"][:2]
    shorter["openings"] = {number: value for number, value in kept["openings"].items() if int(number) < 2}

    assert accepts(json.dumps(shorter), key)
    with pytest.raises(Refused, match="longer register"):
        check_bundle(shorter, str(key), [kept["checkpoint"]])


def test_every_one_of_a_thousand_changed_bundles_is_refused(data, key):
    chance = random.Random(2026)
    accepted = []
    for _ in range(1000):
        place = chance.randrange(len(data))
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        if accepts(bytes(changed), key):
            accepted.append((place, bytes(data[place - 20 : place + 20])))

    assert accepted == []


@pytest.mark.parametrize("part", ["vkey", "checkpoint", "history", "leaves", "openings"])
@pytest.mark.parametrize("value", [None, [], {}, "", 7, [[]], [None], {"0": None}, "gone"])
def test_a_part_of_a_wrong_shape_is_refused(data, key, part, value):
    changed = json.loads(data)
    if value == "gone":
        del changed[part]
    else:
        changed[part] = value

    if (part, value) != ("openings", {}):  # a register in which every name was erased is a register
        assert not accepts(json.dumps(changed), key)


def resealed(data, private_key, key, change):
    """The bundle with changed leaves, signed anew as if by an insider who holds the key."""
    kept = json.loads(data)
    leaves = change([json.loads(base64.b64decode(leaf)) for leaf in kept["leaves"]])
    bodies = [notes.canonical(leaf) for leaf in leaves]
    root = tree.root([tree.leaf_hash(body) for body in bodies])
    note = notes.sign(notes.Checkpoint(ORIGIN, len(bodies), root), private_key, key)
    encoded = [base64.b64encode(body).decode() for body in bodies]
    openings = {number: opening for number, opening in kept["openings"].items() if int(number) < len(bodies)}
    return kept | {"leaves": encoded, "history": [note], "checkpoint": note, "openings": openings}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda leaves: [*leaves[:7], leaves[7] | {"ref": 6}], "another city"),
        (lambda leaves: [*leaves[:5], leaves[5] | {"ref": 0}], "another city"),
        (lambda leaves: [*leaves[:5], leaves[5] | {"ref": 99}], "another city"),
        (lambda leaves: [*leaves[:6], leaves[5] | {"i": 6, "at": leaves[6]["at"]}], "not active"),
        (lambda leaves: [*leaves, leaves[7] | {"i": 8}], "closed already"),
        (lambda leaves: [*leaves, leaves[0] | {"i": 8, "at": leaves[7]["at"]}], "signed already"),
        (lambda leaves: [*leaves[:7], leaves[7] | {"t": "vote"}], "unknown kind"),
        (lambda leaves: [*leaves[:7], leaves[7] | {"name": "x"}], "other fields"),
        (lambda leaves: [*leaves[:7], leaves[7] | {"at": "2001-01-01T00:00:00Z"}], "older"),
        (lambda leaves: [*leaves[:7], leaves[7] | {"at": 1}], "no time"),
        (lambda leaves: [*leaves[:7], leaves[7] | {"i": 6}], "number"),
        (lambda leaves: [leaves[0] | {"c": "x"}], "no SHA-256"),
        (
            lambda leaves: [leaves[0], {"v": 1, "i": 1, "t": "link", "at": leaves[1]["at"], "prev": "0" * 64}],
            "only the first",
        ),
        (
            lambda leaves: [
                {"v": 1, "i": 0, "t": "erase", "at": leaves[0]["at"], "decl": "0" * 64, "city": "x", "ref": 0}
            ],
            "another",
        ),
    ],
)
def test_a_register_that_contradicts_itself_is_refused_even_with_a_valid_signature(data, private_key, key, change, why):
    with pytest.raises(Refused, match=why):
        check_bundle(resealed(data, private_key, key, change), str(key))


def test_a_name_that_was_erased_may_not_be_shown(data, key):
    changed = json.loads(data)
    changed["openings"]["4"] = changed["openings"]["0"]

    with pytest.raises(Refused, match="erased or corrected"):
        check_bundle(changed, str(key))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"0": {"salt": "00", "person": {}}}, "salt"),
        ({"0": {"salt": "0" * 64, "person": {"name": "x"}}}, "person"),
        ({"0": {"salt": "0" * 64, "person": {"name": "x", "role": "y", "locale": "z"}}}, "not the one that was signed"),
        ({"1": {}}, "without a name"),
        ({"99": {}}, "opens nothing"),
        ({"x": {}}, "opens nothing"),
        ({"0": {}}, "broken"),
    ],
)
def test_a_name_that_was_not_signed_is_refused(data, key, change, why):
    with pytest.raises(Refused, match=why):
        check_bundle(json.loads(data) | {"openings": change}, str(key))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ORIGIN, "other.example.org"),
        ("\n8\n", "\n08\n"),
        ("\n8\n", "\nx\n"),
        ("\n\n—", "\n—"),
        ("\n\n— ", "\n\n- "),
        ("\n8\n", "\n7\n"),
    ],
)
def test_a_head_that_is_no_checkpoint_of_this_register_is_refused(data, key, old, new):
    note = json.loads(data)["checkpoint"].replace(old, new, 1)

    with pytest.raises(Refused):
        verify_register.read_head(note, verify_register.parse_key(str(key)))


def test_the_proof_of_one_entry_is_enough(data, key):
    signature = Leaf.objects.get(idx=0).signature

    (proof,) = bundle.proofs_of(signature)

    proof = proof._asdict()
    assert check_proof(proof, str(key))["city"] == signature.authority.code
    forged = proof["opening"] | {"salt": "1" * 64}
    for change in ({"idx": 1}, {"idx": "0"}, {"idx": 99}, {"path": {}}, {"path": []}, {"opening": forged}):
        with pytest.raises(Refused):
            check_proof(proof | change, str(key))


def test_ten_thousand_entries_are_checked(key, private_key):
    bodies = [
        notes.canonical({"v": 1, "i": i, "t": "text", "at": "2026-11-23T20:00:00Z", "decl": "0" * 64})
        for i in range(10_000)
    ]
    note = notes.sign(
        notes.Checkpoint(ORIGIN, 10_000, tree.root([tree.leaf_hash(body) for body in bodies])), private_key, key
    )
    leaves = [base64.b64encode(body).decode() for body in bodies]
    parts = {"vkey": str(key), "checkpoint": note, "history": [note], "leaves": leaves, "openings": {}}

    found = check_bundle(parts, str(key))

    assert found["entries"] == 10_000


@pytest.mark.parametrize(("content", "status"), [("not json", 1), ("[]", 1), ("%PDF-1.7 nothing", 1), (None, 2)])
def test_what_cannot_be_read_is_no_success(key, tmp_path, content, status):
    path = tmp_path / "file"
    if content:
        path.write_text(content)

    assert run(path, "--key", key)[0] == status


def test_without_a_key_nothing_is_believed(data, tmp_path):
    (tmp_path / "bundle.json").write_bytes(data)

    assert run(tmp_path / "bundle.json") == (1, "REFUSED: name the key that you trust: --key origin+keyid+base64.")


def test_the_bundle_holds_what_is_signed_and_not_what_waits(data, key):
    SignatureFactory(active=True)

    assert bundle.bundle() == data
    assert Leaf.objects.count() == 9


def test_nothing_is_shown_before_the_first_head():
    signature = SignatureFactory(active=True)

    assert (bundle.bundle(), bundle.checkpoint(), bundle.proofs_of(signature)) == (b"", "", [])


def test_a_key_must_identify_itself(key):
    for wrong in ("", "name", "name+00000000+AAAA", f"other{key}", "name+xx+ä"):
        with pytest.raises(ValueError, match="key"):
            notes.Key.parse(wrong)
        with pytest.raises(Refused):
            verify_register.parse_key(wrong)
    assert sealer.Key.parse(str(key)) == key
