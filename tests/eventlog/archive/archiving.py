"""An archive of a log in a folder beside it."""

from __future__ import annotations

from pathlib import Path

from eventlog.archive.archiver import Outcome, archive
from eventlog.archive.files import Report
from eventlog.archive.partition import Partition
from eventlog.kernel_events import PartitionArchived
from eventlog.log import EventLog
from eventlog.proof.keys import open_checkpoint
from tests.eventlog.proof.proving import Proved, forge
from tests.eventlog.sample import provenance

SPAN = 512
BOTH = [(0, Outcome.ARCHIVED), (1, Outcome.ARCHIVED)]
"""What comes of a log of three partitions and an event."""
Told = list[tuple[str, int, int]]
"""(what is done, place of the partition, events done)"""


def archived(one: Proved, out: Path, told: Told | None = None) -> list[tuple[int, Outcome]]:
    """What came of each partition, by place."""
    heard: Told = [] if told is None else told

    def reporting(what: str, partition: Partition) -> Report:
        return lambda done: heard.append((what, partition.place, done))

    signed = open_checkpoint(one.publication.files.checkpoint() or b"", one.keys.listed()).checkpoint
    found = archive(one.log, signed, one.publication.files, out, provenance(), reporting)
    return [(partition.place, outcome) for partition, outcome in found]


def announced(log: EventLog) -> list[PartitionArchived]:
    return [event.data for event in log.read() if isinstance(event.data, PartitionArchived)]


def forget(one: Proved) -> None:
    """As if the log had never been told."""
    for table in ("event", "stream"):
        where = "type = 'PartitionArchived'" if table == "event" else "stream_id LIKE 'archive-%'"
        forge(one.log, f"DELETE FROM {table} WHERE {where}")  # noqa: S608 -- our own names
    forge(one.log, "DELETE FROM command WHERE first_position NOT IN (SELECT position FROM event)")
