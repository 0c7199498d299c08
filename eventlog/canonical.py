"""Canonical JSON (RFC 8785, restricted domain) and the leaf: the bytes that are stored, sent and hashed.

The domain is ASCII keys, strings, booleans, null and integers within ±(2^53−1); there ``orjson`` with sorted keys
writes what RFC 8785 asks for, and a property test holds it against the ``rfc8785`` package.
"""

from __future__ import annotations

import base64
from typing import Any

import orjson

from eventlog.proof import tree

MAX_LEAF_BYTES = 65_535
"""A C2SP tlog-tiles entry is prefixed with a uint16 length."""

_PLAIN = frozenset({str, int, bool, type(None)})


class NotCanonical(ValueError):
    """The value, or the bytes, are outside the canonical domain."""


def dumps(value: object) -> bytes:
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
    if kind is dict:
        for key, member in value.items():  # type: ignore[attr-defined]  # its type was asked above
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"key {key!r} is not ASCII text")
            if type(member) not in _PLAIN:
                _check(member)
    elif kind is list or kind is tuple:
        for member in value:  # type: ignore[attr-defined]  # as above
            if type(member) not in _PLAIN:
                _check(member)
    elif kind not in _PLAIN:
        raise NotCanonical(f"{kind.__name__} has no canonical form")
