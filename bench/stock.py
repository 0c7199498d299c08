"""Long logs made at once, the way appends would have left them: for what is measured on logs too long to append."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from bench.append import sample_provenance
from eventlog.canonical import leaf_bytes
from eventlog.event import seal
from eventlog.log import EventLog
from eventlog.stream import StreamName

EVENTS_A_STREAM = 10
FIRST_MS = 1_790_000_000_000
_PAGE = 10_000
_EVENT = text(
    "INSERT INTO event (position, stream_id, version, type, pub_seq, leaf)"
    " VALUES (:position, :stream_id, :version, :type, :pub_seq, :leaf)"
)
_COMMAND = text(
    "INSERT INTO command (command_id, fingerprint, first_position, events) VALUES (:id, :fingerprint, :first, :events)"
)
_STREAM = text(
    "INSERT INTO stream (stream_id, version, first_position, last_position)"
    " VALUES (:stream_id, :version, :first, :last)"
)
_HEAD = text("UPDATE log_head SET next_position = :end, next_pub_seq = :published, hlc_ms = :ms, hlc_counter = 0")


def stock(log: EventLog, events: Sequence[object], count: int) -> list[StreamName]:
    """Fills an empty log with ``count`` events, ``events`` over and over in streams of their own; the streams.

    Its read models are left empty.
    """
    streams: list[StreamName] = []
    made = _commands(log, events, streams)
    placed = published = 0
    while placed < count:
        page = list(islice(made, min(_PAGE, count - placed) // len(events)))
        rows: list[Mapping[str, Any]] = []
        for _, command in page:
            for row in command:
                at = placed + len(rows)
                public = row["published"]
                leaf = leaf_bytes(row["envelope"], (FIRST_MS + at, 0), at)
                rows.append({**row, "position": at, "pub_seq": published if public else None, "leaf": leaf})
                published += public
        with log.store.writing() as connection:
            connection.execute(_EVENT, rows)
            starts = range(placed, placed + len(rows), len(events))
            connection.execute(
                _COMMAND,
                [
                    {"id": str(one), "fingerprint": "0" * 64, "first": first, "events": len(events)}
                    for (one, _), first in zip(page, starts, strict=True)
                ],
            )
            connection.execute(
                _STREAM,
                [
                    {"stream_id": rows[last]["stream_id"], "version": len(events) - 1, "first": first,
                     "last": first + len(events) - 1}
                    for first, last in zip(starts, range(len(events) - 1, len(rows), len(events)), strict=True)
                ],
            )  # fmt: skip
            placed += len(rows)
            connection.execute(_HEAD, {"end": placed, "published": published, "ms": FIRST_MS + placed - 1})
    return streams


def _commands(
    log: EventLog, events: Sequence[object], streams: list[StreamName]
) -> Iterator[tuple[UUID, list[Mapping[str, Any]]]]:
    while True:
        stream, by = StreamName("case", uuid4()), sample_provenance()
        streams.append(stream)
        sealed = seal(log.types, log.source, stream, 0, events, by)
        yield (
            by.command_id,
            [
                {"stream_id": str(stream), "version": version, "type": one.type, "published": one.published,
                 "envelope": one.envelope}
                for version, one in enumerate(sealed)
            ],
        )  # fmt: skip
