"""Events that any log may hold, whatever its service has to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LogContinued:
    """The first event of a log that goes on where another one lost events that were signed (docs/adr/0004-proof.md).

    The ``carried`` events after it are the first events of the previous log, in its order, one position further on.
    ``previous_root`` is base64, ``previous_size`` what the previous log's last checkpoint covered.
    """

    previous_origin: str
    previous_size: int
    previous_root: str
    carried: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PartitionArchived:
    """The events of the log ``origin`` from position ``first`` up to ``end`` stand in files that were read back and
    held against the signed tree (docs/adr/0006-partitions.md).

    ``root``, base64, is that over their leaves; the digests of the files are in hexadecimal.
    """

    origin: str
    first: int
    end: int
    root: str
    events_sha256: str
    entries_sha256: str


KERNEL_EVENTS = (LogContinued, PartitionArchived)
