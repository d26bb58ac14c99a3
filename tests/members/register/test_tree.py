"""The tree: against RFC 6962's known roots, and by properties that hold for every size."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.register import tree

# The leaves and roots that the reference implementations of RFC 6962 are tested with.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, 70)


def hashes(count):
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


def root_by_definition(leaves):
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size):
    assert tree.root([tree.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_root_that_the_rfc_gives_it():
    assert tree.root([]) == hashlib.sha256(b"").digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_the_one_of_the_definition(leaves):
    assert tree.root([tree.leaf_hash(leaf) for leaf in leaves]) == root_by_definition(leaves)


@given(sizes, st.data())
def test_every_leaf_has_a_proof_that_leads_to_the_root(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)

    path = tree.inclusion(index, leaves)

    assert tree.root_from_inclusion(index, size, leaves[index], path) == tree.root(leaves)
    assert len(path) <= (size - 1).bit_length()


@given(sizes, st.data())
def test_no_other_leaf_and_no_other_place_has_that_proof(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index) if size > 1 else st.just(0))
    leaves = hashes(size)
    path = tree.inclusion(index, leaves)

    assert tree.root_from_inclusion(index, size, tree.leaf_hash(b"forged"), path) != tree.root(leaves)
    if size > 1:
        try:
            elsewhere = tree.root_from_inclusion(other, size, leaves[index], path)
        except ValueError:
            elsewhere = None
        assert elsewhere != tree.root(leaves)


@pytest.mark.parametrize(
    ("index", "path"), [(5, []), (-1, []), (0, []), (0, [b"x" * 32] * 9)], ids=["beyond", "before", "short", "long"]
)
def test_a_proof_of_the_wrong_shape_is_refused(index, path):
    with pytest.raises(ValueError, match=r"proof|leaf"):
        tree.root_from_inclusion(index, 5, hashes(5)[0], path)


@settings(max_examples=300)
@given(sizes, st.data())
def test_the_past_is_proved_unchanged(size, data):
    old = data.draw(st.integers(1, size))
    leaves = hashes(size)
    roots = (tree.root(leaves[:old]), tree.root(leaves))

    path = tree.consistency(old, leaves)

    assert tree.is_consistent(old, roots[0], size, roots[1], path)
    assert not tree.is_consistent(old, tree.leaf_hash(b"forged"), size, roots[1], path)
    assert not tree.is_consistent(old, roots[0], size, tree.leaf_hash(b"forged"), path)
    assert not tree.is_consistent(old, roots[0], size, roots[1], [*path, b"x" * 32])
    assert not path or not tree.is_consistent(old, roots[0], size, roots[1], path[:-1])


@pytest.mark.parametrize("old", [0, 6])
def test_nothing_follows_from_an_empty_or_a_longer_past(old):
    root = tree.root(hashes(5))

    assert not tree.is_consistent(old, root, 5, root, [])


@given(sizes, st.data())
def test_one_changed_leaf_changes_the_root(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    changed = [*leaves[:index], tree.leaf_hash(b"changed"), *leaves[index + 1 :]]

    assert tree.root(changed) != tree.root(leaves)
