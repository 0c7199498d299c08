"""One log of a copy, whatever kind of file it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Boolean, Table


class Row(NamedTuple):
    """One row of the event table, as stored."""

    position: int
    stream: str
    version: int
    type: str
    pub_seq: int | None
    leaf: bytes


class SealedRow(NamedTuple):
    """One row of the vault: the personal data of the event at ``position``, encrypted."""

    position: int
    person: str
    sealed: bytes


class HeadRow(NamedTuple):
    next_position: int
    next_pub_seq: int
    hlc_ms: int
    hlc_counter: int


class LogCopy(Protocol):
    name: str

    def head(self) -> HeadRow: ...

    def rows(self) -> Iterator[Row]:
        """By position."""

    def versions(self) -> Iterator[tuple[str, int, int]]:
        """(stream, version, position) of every event, by stream and then version."""

    def vault(self) -> Iterator[SealedRow]:
        """By position; none where the log holds no personal data."""

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        """A read model's rows, in no order, with the table's Python types."""


def typed(column: Any, value: Any) -> Any:
    """A stored value as the table's Python type; one that is none of it stays as it is, and so equals nothing."""
    if isinstance(column.type, Boolean):
        return _TRUTHS.get((type(value), value), value)
    if column.type.python_type is int and isinstance(value, str):
        return int(value) if _INTEGER.fullmatch(value) else value
    return value


_TRUTHS = {(int, 0): False, (int, 1): True, (str, "f"): False, (str, "t"): True}
_INTEGER = re.compile("-?[0-9]{1,19}")
