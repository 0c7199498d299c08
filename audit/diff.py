"""What changed between two moments: rows of the read models, built anew for both, and the events between."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, text

from audit.copies.log_copy import LogCopy, typed
from audit.leaves import events_of
from audit.replay import rebuild, tables_of
from audit.verify import Progress
from eventlog.event import Recorded

_Values = Mapping[str, Any]
"""By column."""


@dataclass(frozen=True)
class ChangedRow:
    """``was`` and ``is_now`` hold the changed columns only."""

    key: _Values
    was: _Values
    is_now: _Values


@dataclass(frozen=True)
class TableChange:
    """``came`` and ``went`` are whole rows."""

    log: str
    table: str
    came: tuple[_Values, ...]
    went: tuple[_Values, ...]
    changed: tuple[ChangedRow, ...]

    @property
    def rows(self) -> int:
        return len(self.came) + len(self.went) + len(self.changed)


@dataclass(frozen=True)
class Difference:
    """``tables`` has those with a change; ``events`` are in an order consistent with cause and effect."""

    tables: tuple[TableChange, ...]
    events: tuple[Recorded, ...]


def diff(copies: Sequence[LogCopy], first: datetime, second: datetime, progress: Progress) -> Difference:
    """From after ``first`` up to and including ``second``, in business time."""
    tables: list[TableChange] = []
    with tempfile.TemporaryDirectory() as folder:
        for copy in copies:
            tables += _changes(copy, Path(folder), (first, second), progress)
    events = [event for copy in copies for event in events_of(copy) if first < event.occurred_at <= second]
    events.sort(key=lambda event: (event.hlc, event.source, event.position))
    return Difference(tuple(one for one in tables if one.rows), tuple(events))


def _changes(
    copy: LogCopy, folder: Path, moments: tuple[datetime, datetime], progress: Progress
) -> Iterator[TableChange]:
    paths = [folder / f"{copy.name} {name}.sqlite3" for name in ("before", "after")]
    for path, moment in zip(paths, moments, strict=True):
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            rebuild(copy, connection, moment, progress)
        engine.dispose()
    engine = create_engine(f"sqlite:///{paths[1]}")
    with engine.connect() as connection:
        connection.execute(text("ATTACH :path AS before"), {"path": str(paths[0])})
        for table in tables_of(copy.name):
            yield _change(copy.name, connection, table)
    engine.dispose()


def _change(log: str, connection: Connection, table: Table) -> TableChange:
    now, then = (_only_in(connection, table, *sides) for sides in (("main", "before"), ("before", "main")))
    return TableChange(
        log=log,
        table=table.name,
        came=tuple(now[key] for key in now if key not in then),
        went=tuple(then[key] for key in then if key not in now),
        changed=tuple(_changed_row(table, then[key], now[key]) for key in now if key in then),
    )


def _only_in(connection: Connection, table: Table, one: str, other: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows, by their primary key, that stand in one database and not in the same form in the other."""
    query = f'SELECT * FROM {one}."{table.name}" EXCEPT SELECT * FROM {other}."{table.name}"'  # noqa: S608 -- our own names
    found = {}
    for row in connection.execute(text(query)):
        values = {column.name: typed(column, value) for column, value in zip(table.columns, row, strict=True)}
        found[tuple(values[column.name] for column in table.primary_key.columns)] = values
    return found


def _changed_row(table: Table, was: _Values, is_now: _Values) -> ChangedRow:
    changed = [name for name in is_now if was[name] != is_now[name]]
    return ChangedRow(
        key={column.name: is_now[column.name] for column in table.primary_key.columns},
        was={name: was[name] for name in changed},
        is_now={name: is_now[name] for name in changed},
    )
