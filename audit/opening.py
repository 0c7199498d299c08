"""The personal data of one event, held against the commitments in its leaf: by the vault's keys, or as somebody claims.

A commitment is HMAC-SHA256 under the salt over the field's path, a zero byte and the value in canonical JSON
(:func:`eventlog.personal.commitment`); :func:`openssl` says the same as a command.
"""

from __future__ import annotations

import base64
import binascii
import shlex
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from audit.copies.log_copy import Row
from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.personal import SALT_BYTES, Openings, commitment


@dataclass(frozen=True)
class PersonalField:
    """``committed`` is what stands in the leaf. ``salt`` (base64url), ``value`` and ``matches`` are null where nothing
    opens the field.
    """

    field: str
    committed: str
    salt: str | None = None
    value: Any = None
    matches: bool | None = None

    @property
    def command(self) -> str | None:
        return None if self.salt is None else openssl(self.field, self.salt, self.value)


def fields_of(log: str, row: Row, openings: Openings | None) -> list[PersonalField]:
    """Every personal field of the event; opened where there is something to open it with."""
    return [_opened(name, committed, openings or {}) for name, committed in _commitments(log, row).items()]


def claimed(log: str, row: Row, field: str, salt: str, text: str) -> PersonalField:
    """What somebody says the field held: the text itself or, when that does not match, the JSON value it spells."""
    committed = _commitments(log, row)
    if field not in committed:
        known = "、".join(committed) or "没有"
        raise Unusable(f"{log} 第 {row.position} 号事件没有名为“{field}”的个人信息。它的个人信息：{known}。")
    raw = _salt(salt)
    values: list[Any] = [text]
    with suppress(canonical.NotCanonical):  # then it can only be meant as text
        values.append(canonical.loads(text.encode()))
    matching = [value for value in values if commitment(field, raw, value) == committed[field]]
    value = matching[0] if matching else text
    told = base64.urlsafe_b64encode(raw).decode("ascii")
    return PersonalField(field, committed[field], told, value, bool(matching))


def openssl(field: str, salt: str, value: Any) -> str:
    """A shell command that prints the commitment and needs nothing of ours."""
    hexadecimal = base64.urlsafe_b64decode(salt).hex()
    message = f"printf '%s\\0%s' {shlex.quote(field)} {shlex.quote(canonical.dumps(value).decode())}"
    digest = f"openssl dgst -sha256 -mac HMAC -macopt hexkey:{hexadecimal} -binary"
    return f"printf c1.; {message} | {digest} | base64 | tr '+/' '-_'"


def _commitments(log: str, row: Row) -> dict[str, str]:
    whole = canonical.loads(row.leaf)["e"]
    personal = VOCABULARIES[log].types.personal(whole["type"])
    found: dict[str, str] = {}
    for path in personal.paths if personal else ():
        holder = whole["data"]
        for name in path:
            holder = holder[name]
        found[".".join(path)] = holder
    return found


def _opened(name: str, committed: str, openings: Openings) -> PersonalField:
    if name not in openings:
        return PersonalField(name, committed)
    salt, value = openings[name]
    return PersonalField(name, committed, salt, value, commitment(name, _salt(salt), value) == committed)


def _salt(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != SALT_BYTES:
        raise Unusable(f"盐“{text}”不对：应是 {SALT_BYTES} 字节的 base64，共 44 个字符。请照原样抄写。")
    return raw
