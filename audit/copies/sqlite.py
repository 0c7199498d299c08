"""A log in one SQLite file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from audit.copies.log_copy import HeadRow, Row, SealedRow, typed
from audit.outcome import Truncated, Unusable

_KERNELS = ("event", "log_head")
"""The tables everything is believed by."""
_NAMED = "SELECT 1 FROM sqlite_master WHERE name = ?"
_HEADER_BYTES = 100


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
            _refuse_truncated(path)
            self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        for table in _KERNELS:
            self._hold_to_be_a_table(table)

    def head(self) -> HeadRow:
        with closing(self._connect()) as connection:
            rows = self._all(connection, "SELECT next_position, next_pub_seq, hlc_ms, hlc_counter FROM log_head")
        if len(rows) != 1:
            raise Unusable(f"{self.name} 的 log_head 表应有一行，实有 {len(rows)} 行：数据库被改动过。请重新复制。")
        return HeadRow(*rows[0])

    def rows(self) -> Iterator[Row]:
        query = "SELECT position, stream_id, version, type, pub_seq, leaf FROM event ORDER BY position"
        return map(Row._make, self._each(query))

    def versions(self) -> Iterator[tuple[str, int, int]]:
        # Sorted anew: the table's own index is part of what may have been tampered with.
        query = "SELECT stream_id, version, position FROM event NOT INDEXED ORDER BY stream_id, version, position"
        return self._each(query)

    def vault(self) -> Iterator[SealedRow]:
        kept = any(self._each(_NAMED, "vault"))
        query = "SELECT position, person, sealed FROM vault ORDER BY position"
        return map(SealedRow._make, self._each(query) if kept else ())

    def _each(self, query: str, *arguments: str) -> Iterator[tuple[Any, ...]]:
        with closing(self._connect()) as connection:
            try:
                yield from connection.execute(query, arguments)
            except sqlite3.DatabaseError as error:
                raise self._unusable(error) from error

    def table(self, table: Table) -> list[tuple[Any, ...]]:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        if not any(self._each(_NAMED, table.name)):
            told = f"{self.name} 的副本里没有读模型 {table.name}，没有可比较的"
            raise Unusable(f"{told}。audit copy 不带走读模型；要比较，请在县里的数据目录上运行。")
        with closing(self._connect()) as connection:
            rows = self._all(connection, f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 -- our own names
        return [tuple(typed(column, value) for column, value in zip(table.columns, row, strict=True)) for row in rows]

    def _hold_to_be_a_table(self, name: str) -> None:
        """A view in its place may show something else tomorrow; a table that is not strict may hold anything."""
        found = list(self._each("SELECT type, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?", name))
        if not found:
            raise Unusable(f"读不了 {self.name} 的数据库：没有 {name} 表，不是日志，或没有复制完。请重新复制。")
        if found != [("table", 1)]:
            raise Unusable(f"{self.name} 的数据库里 {name} 不是日志原来的表：数据库被改动过。请重新复制，并查明原因。")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._uri, uri=True)

    def _all(self, connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.DatabaseError) -> Unusable:
        return Unusable(f"读不了 {self.name} 的数据库：{error}。请重新复制。")


def _refuse_truncated(path: Path) -> None:
    """A file shorter than its own header says (SQLite file format, 1.3: offsets 16, 24, 28 and 92)."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        raise Truncated(f"{path.name} 被截断：只有 {len(header)} 字节。请重新复制。")
    if not header.startswith(b"SQLite format 3\0"):
        return  # SQLite itself will say what it is not
    page, pages = int.from_bytes(header[16:18]), int.from_bytes(header[28:32])
    counted = header[24:28] == header[92:96]  # else an old writer left the number of pages stale
    told = (65536 if page == 1 else page) * pages
    if counted and path.stat().st_size < told:
        raise Truncated(f"{path.name} 被截断：应有 {told} 字节，只有 {path.stat().st_size} 字节。请重新复制。")
