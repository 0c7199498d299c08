"""A copy of a running county's logs for an auditor's stick: events, sealed personal data, proofs and public keys.

The read models stay behind: names, contacts and password digests stand in them in the clear, and everything in them can
be made again from the events by whoever has the keys to the personal data.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from audit.copies.folder import open_copies
from audit.copies.log_copy import LogCopy
from audit.export.folder import whole_folder
from audit.outcome import Unusable
from audit.verify import Progress
from audit.vocabulary import VOCABULARIES

_TABLES = ("event", "log_head", "stream", "command", "vault")
_STEP = 10_000


def sources(data: Path) -> list[LogCopy]:
    """The logs of a data directory, where they are SQLite files, whether or not services run on it."""
    missing = [name for name in VOCABULARIES if not (data / "logs" / f"{name}.sqlite3").is_file()]
    if missing:
        raise Unusable(
            f"{data / 'logs'} 里没有 {'、'.join(missing)} 的 SQLite 数据库。用 PostgreSQL 的，先复制 proof 和 keys，"
            "再用 pg_dump 导出五个数据库，见 docs/auditing.md。"
        )
    return open_copies(data)


def take(data: Path, out: Path, progress: Progress) -> dict[str, int]:
    """Events by log; of a data directory whose :func:`sources` were found."""
    with whole_folder(out) as part:
        # Each before what it needs, which only grows: a log that goes on meanwhile is then ahead of its checkpoint, a
        # tile that is full by now has all that a partial one had, and a list of keys all that signed.
        for pattern in ("proof/*/checkpoint", "proof/*/tile/**/*", "keys/*.vkey"):
            _copy(data, part, pattern)
        (part / "logs").mkdir()
        return {name: _copy_log(data, part, name, progress) for name in VOCABULARIES}


def _copy(data: Path, part: Path, pattern: str) -> None:
    for path in data.glob(pattern):
        if path.is_dir() or path.name.startswith("."):
            continue
        copied = part / path.relative_to(data)
        copied.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # it was partial, and has become full
            shutil.copyfile(path, copied)


def _copy_log(data: Path, part: Path, name: str, progress: Progress) -> int:
    source = f"{(data / 'logs' / f'{name}.sqlite3').resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(part / "logs" / f"{name}.sqlite3", isolation_level=None, uri=True)) as connection:
        connection.execute("ATTACH ? AS county", (source,))
        connection.execute("BEGIN")
        for table in _TABLES:
            made = connection.execute("SELECT sql FROM county.sqlite_master WHERE name = ?", (table,)).fetchone()
            if made is None:
                continue  # a log without personal data has no vault
            connection.execute(made[0])
            if table != "event":
                connection.execute(f"INSERT INTO main.{table} SELECT * FROM county.{table}")  # noqa: S608 -- of _TABLES
        # By what positions there are: whether they are those there should be is for the verification to say.
        spread = "SELECT coalesce(min(position), 0), coalesce(max(position), -1), count(*) FROM county.event"
        lowest, highest, events = connection.execute(spread).fetchone()
        for first in range(lowest, highest + 1, _STEP):
            several = "INSERT INTO main.event SELECT * FROM county.event WHERE position >= ? AND position < ?"
            connection.execute(several, (first, first + _STEP))
            progress(name, min(first + _STEP, events))
        connection.execute("COMMIT")
    return int(events)
