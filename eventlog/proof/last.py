"""The last checkpoint of each log, outside the database that holds its events.

Whoever restores that database from a backup does not restore this; it is what turns a silent second history into a
stop. A checkpoint takes the place of another only when that is still the one its maker had seen.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

SIGNED = "signed"
COSIGNED = "cosigned"
"""What the text is: a note of our own log, or the text of a checkpoint of another's that we cosigned."""


class LastCheckpoints:
    """One small SQLite file (``path``). One process may use an instance from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        with self._lock:
            for pragma in ("journal_mode = WAL", "synchronous = FULL"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS last (kind TEXT NOT NULL, origin TEXT NOT NULL, text TEXT NOT NULL,"
                " PRIMARY KEY (kind, origin)) STRICT, WITHOUT ROWID"
            )

    def read(self, kind: str, origin: str) -> str | None:
        with self._lock:
            query = "SELECT text FROM last WHERE kind = ? AND origin = ?"
            row = self._connection.execute(query, (kind, origin)).fetchone()
        return None if row is None else row[0]

    def swap(self, kind: str, origin: str, old: str | None, new: str) -> bool:
        """Whether ``new`` now stands where ``old`` stood; it is on disk then."""
        with self._lock:
            if old is None:
                put = "INSERT INTO last VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                return self._connection.execute(put, (kind, origin, new)).rowcount == 1
            change = "UPDATE last SET text = ? WHERE kind = ? AND origin = ? AND text = ?"
            return self._connection.execute(change, (new, kind, origin, old)).rowcount == 1

    def close(self) -> None:
        self._connection.close()
