"""A log in a plain ``pg_dump`` of its service's database; the ``COPY`` blocks are read, nothing is executed."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from sqlalchemy import Table

from audit.copies.log_copy import HeadRow, Row, SealedRow, typed
from audit.outcome import Truncated, Unusable

_BEGINS, _ENDS = b"-- PostgreSQL database dump", b"-- PostgreSQL database dump complete"
_END_BYTES = 4096
_PARTITIONS = r"event_p[0-9]+"
"""The tables the events stand in; the one named ``event`` has no rows of its own."""


class DumpCopy:
    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._events: sqlite3.Connection | None = None
        _refuse_truncated(path)

    def head(self) -> HeadRow:
        rows = list(self._blocks("log_head", HeadRow._fields))
        if len(rows) != 1:
            raise Unusable(f"{self._path.name} 的 log_head 表应有一行，实有 {len(rows)} 行：被改动过。请重新导出。")
        return HeadRow(*map(_number, rows[0]))

    def rows(self) -> Iterator[Row]:
        query = "SELECT position, stream, version, type, pub_seq, leaf FROM event ORDER BY position"
        yield from map(Row._make, self._sorted().execute(query))

    def versions(self) -> Iterator[tuple[str, int, int]]:
        yield from self._sorted().execute("SELECT stream, version, position FROM event ORDER BY 1, 2, 3")

    def vault(self) -> Iterator[SealedRow]:
        with self._path.open("rb") as lines:
            if not any(line.startswith(b"COPY public.vault (") for line in lines):
                return iter(())
        rows = self._block("vault", ["position", "person", "sealed"])
        found = (SealedRow(_number(position), person or "", _bytes(sealed or "")) for position, person, sealed in rows)
        return iter(sorted(found))

    def _sorted(self) -> sqlite3.Connection:
        """A dump gives rows as they lie in the table, not by position; SQLite sorts what memory cannot hold."""
        if self._events is not None:
            return self._events
        events = sqlite3.connect("")  # a file of its own that is gone when it is closed
        events.execute("CREATE TABLE event (position, stream, version, type, pub_seq, leaf)")
        names = ["position", "stream_id", "version", "type", "pub_seq", "leaf"]
        rows = map(self._row, self._blocks(_PARTITIONS, names))
        events.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", rows)
        events.execute("CREATE INDEX by_position ON event (position)")
        self._events = events
        return events

    def _row(self, values: Sequence[str | None]) -> Row:
        position, stream, version, kind, pub_seq, leaf = values
        if position is None or not _DECIMAL.fullmatch(position):
            raise Unusable(f"{self._path.name} 的 event 表里有一行的位置是“{position}”，不是数字。请重新导出。")
        return Row(
            int(position), stream or "", _number(version), kind or "", None if pub_seq is None else _number(pub_seq),
            _bytes(leaf or ""),
        )  # fmt: skip

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        names = [column.name for column in table.columns]
        return [
            tuple(typed(column, value) for column, value in zip(table.columns, row, strict=True))
            for row in self._block(table.name, names)
        ]

    def _block(self, table: str, columns: Sequence[str]) -> Iterator[list[str | None]]:
        with self._lines() as lines:
            for line in lines:
                if (listed := _listed(line, table)) is not None:
                    return (yield from self._rows(lines, listed, columns))
        raise self._without(table)

    def _blocks(self, tables: str, columns: Sequence[str]) -> Iterator[list[str | None]]:
        """The rows of all tables whose name is of that pattern."""
        found = False
        with self._lines() as lines:
            for line in lines:
                if (listed := _listed(line, tables)) is not None:
                    found = True
                    yield from self._rows(lines, listed, columns)
                elif _CHANGES.match(line):
                    told = f"{self._path.name} 里有一句“{line[:40].strip()}…”，不在读得懂的行里"
                    raise Unusable(f"{told}：导出时用了 --inserts，或之后被改动过。请不带它重新导出。")
        if not found:
            raise self._without(tables if tables != _PARTITIONS else "event")

    def _rows(self, lines: Iterator[str], listed: _Listed, columns: Sequence[str]) -> Iterator[list[str | None]]:
        """Those of the block whose first line was read."""
        if missing := [name for name in columns if name not in listed.columns]:
            raise Unusable(f"{self._path.name} 的 {listed.table} 表缺少 {'、'.join(missing)} 列。请重新导出。")
        places = [listed.columns.index(name) for name in columns]
        for row in lines:
            if row == "\\.\n":
                return
            values = [_unescaped(value) for value in row.rstrip("\n").split("\t")]
            if len(values) != len(listed.columns):
                raise Unusable(f"{self._path.name} 的 {listed.table} 表里有一行列数不对。请重新导出。")
            yield [values[place] for place in places]
        raise self._without(listed.table)

    def _lines(self) -> TextIO:
        # Bytes that are no UTF-8 must not stop the reading: where they stand, a leaf or a row does not fit.
        return self._path.open(encoding="utf-8", errors="replace", newline="\n")

    def _without(self, table: str) -> Unusable:
        return Unusable(f"{self._path.name} 里没有 {table} 表。请用 pg_dump 的纯文本格式重新导出。")


class _Listed(NamedTuple):
    """What the first line of a ``COPY`` block says."""

    table: str
    columns: list[str]


def _listed(line: str, tables: str) -> _Listed | None:
    if not line.startswith("COPY "):
        return None
    begins = re.match(rf'COPY public\."?({tables})"? \((.*)\)', line)
    return None if begins is None else _Listed(begins[1], [one.strip(' "') for one in begins[2].split(",")])


def _refuse_truncated(path: Path) -> None:
    """``pg_dump`` says of itself where it begins and where it is complete."""
    with path.open("rb") as file:
        begins = file.read(_END_BYTES)
        file.seek(max(0, path.stat().st_size - _END_BYTES), os.SEEK_SET)
        ends = file.read()
    if _BEGINS in begins and _ENDS not in ends:
        raise Truncated(f"{path.name} 被截断：末尾没有 pg_dump 写完时的标记。请重新导出或重新复制。")


def _number(text: str | None) -> int:
    """What is no number is none that could be right, so that it is found where it stands."""
    return int(text) if text is not None and _DECIMAL.fullmatch(text) else -1


def _bytes(text: str) -> bytes:
    """A bytea column in hexadecimal form; anything else is no leaf, and is found where it stands."""
    return bytes.fromhex(text[2:]) if _HEX.fullmatch(text) else text.encode()


_DECIMAL = re.compile("0|[1-9][0-9]{0,17}")
_HEX = re.compile(r"\\x(?:[0-9a-f]{2})*")
_CHANGES = re.compile(r"(UPDATE|INSERT INTO|DELETE FROM|TRUNCATE)\b.*\b(event(_p[0-9]+)?|log_head)\b")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescaped(value: str) -> str | None:
    """A column of PostgreSQL's COPY text format."""
    return None if value == "\\N" else _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)
