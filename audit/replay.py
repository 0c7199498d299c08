"""Rebuilds every read model from a copy of the logs, elsewhere, and holds it against the live rows."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select

from audit.copies.log_copy import LogCopy
from audit.leaves import events_of
from audit.verify import Progress
from audit.vocabulary import VOCABULARIES
from eventlog.event import Recorded
from eventlog.projection import PERSONAL, build

_STEP = 500


@dataclass(frozen=True)
class TableResult:
    """``missing``: rows the log gives and the live table lacks; ``extra``: the other way round. Both are samples of
    at most three. ``withheld`` are the columns that were not compared, as they hold personal data and nobody gave the
    keys to it. ``live`` is null where there is nothing to compare with: when an earlier moment was rebuilt, which no
    live table shows, or when the rows' own key is personal data.
    """

    log: str
    table: str
    rebuilt: int
    live: int | None
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    withheld: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.missing and not self.extra


def replay(
    copies: Sequence[LogCopy], until: datetime | None, out: Path | None, progress: Progress, keys: Path | None = None
) -> list[TableResult]:
    """Rebuilds what the logs said up to and including ``until``, in business time; all of them without it.

    ``out`` is a folder for the rebuilt read models, one SQLite file a log; ``keys`` that of the persons' keys, without
    which personal data stays closed.
    """
    results: list[TableResult] = []
    with tempfile.TemporaryDirectory() as elsewhere:
        for copy in copies:
            engine = create_engine(f"sqlite:///{(out or Path(elsewhere)) / f'{copy.name}.sqlite3'}")
            with engine.begin() as connection:
                later = rebuild(copy, connection, until, progress, keys)
                for table in tables_of(copy.name):
                    withheld = () if keys else _personal(table)
                    results.append(_compare(copy, connection, table, withheld, against_live=not later))
            engine.dispose()
    return results


def rebuild(
    copy: LogCopy, connection: Connection, until: datetime | None, progress: Progress, keys: Path | None = None
) -> bool:
    """Fills an empty database with the log's read models; whether the log has events later than ``until``."""
    for table in tables_of(copy.name):
        table.create(connection)
    later = False

    def events() -> Iterator[Recorded]:
        nonlocal later
        for count, event in enumerate(events_of(copy, keys), start=1):
            if until is not None and event.occurred_at > until:
                later = True
                continue
            if count % _STEP == 0:
                progress(copy.name, count)
            yield event

    build(connection, VOCABULARIES[copy.name].projections, events())
    progress(copy.name, copy.head().next_position)
    return later


def tables_of(log: str) -> list[Table]:
    return [table for projection in VOCABULARIES[log].projections for table in projection.tables]


def _personal(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.info == PERSONAL)


def _compare(
    copy: LogCopy, connection: Connection, table: Table, withheld: tuple[str, ...], *, against_live: bool
) -> TableResult:
    shown = [place for place, column in enumerate(table.columns) if column.name not in withheld]
    rebuilt = Counter(tuple(row[place] for place in shown) for row in connection.execute(select(table)))
    total = rebuilt.total()
    if not against_live or any(column.name in withheld for column in table.primary_key):
        return TableResult(copy.name, table.name, total, None, (), (), withheld)
    live = Counter(tuple(row[place] for place in shown) for row in copy.table(table))
    missing, extra = _samples(rebuilt - live), _samples(live - rebuilt)
    return TableResult(copy.name, table.name, total, live.total(), missing, extra, withheld)


def _samples(rows: Counter[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(repr(row) for row in sorted(rows, key=repr)[:3])
