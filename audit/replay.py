"""Rebuilds every read model from a copy of the logs, elsewhere, and holds it against the live rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select

from audit.copies import LogCopy, opened
from audit.verify import Progress
from audit.vocabulary import VOCABULARIES
from eventlog.event import Recorded
from eventlog.projection import build

_STEP = 500


@dataclass(frozen=True)
class TableResult:
    """``missing``: rows the log gives and the live table lacks; ``extra``: the other way round. Both are samples of
    at most three. ``live`` is null when an earlier moment was rebuilt, which no live table shows.
    """

    log: str
    table: str
    rebuilt: int
    live: int | None
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.missing and not self.extra


def replay(
    copies: Sequence[LogCopy], until: datetime | None, out: Path | None, progress: Progress
) -> list[TableResult]:
    """Rebuilds what the logs said up to and including ``until``, in business time; all of them without it.

    ``out`` is a folder for the rebuilt read models, one SQLite file a log.
    """
    results: list[TableResult] = []
    for copy in copies:
        engine = create_engine("sqlite://" if out is None else f"sqlite:///{out / f'{copy.name}.sqlite3'}")
        with engine.begin() as connection:
            results += _replay_one(copy, connection, until, progress)
        engine.dispose()
    return results


def _replay_one(copy: LogCopy, connection: Connection, until: datetime | None, progress: Progress) -> list[TableResult]:
    projections = VOCABULARIES[copy.name].projections
    tables = [table for projection in projections for table in projection.tables]
    for table in tables:
        table.create(connection)
    later = False

    def events() -> Iterator[Recorded]:
        nonlocal later
        for count, row in enumerate(copy.rows(), start=1):
            event = opened(copy.name, row)
            if until is not None and event.occurred_at > until:
                later = True
                continue
            if count % _STEP == 0:
                progress(copy.name, count)
            yield event

    build(connection, projections, events())
    progress(copy.name, copy.head().next_position)
    return [_compare(copy, connection, table, against_live=not later) for table in tables]


def _compare(copy: LogCopy, connection: Connection, table: Table, *, against_live: bool) -> TableResult:
    rebuilt = Counter(tuple(row) for row in connection.execute(select(table)))
    total = rebuilt.total()
    if not against_live:
        return TableResult(copy.name, table.name, total, None, (), ())
    live = Counter(copy.table(table))
    return TableResult(copy.name, table.name, total, live.total(), _samples(rebuilt - live), _samples(live - rebuilt))


def _samples(rows: Counter[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(repr(row) for row in sorted(rows, key=repr)[:3])
