"""Copies of the logs as an auditor receives them: SQLite files, or plain ``pg_dump`` files, in one folder.

Nothing in the folder is changed, and read-only media will do.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Boolean, Table

from audit.vocabulary import VOCABULARIES
from eventlog.codec import UnreadableEvent
from eventlog.event import Recorded, open_leaf


class UnusableCopy(Exception):
    """The folder does not hold what it should; the sentence says what is missing and how to mend it."""


@dataclass(frozen=True)
class Row:
    """One row of the event table, as stored."""

    position: int
    stream: str
    version: int
    type: str
    pub_seq: int | None
    leaf: bytes


@dataclass(frozen=True)
class HeadRow:
    next_position: int
    next_pub_seq: int


class LogCopy(Protocol):
    name: str

    def head(self) -> HeadRow: ...

    def rows(self) -> Iterator[Row]:
        """By position."""

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        """A read model's rows, in no order, with the table's Python types."""


def open_copies(folder: Path) -> list[LogCopy]:
    """The five logs in ``folder`` or in its ``logs`` folder: ``NAME.sqlite3`` or ``NAME.sql`` each."""
    for place in (folder, folder / "logs"):
        found = [copy for name in VOCABULARIES if (copy := _open(place, name)) is not None]
        if found:
            missing = [name for name in VOCABULARIES if name not in {copy.name for copy in found}]
            if missing:
                raise UnusableCopy(f"{place} 里缺少这些日志：{'、'.join(missing)}。请把五本日志一并复制。")
            return found
    raise UnusableCopy(
        f"{folder} 里没有日志。应有 nomination.sqlite3 等五个文件，或用 pg_dump 导出的 nomination.sql 等五个文件。"
    )


def _open(place: Path, name: str) -> LogCopy | None:
    if (place / f"{name}.sqlite3").is_file():
        return SqliteCopy(name, place / f"{name}.sqlite3")
    if (place / f"{name}.sql").is_file():
        return DumpCopy(name, place / f"{name}.sql")
    return None


def opened(log: str, row: Row) -> Recorded:
    """The event of a row; :class:`UnusableCopy` names the place of one that cannot be read."""
    try:
        return open_leaf(VOCABULARIES[log].types, row.leaf)
    except UnreadableEvent as error:
        raise UnusableCopy(f"{log} 第 {row.position} 号事件读不懂。请先用 audit verify 核查这份副本。") from error


class SqliteCopy:
    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        wal = path.with_name(path.name + "-wal")
        if wal.is_file() and wal.stat().st_size:
            # The last commits are still in the write-ahead log, which SQLite can only read next to a writable file.
            folder = tempfile.mkdtemp()
            weakref.finalize(self, shutil.rmtree, folder)
            path = Path(shutil.copy(path, folder))
            shutil.copy(wal, folder)
            self._uri = f"{path.as_uri()}?mode=rw"
        else:
            self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    def head(self) -> HeadRow:
        with closing(self._connect()) as connection:
            row = self._all(connection, "SELECT next_position, next_pub_seq FROM log_head")[0]
        return HeadRow(*row)

    def rows(self) -> Iterator[Row]:
        with closing(self._connect()) as connection:
            query = "SELECT position, stream_id, version, type, pub_seq, leaf FROM event ORDER BY position"
            try:
                for row in connection.execute(query):
                    yield Row(*row)
            except sqlite3.DatabaseError as error:
                raise self._unusable(error) from error

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        with closing(self._connect()) as connection:
            rows = self._all(connection, f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 -- our own names
        return [tuple(_typed(column, value) for column, value in zip(table.columns, row, strict=True)) for row in rows]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._uri, uri=True)

    def _all(self, connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.DatabaseError) -> UnusableCopy:
        return UnusableCopy(f"读不了 {self.name} 的数据库：{error}。请重新复制。")


class DumpCopy:
    """A plain ``pg_dump`` of one service's database; its ``COPY`` blocks are read, nothing is executed."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def head(self) -> HeadRow:
        for row in self._block("log_head", ["next_position", "next_pub_seq"]):
            return HeadRow(int(row[0] or 0), int(row[1] or 0))
        raise UnusableCopy(f"{self._path.name} 里没有 log_head 表。请用 pg_dump 的纯文本格式重新导出整个数据库。")

    def rows(self) -> Iterator[Row]:
        names = ["position", "stream_id", "version", "type", "pub_seq", "leaf"]
        found = [
            Row(
                int(position or 0),
                stream or "",
                int(version or 0),
                kind or "",
                None if pub_seq is None else int(pub_seq),
                bytes.fromhex((leaf or "").removeprefix("\\x")),
            )
            for position, stream, version, kind, pub_seq, leaf in self._block("event", names)
        ]
        yield from sorted(found, key=lambda row: row.position)

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        names = [column.name for column in table.columns]
        return [
            tuple(_typed(column, value) for column, value in zip(table.columns, row, strict=True))
            for row in self._block(table.name, names)
        ]

    def _block(self, table: str, columns: Sequence[str]) -> Iterator[list[str | None]]:
        # Bytes that are no UTF-8 must not stop the reading: where they stand, a leaf or a row does not fit.
        with self._path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in lines:
                if line.startswith((f"COPY public.{table} (", f'COPY public."{table}" (')):
                    listed = [one.strip(' "') for one in line[line.index("(") + 1 : line.index(")")].split(",")]
                    places = [listed.index(name) for name in columns]
                    for row in lines:
                        if row == "\\.\n":
                            return
                        values = [_unescaped(value) for value in row.rstrip("\n").split("\t")]
                        if len(values) != len(listed) or not row.endswith("\n"):
                            break  # cut off within a row
                        yield [values[place] for place in places]
        raise UnusableCopy(f"{self._path.name} 里没有 {table} 表，或文件被截断。请用 pg_dump 的纯文本格式重新导出。")


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _unescaped(value: str) -> str | None:
    """A column of PostgreSQL's COPY text format."""
    if value == "\\N":
        return None
    parts = iter(value)
    return "".join(_ESCAPES[next(parts)] if one == "\\" else one for one in parts)


def _typed(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Boolean):
        return value in (1, "t")
    return column.type.python_type(value)
