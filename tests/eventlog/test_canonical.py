"""The canonical domain, held against an independent implementation of RFC 8785."""

from __future__ import annotations

import base64
import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from eventlog import canonical

_KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON value


@given(_VALUES)
def test_what_was_written_reads_back_the_same(value: object) -> None:
    assert canonical.loads(canonical.dumps(value)) == value


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), {"键": 1}, {1: 2}, {1, 2}, b"x", ..., "\ud800"], ids=repr)
def test_values_outside_the_domain_are_refused(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "raw", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'{"a":1.0}', b"[1,]", b"\xff", b'"\\u0061"']
)
def test_another_spelling_of_a_value_is_refused(raw: bytes) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.loads(raw)


def test_names_keep_their_code_points_x07() -> None:
    names = ["\uf9dc", "隆", "\U0002f8a6", "𬭊䶮㛃镕𱍐"]
    assert canonical.loads(canonical.dumps(names)) == names


def test_a_leaf_hash_is_rfc_6962s() -> None:
    leaf = canonical.leaf_bytes(b'{"a":1}', (5, 0), 3)
    assert leaf == b'{"e":{"a":1},"h":[5,0],"p":3}'
    assert canonical.leaf_hash(leaf) == base64.b64encode(hashlib.sha256(b"\0" + leaf).digest()).decode()
