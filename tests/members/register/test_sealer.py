"""What the sealer signs, and what it refuses to sign."""

import json

import pytest
from django.db import connection

from members.models import Head, Leaf
from members.register import sealer, tree
from members.register.notes import Checkpoint, Key, canonical, is_signed_by
from tests.factories import SignatureFactory
from tests.members.register.conftest import ORIGIN

pytestmark = pytest.mark.django_db


def tamper(statement, *values):
    """What somebody with the owner's rights can do: take the guards away, and change rows."""
    tables = ("members_leaf", "members_head")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def rewrite(idx, **changes):
    body = canonical(Leaf.objects.get(idx=idx).says | changes)
    tamper("UPDATE members_leaf SET body = %s WHERE idx = %s", body, idx)


def test_a_head_says_how_many_entries_there_are_and_their_root(seal, key):
    SignatureFactory.create_batch(3, active=True)

    head = seal()

    hashes = [tree.leaf_hash(bytes(leaf.body)) for leaf in Leaf.objects.all()]
    assert Checkpoint.parse(head.note) == Checkpoint(ORIGIN, 3, tree.root(hashes))
    assert is_signed_by(head.note, key)


def test_a_head_is_a_note_as_c2sp_writes_it(seal, key):
    SignatureFactory(active=True)

    note = seal().note

    origin, size, root, empty, signature, end = note.split("\n")
    assert (origin, size, empty, end) == (ORIGIN, "1", "", "")
    assert len(root) == 44
    assert signature.startswith(f"— {ORIGIN} ")


def test_nothing_new_is_not_signed_again(seal):
    assert seal() is None

    SignatureFactory(active=True)

    assert seal().size == 1
    assert seal() is None
    assert Head.objects.count() == 1


def test_every_entry_is_in_the_next_head(seal):
    SignatureFactory(active=True)
    seal()
    SignatureFactory(active=True)

    assert seal().size == 2


@pytest.mark.parametrize(
    "change",
    [
        {"c": "0" * 64},
        {"city": "geonames:other"},
        {"at": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_past_that_was_changed_is_not_signed(seal, change):
    SignatureFactory.create_batch(3, active=True)
    seal()
    rewrite(1, **change)
    SignatureFactory(active=True)

    with pytest.raises(sealer.Inconsistent):
        seal()

    assert Head.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"i": 7}, {"t": "vote"}, {"at": "yesterday"}, {"at": "2020-01-01T00:00:00Z"}]
)
def test_a_leaf_that_is_not_in_order_is_not_signed(seal, change):
    SignatureFactory.create_batch(2, active=True)
    rewrite(1, **change)

    with pytest.raises(sealer.Inconsistent, match="leaf 1"):
        seal()

    assert not Head.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"a": 1}', b"\xff"])
def test_a_leaf_that_is_no_canonical_json_is_not_signed(seal, body):
    SignatureFactory(active=True)
    tamper("UPDATE members_leaf SET body = %s", body)

    with pytest.raises(sealer.Inconsistent, match="leaf 0"):
        seal()


def test_spaces_in_a_leaf_are_seen(seal):
    SignatureFactory(active=True)
    tamper("UPDATE members_leaf SET body = %s", json.dumps(Leaf.objects.get().says, sort_keys=True).encode())

    with pytest.raises(sealer.Inconsistent, match="leaf 0"):
        seal()


def test_a_missing_leaf_is_seen(seal):
    SignatureFactory.create_batch(3, active=True)
    tamper("DELETE FROM members_opening WHERE idx = 1")
    tamper("DELETE FROM members_leaf WHERE idx = 1")

    with pytest.raises(sealer.Inconsistent, match="leaf 1"):
        seal()


def test_a_shortened_register_is_seen(seal):
    SignatureFactory.create_batch(3, active=True)
    seal()
    tamper("DELETE FROM members_opening WHERE idx = 2")
    tamper("DELETE FROM members_leaf WHERE idx = 2")

    with pytest.raises(sealer.Inconsistent, match="first 3 leaves"):
        seal()


def test_a_head_of_another_key_is_not_continued(seal):
    SignatureFactory(active=True)
    head = seal()
    forged = head.note.replace("\n1\n", "\n1\n", 1)[:-8] + "AAAAA==\n"
    tamper("UPDATE members_head SET note = %s", forged)

    with pytest.raises(sealer.Inconsistent, match="not signed by this key"):
        seal()


def test_a_flipped_bit_dies_before_it_is_signed(seal, monkeypatch):
    SignatureFactory.create_batch(2, active=True)
    true_root, calls = tree.root, []

    def flipping_once(hashes):
        calls.append(hashes)
        root = true_root(hashes)
        return bytes([root[0] ^ 1]) + root[1:] if len(calls) == 1 else root

    monkeypatch.setattr(tree, "root", flipping_once)

    with pytest.raises(sealer.Inconsistent, match="second time"):
        seal()

    assert not Head.objects.exists()


def test_the_key_is_written_for_its_owner_only(tmp_path):
    path = tmp_path / "key.pem"

    key = sealer.make_key(path, ORIGIN)

    assert path.stat().st_mode & 0o777 == 0o600
    assert sealer.public_half(sealer.read_key(path), ORIGIN) == key == Key.parse(str(key))
    with pytest.raises(FileExistsError):
        sealer.make_key(path, ORIGIN)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "key.pem"
    sealer.make_key(path, ORIGIN)
    path.chmod(0o640)

    with pytest.raises(PermissionError, match="chmod 600"):
        sealer.read_key(path)
