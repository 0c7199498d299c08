"""The course of one thing across all logs: who did what when, and because of what."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from audit.copies.log_copy import LogCopy
from audit.leaves import opened
from eventlog.event import Recorded


def timeline(copies: Sequence[LogCopy], thing: UUID) -> list[Recorded]:
    """Every event whose bytes name the id, in an order consistent with cause and effect (hybrid logical clock)."""
    named = str(thing).encode("ascii")
    found = [opened(copy.name, row) for copy in copies for row in copy.rows() if named in row.leaf]
    return sorted(found, key=lambda event: (event.hlc, event.source, event.position))
