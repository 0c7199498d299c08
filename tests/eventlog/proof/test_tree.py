"""The tree, held against the published vectors and against the definitions of RFC 6962 written down as they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog import canonical
from eventlog.proof import tree
from eventlog.proof.tree import BadProof, Edge

# The eight leaves and the hashes of the certificate-transparency project's own tests (merkle_tree_test.cc).
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEFT = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
RIGHT = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST_TWO = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
PATHS = [
    (0, 1, []),
    (0, 8, [SECOND, LEFT, RIGHT]),
    (5, 8, [FIFTH, LAST_TWO, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], LEFT, FIFTH]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [SECOND, LEFT, RIGHT]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", LAST_TWO, ROOTS[4]]),
    (2, 5, [LEFT, FIFTH]),
]

LeafHashes = list[bytes]


def some_hashes(count: int) -> LeafHashes:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def head(hashes: LeafHashes) -> bytes:
    """MTH of RFC 6962 §2.1."""
    if not hashes:
        return tree.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return tree.node_hash(head(hashes[:k]), head(hashes[k:]))


def path(index: int, hashes: LeafHashes) -> list[bytes]:
    """PATH of §2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), head(hashes[k:])]
    return [*path(index - k, hashes[k:]), head(hashes[:k])]


def subproof(old: int, hashes: LeafHashes, *, whole: bool) -> list[bytes]:
    """SUBPROOF of §2.1.2."""
    if old == len(hashes):
        return [] if whole else [head(hashes)]
    k = split(len(hashes))
    if old <= k:
        return [*subproof(old, hashes[:k], whole=whole), head(hashes[k:])]
    return [*subproof(old - k, hashes[k:], whole=False), head(hashes[:k])]


def reader(hashes: LeafHashes) -> tree.ReadNode:
    return lambda level, place: head(hashes[place << level : (place + 1) << level])


def hexes(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


SIZES = st.integers(1, 70)


def test_the_published_roots_come_out() -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    assert [tree.root_of(hashes[:size]).hex() for size in range(9)] == ROOTS
    assert [tree.root_at(reader(hashes), size).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size", "expected"), PATHS)
def test_the_published_inclusion_proofs_come_out_and_hold(index: int, size: int, expected: list[str]) -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    proof = tree.prove_inclusion(reader(hashes), index, size)
    assert hexes(proof) == expected
    tree.check_inclusion(hashes[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_the_published_consistency_proofs_come_out_and_hold(old: int, new: int, expected: list[str]) -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    proof = tree.prove_consistency(reader(hashes), old, new)
    assert hexes(proof) == expected
    tree.check_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


def test_the_base64_leaf_hash_of_the_envelope_is_the_trees() -> None:
    assert canonical.leaf_hash(b"") == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="


@given(st.integers(0, 300))
def test_a_growing_edge_has_the_root_of_the_definition_at_every_size(size: int) -> None:
    assert tree.root_of(some_hashes(size)) == head(some_hashes(size))


@given(st.integers(0, 9), st.integers(0, 7), st.integers(1, 3))
def test_complete_subtrees_may_be_added_whole(count: int, more: int, level: int) -> None:
    hashes = some_hashes((count << level) + more)
    edge = Edge()
    for place in range(count):
        edge.add(head(hashes[place << level : (place + 1) << level]), level)
    for one in hashes[count << level :]:
        edge.add(one)
    assert (edge.size, edge.root()) == (len(hashes), head(hashes))


def test_an_edge_of_many_leaves_stays_small() -> None:
    edge = Edge()
    one = tree.leaf_hash(b"")
    for _ in range(2**17 - 1):
        edge.add(one)
    assert len(edge._peaks) == 17


@given(SIZES, st.data())
def test_every_inclusion_proof_is_that_of_the_definition_and_holds(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.prove_inclusion(reader(hashes), index, size)
    assert proof == path(index, hashes)
    tree.check_inclusion(hashes[index], index, size, proof, head(hashes))


@given(SIZES, st.data())
def test_every_consistency_proof_is_that_of_the_definition_and_holds(new: int, data: st.DataObject) -> None:
    hashes = some_hashes(new)
    old = data.draw(st.integers(0, new))
    proof = tree.prove_consistency(reader(hashes), old, new)
    assert proof == (subproof(old, hashes, whole=True) if old else [])
    tree.check_consistency(old, head(hashes[:old]), new, head(hashes), proof)


@given(st.integers(2, 70), st.data())
def test_an_inclusion_proof_holds_for_nothing_else(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = path(index, hashes)
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    strange = tree.leaf_hash(b"strange")
    spoiled = data.draw(st.integers(0, len(proof) - 1))
    wrong = [
        (hashes[other], index, size, proof, head(hashes)),
        (hashes[index], other, size, proof, head(hashes)),
        (hashes[index], index, size, proof, strange),
        (hashes[index], index, size, [*proof, strange], head(hashes)),
        (hashes[index], index, size, proof[:-1], head(hashes)),
        (hashes[index], index, size, [*proof[:spoiled], strange, *proof[spoiled + 1 :]], head(hashes)),
        (hashes[index], size, size, proof, head(hashes)),
    ]
    for case in wrong:
        with pytest.raises(BadProof):
            tree.check_inclusion(*case)


@given(st.integers(2, 70), st.data())
def test_a_consistency_proof_holds_for_nothing_else(new: int, data: st.DataObject) -> None:
    hashes = some_hashes(new)
    old = data.draw(st.integers(1, new - 1))
    old_root, new_root = head(hashes[:old]), head(hashes)
    proof = subproof(old, hashes, whole=True)
    strange = tree.leaf_hash(b"strange")
    spoiled = data.draw(st.integers(0, len(proof) - 1))
    wrong = [
        (old, strange, new, new_root, proof),
        (old, old_root, new, strange, proof),
        (old, new_root, new, old_root, proof),
        (old, old_root, new, new_root, []),
        (old, old_root, new, new_root, [*proof, strange]),
        (old, old_root, new, new_root, [*proof[:spoiled], strange, *proof[spoiled + 1 :]]),
        (new, new_root, old, old_root, proof),
        (new, old_root, new, new_root, []),
        (0, old_root, new, new_root, []),
        (0, tree.EMPTY_ROOT, new, new_root, proof),
    ]
    for case in wrong:
        with pytest.raises(BadProof):
            tree.check_consistency(*case)


def test_each_size_has_another_root() -> None:
    roots = [head(some_hashes(size)) for size in range(40)]
    assert all(one != other for one, other in pairwise(sorted(roots)))
