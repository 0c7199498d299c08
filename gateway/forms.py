"""Page forms derived from the contracts: labels, limits and kinds of input come from the command's own fields."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import count, takewhile
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from contracts.errors import FieldProblem
from contracts.fields import Label, Length

_LISTED = re.compile(r"[^\s、，,；;]+")
"""What stands in a list that was typed into one field."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Input:
    """``kind``: text, long, date, number, choice or yes_no. ``value`` is what stands in it now."""

    name: str
    label: str
    kind: str
    value: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    fault: str | None = None

    @property
    def id(self) -> str:
        return f"field-{self.name}"


def inputs_of(
    contract: type,
    given: Sequence[str],
    typed: Mapping[str, str],
    faults: Sequence[FieldProblem],
    choices: Mapping[str, Sequence[tuple[str, str]]],
) -> list[Input]:
    """One input for each field that is not ``given``; ``choices`` offers the values of fields that are ids."""
    sentences = {fault.pointer.strip("/").split("/")[0]: fault.message for fault in faults}
    hints = get_type_hints(contract, include_extras=True)
    found = []
    for field in dataclasses.fields(contract):
        if field.name in given:
            continue
        plain, marks = _parts(hints[field.name])
        if get_origin(plain) is tuple and field.name in choices:
            found += _places(field.name, choices[field.name], typed)
            continue
        length = next((mark for mark in marks if isinstance(mark, Length)), None)
        offered = tuple(choices.get(field.name, ())) or _choices(plain)
        required = field.default is dataclasses.MISSING and (length is None or length.least > 0)
        found.append(
            Input(
                name=field.name,
                label=next(mark.text for mark in marks if isinstance(mark, Label)),
                kind=_kind(plain, length, offered),
                value=typed.get(field.name, ""),
                required=required,
                choices=offered,
                most=length.most if length else None,
                fault=sentences.get(field.name),
            )
        )
    return found


def body_of(contract: type, given: Sequence[str], form: Mapping[str, str]) -> dict[str, Any]:
    """The posted form as the JSON body the contract's schema reads; what was left empty is left out."""
    hints = get_type_hints(contract, include_extras=True)
    body: dict[str, Any] = {}
    for field in dataclasses.fields(contract):
        if field.name in given:
            continue
        plain, _ = _parts(hints[field.name])
        if get_origin(plain) is tuple:
            listed = _LISTED.findall(form[field.name]) if field.name in form else _placed(field.name, form)
            body[field.name] = listed
            continue
        text = form.get(field.name, "").replace("\r\n", "\n").strip()
        if not text and plain is not str:
            continue
        if plain is bool:
            body[field.name] = {"true": True, "false": False}.get(text, text)
        elif plain is int:
            body[field.name] = int(text) if text.isascii() and text.isdigit() else text
        else:
            body[field.name] = text
    return body


def _places(name: str, offered: Sequence[tuple[str, str]], typed: Mapping[str, str]) -> list[Input]:
    """A choice for each place of an order; what is offered is put into it."""
    return [
        Input(
            name=f"{name}-{place}",
            label=f"第 {place} 名",
            kind="choice",
            value=typed.get(f"{name}-{place}", ""),
            required=True,
            choices=tuple(offered),
        )
        for place in range(1, len(offered) + 1)
    ]


def _placed(name: str, form: Mapping[str, str]) -> list[str]:
    """What was chosen for the places, by place."""
    return list(takewhile(bool, (form.get(f"{name}-{place}", "") for place in count(1))))


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        plain, *marks = get_args(hint)
        return plain, tuple(marks)
    return hint, ()


def _choices(plain: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(plain, type) and issubclass(plain, Enum):
        return tuple((str(member.value), str(member.value)) for member in plain)
    return ()


def _kind(plain: Any, length: Length | None, offered: Sequence[tuple[str, str]]) -> str:
    if offered:
        return "choice"
    if plain is bool:
        return "yes_no"
    if plain is date:
        return "date"
    if plain in (int, Decimal):
        return "number"
    if get_origin(plain) is tuple:
        return "long"
    return "long" if plain is str and length is not None and length.lines else "text"
