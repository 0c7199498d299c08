"""Read models: rows that are a function of the log, and of nothing else.

A projection is applied in the transaction of every append and is rebuilt from position 0 when its version changes, or
by an auditor elsewhere; both go through :meth:`Projection.apply`, so they cannot differ in policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, delete, insert, select, update
from sqlalchemy.event import listens_for

from eventlog.event import Recorded

Apply = Callable[[Connection, Any, Recorded], None]
"""(connection, the event's data, the event): writes rows. No clock, no query outside its own tables."""
PERSONAL = {"personal": True}
"""The ``info`` of a column that shows personal data: without the keys of the vault a log does not give it back."""


@listens_for(Table, "after_create")
def _keep_no_statistics(table: Table, connection: Connection, **_: object) -> None:
    """PostgreSQL's planner would keep the commonest values of a column, names of erased persons among them."""
    if connection.dialect.name == "postgresql":
        for column in table.columns:
            if column.info == PERSONAL:
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ALTER COLUMN "{column.name}" SET STATISTICS 0')


class Projection:
    """``applies`` says which event types move which rows; ``version`` is raised whenever that changes."""

    def __init__(self, name: str, version: int, tables: Sequence[Table], applies: Mapping[type, Apply]) -> None:
        self.name = name
        self.version = version
        self.tables = tables
        self._applies = {kind.__name__: apply for kind, apply in applies.items()}

    def apply(self, connection: Connection, event: Recorded) -> None:
        if (apply := self._applies.get(event.type)) is not None:
            apply(connection, event.data, event)


_OWN = MetaData()
_META = Table("projection", _OWN, Column("name", Text, primary_key=True), Column("version", Integer, nullable=False))


def build(connection: Connection, projections: Sequence[Projection], events: Iterable[Recorded]) -> None:
    """Fills empty tables from the events, oldest first."""
    for event in events:
        for projection in projections:
            projection.apply(connection, event)


def stale(connection: Connection, projections: Sequence[Projection]) -> list[Projection]:
    """Those whose rows were made by another version of their code, or never. Makes missing tables."""
    _OWN.create_all(connection)
    for projection in projections:
        for table in projection.tables:
            table.create(connection, checkfirst=True)
    built = {row.name: row.version for row in connection.execute(select(_META))}
    return [projection for projection in projections if built.get(projection.name) != projection.version]


def mark_built(connection: Connection, projections: Sequence[Projection]) -> None:
    """Their rows are those of the present version of their code."""
    for projection in projections:
        upsert(connection, _META, {"name": projection.name}, {"version": projection.version})


def forget(connection: Connection) -> None:
    """All rows are to be built again, by whatever version of their code."""
    connection.execute(delete(_META))


def rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    """All rows in an order that does not depend on the database."""
    return sorted((tuple(row) for row in connection.execute(select(table))), key=repr)


def upsert(connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Writes the row with this key, whether or not it is there; the same statement pair in every database."""
    where = [table.c[name] == value for name, value in key.items()]
    if not connection.execute(update(table).where(*where).values(**values)).rowcount:
        connection.execute(insert(table).values(**key, **values))
