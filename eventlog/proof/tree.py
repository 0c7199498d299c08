"""The Merkle tree of RFC 6962 §2.1 over leaf hashes of 32 bytes (SHA-256); proofs are checked as in RFC 9162 §2.1.

A node is named by its level and its place in it: node (l, i) is the root over the leaves i·2^l … (i+1)·2^l − 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

ReadNode = Callable[[int, int], bytes]
"""(level, place) to the hash of a complete subtree."""


class BadProof(ValueError):
    """The proof does not show what it should."""


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a growing tree: as many hashes as its size has binary ones, and no more."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, node: bytes, level: int = 0) -> None:
        """Appends a leaf hash, or a complete subtree of 2^level leaves; the size must be a multiple of that."""
        place = self.size >> level
        while place & 1:
            node = node_hash(self._peaks.pop(), node)
            place >>= 1
        self._peaks.append(node)
        self.size += 1 << level

    def root(self) -> bytes:
        return _joined(self._peaks) if self._peaks else EMPTY_ROOT


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, or over the roots of equally large complete subtrees."""
    nodes = list(hashes)
    while len(nodes) > 1:
        pairs = [node_hash(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
        nodes = pairs + nodes[2 * len(pairs) :]
    return nodes[0] if nodes else EMPTY_ROOT


def root_at(node: ReadNode, size: int) -> bytes:
    return _range_hash(node, 0, size) if size else EMPTY_ROOT


def prove_inclusion(node: ReadNode, index: int, size: int) -> list[bytes]:
    """The audit path of the leaf (RFC 6962 §2.1.1), nearest first. ``index`` < ``size``."""
    path = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _half(end - first)
        if index < middle:
            path.append(_range_hash(node, middle, end))
            end = middle
        else:
            path.append(_range_hash(node, first, middle))
            first = middle
    return path[::-1]


def prove_consistency(node: ReadNode, old: int, new: int) -> list[bytes]:
    """What shows that the tree of ``new`` leaves extends that of ``old`` (RFC 6962 §2.1.2). 0 ≤ ``old`` ≤ ``new``."""
    if old in (0, new):
        return []
    proof = []
    first, end = 0, new
    while old != end:
        middle = first + _half(end - first)
        if old <= middle:
            proof.append(_range_hash(node, middle, end))
            end = middle
        else:
            proof.append(_range_hash(node, first, middle))
            first = middle
    if first:
        proof.append(_range_hash(node, first, end))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises :class:`BadProof` unless the proof leads from the leaf hash to the root."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    place, last, reached = index, size - 1, leaf
    for one in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            reached = node_hash(one, reached)
            place, last = _up(place, last)
        else:
            reached = node_hash(reached, one)
            place, last = place >> 1, last >> 1
    if last or reached != root:
        raise BadProof(f"the proof of leaf {index} does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises :class:`BadProof` unless the proof leads to both roots. Any tree extends the empty one."""
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {new} does not extend one of {old}")
    if old in (0, new):
        if proof:
            raise BadProof("the proof should be empty")
        if old_root != (new_root if old else EMPTY_ROOT):
            raise BadProof(f"the roots of size {old} differ")
        return
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    # Where the old tree is one complete subtree its root is where the proof starts, and is left out of it.
    steps = iter(proof if place else [old_root, *proof])
    in_old = in_new = next(steps, b"")
    for one in steps:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            in_old, in_new = node_hash(one, in_old), node_hash(one, in_new)
            place, last = _up(place, last)
        else:
            in_new = node_hash(in_new, one)
            place, last = place >> 1, last >> 1
    if last or (in_old, in_new) != (old_root, new_root):
        raise BadProof(f"the proof does not lead from the root of {old} to that of {new}")


def _up(place: int, last: int) -> tuple[int, int]:
    """To where the node has a sibling on its left or is the leftmost: on the right edge levels have no partner."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place >> 1, last >> 1


def _half(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(node: ReadNode, first: int, end: int) -> bytes:
    return _joined([node(level, place) for level, place in _subtrees(first, end)])


def _subtrees(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees a range falls into, left to right; it starts where a subtree at least as large does."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _joined(peaks: Sequence[bytes]) -> bytes:
    joined = peaks[-1]
    for peak in peaks[-2::-1]:
        joined = node_hash(peak, joined)
    return joined
