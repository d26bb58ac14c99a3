"""The Merkle tree of RFC 6962: pure functions from rows of bytes to one root, and short proofs of it.

    root            a proof that leaf 2 is in it: the hash of 3, then that of 0-1, then that of 4
     ├── 0-3
     │    ├── 0-1   a proof that the first three leaves are unchanged: hashes from which
     │    └── 2-3   both the old and the new root can be put together
     └── 4

A leaf and a node are hashed with different first bytes, so that neither can be passed off as the other.
"""

import hashlib


def leaf_hash(body):
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def level_above(hashes):
    """Two become one; the last without a neighbour goes up as it is."""
    pairs = [node_hash(*hashes[i : i + 2]) for i in range(0, len(hashes) - 1, 2)]
    return pairs + hashes[len(pairs) * 2 :]


def root(hashes):
    """The one hash that stands for all these leaf hashes, in this order."""
    while len(hashes) > 1:
        hashes = level_above(hashes)
    return hashes[0] if hashes else hashlib.sha256().digest()


def inclusion(index, hashes):
    """The neighbours on the way from this leaf to the root: the proof that it is there."""
    path = []
    while len(hashes) > 1:
        neighbour = index ^ 1
        if neighbour < len(hashes):
            path.append(hashes[neighbour])
        hashes, index = level_above(hashes), index // 2
    return path


def root_from_inclusion(index, size, leaf, path):
    """The root to which this proof leads; ValueError if it cannot be one of a tree of this size."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    last, rest = size - 1, list(path)
    while last:
        if index % 2 or index < last:  # there is a neighbour on this level
            if not rest:
                raise ValueError("the proof is too short")
            neighbour = rest.pop(0)
            leaf = node_hash(neighbour, leaf) if index % 2 else node_hash(leaf, neighbour)
        index, last = index // 2, last // 2
    if rest:
        raise ValueError("the proof is too long")
    return leaf


def consistency(old_size, hashes):
    """The proof that the first `old_size` leaves are what they were (RFC 6962, 2.1.2); 0 < old_size <= the size."""

    def proof(count, hashes, is_known):
        if count == len(hashes):
            return [] if is_known else [root(hashes)]
        split = largest_power_of_two_below(len(hashes))
        if count <= split:
            return [*proof(count, hashes[:split], is_known), root(hashes[split:])]
        return [*proof(count - split, hashes[split:], False), root(hashes[:split])]

    return proof(old_size, hashes, True)


def is_consistent(old_size, old_root, size, new_root, path):
    """Whether the proof leads from the old root and to the new one."""

    def roots(count, total, is_known):
        """The old and the new root of a part of the tree, from what is left of the proof, its end first."""
        if count == total:
            known = old_root if is_known else rest.pop()
            return known, known
        split = largest_power_of_two_below(total)
        if count <= split:
            right = rest.pop()
            old, new = roots(count, split, is_known)
            return old, node_hash(new, right)
        left = rest.pop()
        old, new = roots(count - split, total - split, False)
        return node_hash(left, old), node_hash(left, new)

    rest = list(path)
    if not 0 < old_size <= size:
        return False
    try:
        return roots(old_size, size, True) == (old_root, new_root) and not rest
    except IndexError:  # the proof is too short
        return False


def largest_power_of_two_below(number):
    return 1 << (number - 1).bit_length() - 1
