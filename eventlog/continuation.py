"""Begins a log anew after its database lost signed events: what is left is carried over, nothing is re-signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, delete, select, text

from eventlog import canonical, projection
from eventlog.event import Hlc, Provenance, open_leaf, seal
from eventlog.kernel_events import LogContinued
from eventlog.log import EventLog
from eventlog.proof.checkpoint import Checkpoint
from eventlog.stream import StreamName
from eventlog.vault import VAULT

_PAGE = 500
_FIRST = text("SELECT leaf FROM event WHERE position = 0")
_COUNTS = text("SELECT count(*) AS events, coalesce(max(pub_seq), -1) + 1 AS published FROM event")
_PLACE = text("INSERT INTO event VALUES (:position, :stream_id, :version, :type, :pub_seq, :leaf)")
_COMMAND = text("INSERT INTO command VALUES (:id, :fingerprint, 0, 1)")
_STREAMS = text(
    "INSERT INTO stream SELECT stream_id, max(version), min(position), max(position) FROM event GROUP BY stream_id"
)
_HEAD = text("UPDATE log_head SET next_position = :next_position, next_pub_seq = :next_pub_seq")
_CLOCK = text("SELECT hlc_ms, hlc_counter FROM log_head")


class CannotContinue(Exception):
    """The sentence says why, and what to do."""


def continue_log(log: EventLog, previous: Checkpoint, number: int, reason: str, by: Provenance) -> LogContinued:
    """Moves the log's rows to tables of the previous log's ``number`` and starts again with :class:`LogContinued`.

    One transaction; done a second time it changes nothing. Read models are built again when the log opens.
    """
    with log.store.writing() as connection:
        if (done := _continued(log, connection)) is not None and done.previous_origin == previous.origin:
            return done
        counted, clock = connection.execute(_COUNTS).one(), _clock_before(connection)
        log.store.start_over(connection, number)
        first = LogContinued(
            previous_origin=previous.origin,
            previous_size=previous.size,
            previous_root=base64.b64encode(previous.root).decode("ascii"),
            carried=counted.events,
            reason=reason,
        )
        _begin(log, connection, first, clock, by)
        _carry(log, connection, number)
        connection.execute(_HEAD, {"next_position": counted.events + 1, "next_pub_seq": counted.published})
        projection.forget(connection)
    return first


def _continued(log: EventLog, connection: Connection) -> LogContinued | None:
    row = connection.execute(_FIRST).one_or_none()
    event = None if row is None else open_leaf(log.types, bytes(row.leaf)).data
    return event if isinstance(event, LogContinued) else None


def _clock_before(connection: Connection) -> Hlc:
    """For what will stand before the first event: carried events keep their clocks, so that causes stay before their
    effects.
    """
    row = connection.execute(_FIRST).one_or_none()
    if row is None:
        head = connection.execute(_CLOCK).one()
        return head.hlc_ms, head.hlc_counter
    return canonical.loads(bytes(row.leaf))["h"][0] - 1, 0


def _begin(log: EventLog, connection: Connection, first: LogContinued, clock: Hlc, by: Provenance) -> None:
    stream = StreamName("log", uuid5(NAMESPACE_URL, first.previous_origin))
    sealed = seal(log.types, log.source, stream, 0, [first], by)[0]
    leaf = canonical.leaf_bytes(sealed.envelope, clock, 0)
    row = {"position": 0, "stream_id": str(stream), "version": 0, "type": sealed.type, "pub_seq": None, "leaf": leaf}
    connection.execute(_PLACE, row)
    connection.execute(_COMMAND, {"id": str(by.command_id), "fingerprint": by.fingerprint})


def _carry(log: EventLog, connection: Connection, number: int) -> None:
    rows = _moved(connection, number)
    while page := list(islice(rows, _PAGE)):
        connection.execute(_PLACE, page)
    connection.execute(_STREAMS)
    commands = f"SELECT command_id, fingerprint, first_position + 1, events FROM command_{number}"  # noqa: S608 -- a number
    connection.execute(text(f"INSERT INTO command {commands}"))
    kept = connection.execute(select(VAULT)).all()
    connection.execute(delete(VAULT))
    for row in kept:
        # A seal is bound to its event's position. What was erased since has no key any more and stays away.
        if (openings := log.vault.take(row.position, row.person, row.sealed)) is not None:
            log.vault.put(connection, row.position + 1, UUID(row.person), openings)


def _moved(connection: Connection, number: int) -> Iterator[dict[str, Any]]:
    """Each event one position further on, with its own envelope and clock."""
    query = text(f"SELECT * FROM event_{number} ORDER BY position")  # noqa: S608 -- a number
    with connection.execute(query, execution_options={"yield_per": _PAGE}) as rows:
        for place, row in enumerate(rows):
            if row.position != place:
                raise CannotContinue(
                    f"数据库缺第 {place} 号事件，后面却还有，不能接着办。请恢复一份没有缺号的数据库副本。"
                )
            leaf = bytes(row.leaf)
            try:
                ms, counter = canonical.loads(leaf)["h"]
            except canonical.NotCanonical as error:
                raise CannotContinue(
                    f"第 {place} 号事件的字节坏了，不能接着办。请恢复一份完好的数据库副本。"
                ) from error
            envelope = leaf[len(b'{"e":') : leaf.rindex(b',"h":')]
            yield dict(row._mapping) | {  # noqa: SLF001 -- SQLAlchemy's documented name for a row as a mapping
                "position": place + 1,
                "leaf": canonical.leaf_bytes(envelope, (ms, counter), place + 1),
            }
