"""Canonical JSON (RFC 8785, restricted domain) and the leaf: the bytes that are stored, sent and hashed.

The domain is ASCII keys, strings, booleans, null and integers within ±(2^53−1); there ``orjson`` with sorted keys
writes what RFC 8785 asks for, and a property test holds it against the ``rfc8785`` package.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import orjson

from eventlog.proof import tree

MAX_LEAF_BYTES = 65_535
"""A C2SP tlog-tiles entry is prefixed with a uint16 length."""

_PLAIN = frozenset({str, int, bool, type(None)})
_KEYS: set[str] = set()
"""Keys found to be ASCII text."""
_MOST_KEYS = 10_000


class NotCanonical(ValueError):
    """The value, or the bytes, are outside the canonical domain."""


def dumps(value: object) -> bytes:
    if type(value) not in _PLAIN:
        _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


def loads(raw: bytes) -> Any:
    """The value of canonical bytes; any other spelling of it is :class:`NotCanonical`."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(str(error)) from error
    try:
        canonical = dumps(value)
    except RecursionError as error:
        raise NotCanonical("the value is nested too deeply") from error
    if canonical != raw:
        raise NotCanonical("bytes are not the canonical form of their value")
    return value


def leaf_bytes(envelope: bytes, hlc: tuple[int, int], position: int) -> bytes:
    """``{"e":envelope,"h":[ms,counter],"p":position}``; the database builds the same by concatenation."""
    return b'{"e":%b,"h":[%d,%d],"p":%d}' % (envelope, hlc[0], hlc[1], position)


def leaf_hash(leaf: bytes) -> str:
    """SHA-256(0x00 ‖ leaf), the RFC 6962 leaf hash, in base64."""
    return base64.b64encode(tree.leaf_hash(leaf)).decode("ascii")


def _check(value: object) -> None:
    """Asks for exact types, as it runs over every value of every event; orjson itself refuses unsafe integers."""
    kind = type(value)
    members: Iterable[object]
    if kind is dict:
        if not value.keys() <= _KEYS:  # type: ignore[attr-defined]  # its type was asked above
            _learn(value)  # type: ignore[arg-type]  # as above
        members = value.values()  # type: ignore[attr-defined]  # as above
    elif kind is list or kind is tuple:
        members = value  # type: ignore[assignment]  # as above
    else:
        raise NotCanonical(f"{kind.__name__} has no canonical form")
    if not _PLAIN.issuperset(map(type, members)):
        for member in members:
            if type(member) not in _PLAIN:
                _check(member)


def _learn(value: dict[object, object]) -> None:
    """The keys of events are few and come again and again, so each is looked at once."""
    for key in value:
        if type(key) is not str or not key.isascii():
            raise NotCanonical(f"key {key!r} is not ASCII text")
        if len(_KEYS) < _MOST_KEYS:
            _KEYS.add(key)
