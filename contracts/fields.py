"""Marks a contract puts on its fields: the Chinese label, the limits, and what is personal.

A label is the only Chinese name of a field: workbook headers, forms, API documents and error sentences use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

_LONG_TEXT = 100


@dataclass(frozen=True)
class Label:
    """The field's name as a clerk reads it."""

    text: str


@dataclass(frozen=True)
class Length:
    """Limits in code points (X-09), both ends included; a text that may be long may have several lines."""

    least: int
    most: int

    @property
    def lines(self) -> bool:
        return self.most >= _LONG_TEXT


@dataclass(frozen=True)
class Range:
    """Limits of a number, both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Items:
    """Limits of the number of elements, both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Pattern:
    """A regular expression the whole text must match, and the sentence shown when it does not."""

    expression: str
    mend: str


class Withheld(Enum):
    """What stands where personal data would: it was erased, or whoever reads has no key to it."""

    ERASED = "已删除"
    CLOSED = "未开启"


def told(value: str | Withheld) -> str:
    """The text itself, or the word for why it cannot be told."""
    return value if isinstance(value, str) else value.value


@dataclass(frozen=True)
class Personal:
    """The field is personal data (PIPL): it may stand in a private event, never in a published one.

    In an event it admits :class:`Withheld` besides, and the event's ``whose`` names the field with the person's id.
    """

    erased: ClassVar[Withheld] = Withheld.ERASED
    closed: ClassVar[Withheld] = Withheld.CLOSED
