"""Changes to a copy, as somebody who owns the file can make them: the triggers are taken off first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from eventlog import canonical

Tamper = Callable[[sqlite3.Connection], object]


def tamper(folder: Path, log: str, change: Tamper) -> None:
    with closing(sqlite3.connect(folder / f"{log}.sqlite3")) as connection:
        connection.execute("DROP TRIGGER IF EXISTS event_no_update")
        connection.execute("DROP TRIGGER IF EXISTS event_no_delete")
        change(connection)
        connection.commit()


def position_of(folder: Path, log: str, kind: str) -> int:
    """Where the first event of a type stands."""
    with closing(sqlite3.connect(folder / f"{log}.sqlite3")) as connection:
        (found,) = connection.execute("SELECT min(position) FROM event WHERE type = ?", (kind,)).fetchone()
    return int(found)


def last(folder: Path, log: str) -> int:
    with closing(sqlite3.connect(folder / f"{log}.sqlite3")) as connection:
        (found,) = connection.execute("SELECT max(position) FROM event").fetchone()
    return int(found)


def leaf_at(connection: sqlite3.Connection, position: int) -> bytes:
    (leaf,) = connection.execute("SELECT leaf FROM event WHERE position = ?", (position,)).fetchone()
    return bytes(leaf)


def put_leaf(connection: sqlite3.Connection, position: int, leaf: bytes) -> None:
    connection.execute("UPDATE event SET leaf = ? WHERE position = ?", (leaf, position))


def leaves(folder: Path, log: str) -> list[bytes]:
    """All of a log of a campaign's folder, as they stand."""
    with closing(sqlite3.connect(folder / "logs" / f"{log}.sqlite3")) as connection:
        return [bytes(leaf) for (leaf,) in connection.execute("SELECT leaf FROM event ORDER BY position")]


def cut(connection: sqlite3.Connection, size: int) -> None:
    """The log as it was at that size, its head too."""
    connection.execute("DELETE FROM event WHERE position >= ?", (size,))
    (published,) = connection.execute("SELECT count(pub_seq) FROM event").fetchone()
    ms, counter = canonical.loads(leaf_at(connection, size - 1))["h"] if size else (0, 0)
    head = "UPDATE log_head SET next_position = ?, next_pub_seq = ?, hlc_ms = ?, hlc_counter = ?"
    connection.execute(head, (size, published, ms, counter))
