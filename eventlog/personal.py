"""Personal data in events: which fields hold it, and what stands in the leaf instead of it.

A field is personal when its annotation carries a :class:`PersonalMark`. In the leaf stands a commitment, so that an
opened value can be checked against the leaf, and a leaf says nothing of a value whose salt is gone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol, get_args, get_type_hints, runtime_checkable

from eventlog import canonical

SALT_BYTES = 32

Openings = Mapping[str, tuple[str, Any]]
"""By the field's path with dots (``form.name``): its salt in base64url and its value in JSON form."""


@runtime_checkable
class PersonalMark(Protocol):
    """What stands in the field's place when the data is gone, and when whoever reads has no key to it. Both are of one
    type of their own, which the event's field admits beside the plain one.
    """

    @property
    def erased(self) -> object: ...

    @property
    def closed(self) -> object: ...


@dataclass(frozen=True)
class PersonalFields:
    """``whose`` names the event's field with the person's id; ``plain`` has the event's fields with the types they have
    when they are open; ``marks`` those that hold personal data.
    """

    whose: str
    paths: tuple[tuple[str, ...], ...]
    plain: Mapping[str, Any]
    marks: Mapping[str, PersonalMark]


def personal_fields(kind: type) -> PersonalFields | None:
    """None when the event holds no personal data; TypeError when it does and is not declared as it must be."""
    found = list(_marked(kind, ()))
    if not found:
        return None
    hints = get_type_hints(kind)
    whose = vars(kind).get("whose")
    if not isinstance(whose, str) or whose not in hints:
        raise TypeError(f"{kind.__name__} holds personal data; its class variable `whose` must name the person's field")
    marks = {path[0]: mark for path, mark in found}
    for name, mark in marks.items():
        if type(mark.erased) not in get_args(hints[name]):
            raise TypeError(f"{kind.__name__}.{name} holds personal data and must admit {type(mark.erased).__name__}")
    plain = {
        one.name: _without(type(marks[one.name].erased), hints[one.name]) if one.name in marks else hints[one.name]
        for one in fields(kind)
    }
    return PersonalFields(whose=whose, paths=tuple(path for path, _ in found), plain=plain, marks=marks)


def hide(data: dict[str, Any], paths: tuple[tuple[str, ...], ...]) -> Openings:
    """Puts commitments into ``data`` and returns what opens them."""
    openings: dict[str, tuple[str, Any]] = {}
    for path in paths:
        holder = _holder(data, path)
        field, salt, value = ".".join(path), secrets.token_bytes(SALT_BYTES), holder[path[-1]]
        openings[field] = (base64.urlsafe_b64encode(salt).decode("ascii"), value)
        holder[path[-1]] = commitment(field, salt, value)
    return openings


def show(data: dict[str, Any], openings: Openings) -> None:
    """Puts the values back."""
    for field, (_, value) in openings.items():
        path = field.split(".")
        _holder(data, path)[path[-1]] = value


def commitment(field: str, salt: bytes, value: object) -> str:
    """``c1.`` and HMAC-SHA256(salt, field ‖ 0x00 ‖ canonical JSON of the value) in base64url."""
    digest = hmac.new(salt, field.encode() + b"\0" + canonical.dumps(value), hashlib.sha256).digest()
    return "c1." + base64.urlsafe_b64encode(digest).decode("ascii")


def _marked(kind: type, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], PersonalMark]]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        path = (*above, name)
        marks = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, PersonalMark)]
        if marks:
            yield path, marks[0]
            continue
        for arm in (hint, *get_args(hint)):
            if isinstance(arm, type) and is_dataclass(arm):
                yield from _marked(arm, path)


def _holder(data: dict[str, Any], path: tuple[str, ...] | list[str]) -> dict[str, Any]:
    for name in path[:-1]:
        data = data[name]
    return data


def _without(placeholder: type, hint: Any) -> Any:
    return reduce(or_, (arm for arm in get_args(hint) if arm is not placeholder))
