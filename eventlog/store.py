"""The port between the log and a database: a transaction, and one append within it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, Table

from eventlog.event import Hlc, Sealed

SPAN = 256**3
"""Positions of one partition: the leaves below one hash at the top of a full tile of the third level, so that one hash
in the published tiles stands for a whole partition.
"""


class WrongExpectedVersion(Exception):
    """Somebody else appended to the stream first; load it again and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at {actual}, expected {expected}")
        self.expected = expected
        self.actual = actual


class SeenVersionIsOld(Exception):
    """The caller decided on a version of the stream that is no longer its last; only they can decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at {actual}, the caller saw {expected}")
        self.expected = expected
        self.actual = actual


class CommandReused(Exception):
    """The command id is in the log already, for other content."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The events of one command for one stream. ``cause_hlc`` is (0, 0) when nothing foreign caused it."""

    stream: str
    expected_version: int
    command_id: UUID
    fingerprint: str
    events: Sequence[Sealed]
    cause_hlc: Hlc


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a batch stands: ``events`` from ``first_position`` on, the first of them at ``hlc``.

    A batch that was in the log already has no ``hlc`` of its own and stands where it was placed first.
    """

    first_position: int
    events: int
    hlc: Hlc | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """How far the log reaches: the next free numbers."""

    next_position: int
    next_pub_seq: int


class NotScrubbed(Exception):
    """Somebody was at the tables, or looks at what was before; it is to be tried again."""


class AlreadyRebuilding(Exception):
    """Another process is building read models of this log."""


class Shadow(Protocol):
    """Empty tables of the same form as some read models, beside those in use, until they are put in their place."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction in which the read models' names mean the shadow tables."""

    def cutting_over(self) -> AbstractContextManager[tuple[Connection, Connection]]:
        """(as :meth:`writing`, a transaction on the log) while nobody appends: what is in the shadow tables when the
        block ends is in use from its commit on. Raises SQLAlchemy's OperationalError when the tables in use did not
        become free soon; nothing has changed then, and it may be tried again.
        """

    def scrub(self) -> None:
        """As :meth:`Store.scrub`, for the shadow tables."""


class Store(Protocol):
    """A database that holds one log and its owner's read models; ``span`` positions, a power of two, lie together."""

    span: int

    def create(self) -> None:
        """Makes the log's tables where they are missing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may append; committed when the block ends, rolled back when it raises."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""

    def append(self, connection: Connection, batch: Batch) -> Placed:
        """Places the batch, or raises :class:`WrongExpectedVersion` or :class:`CommandReused`."""

    def leaves(self, connection: Connection, first: int, limit: int) -> list[tuple[int, bytes]]:
        """(position, leaf) of at most ``limit`` events from position ``first`` on, in order."""

    def published(self, connection: Connection, first: int, limit: int) -> list[tuple[int, int, bytes]]:
        """(pub_seq, position, leaf) of at most ``limit`` published events from ``pub_seq`` ``first`` on, in order."""

    def scrub(self, tables: Sequence[str]) -> None:
        """Makes rows that were deleted or overwritten unreadable in the database's files, not only in its answers.

        What the database has written elsewhere before (PostgreSQL's archived WAL, a backup) is not reached.
        Raises :class:`NotScrubbed`.
        """

    def shadow(self, tables: Sequence[Table]) -> AbstractContextManager[Shadow]:
        """Shadow tables of these; gone when the block ends, or, if the process does, with the next erasure or start.

        Raises :class:`AlreadyRebuilding`.
        """

    def start_over(self, connection: Connection, number: int) -> None:
        """Copies the log's rows to tables ``event_NUMBER`` and ``command_NUMBER`` and leaves the log empty.

        There is room for one event more than it had.
        """

    def close(self) -> None:
        """Lets go of all connections."""
