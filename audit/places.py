"""What every event's place in a log must be known for when other logs name it as a cause; on disk, not in memory."""

from __future__ import annotations

import base64
import json
import struct
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from eventlog.event import Hlc, NamedCause
from eventlog.proof.tree import HASH_BYTES

NO_HASH = bytes(HASH_BYTES)
"""Where an event had no place; no leaf hashes to it."""

_CLOCK = struct.Struct(">QQ")
_CACHE_BYTES = 1 << 20


class Places:
    """Leaf hash and logical clock by position, and the causes the events name; gone when closed."""

    def __init__(self) -> None:
        self._clocks = tempfile.TemporaryFile(buffering=_CACHE_BYTES)  # noqa: SIM115 -- closed by close
        self._causes = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 -- as above
        self._hashes: list[Any] = []
        self.count = 0

    def add(self, leafhashes: Sequence[bytes], hlc: Hlc) -> None:
        """``leafhashes``: that of the event here and, in a log that goes on after a loss, those it had at its place in
        the logs before, latest first; the first of a log's events say how many those are.
        """
        while len(self._hashes) < len(leafhashes):
            self._hashes.append(tempfile.TemporaryFile(buffering=_CACHE_BYTES))  # noqa: SIM115 -- as above
            self._hashes[-1].write(NO_HASH * self.count)
        for file, leafhash in zip(self._hashes, leafhashes, strict=False):
            file.write(leafhash)
        self._clocks.write(_CLOCK.pack(*hlc))
        self.count += 1

    def clock(self, position: int) -> Hlc:
        self._clocks.seek(position * _CLOCK.size)
        ms, counter = _CLOCK.unpack(self._clocks.read(_CLOCK.size))
        return ms, counter

    def named(self, position: int, leafhash: str) -> int | None:
        """Where the event stands now that was named by this place and hash (base64), in this log or one before it."""
        for moved, file in enumerate(self._hashes):
            if position + moved < self.count:
                file.seek((position + moved) * HASH_BYTES)
                found = file.read(HASH_BYTES)
                if found != NO_HASH and base64.b64encode(found).decode("ascii") == leafhash:
                    return position + moved
        return None

    def add_cause(self, position: int, hlc: Hlc, cause: NamedCause) -> None:
        self._causes.write(json.dumps([position, hlc, msgspec.structs.asdict(cause)]) + "\n")

    def causes(self) -> Iterator[tuple[int, Hlc, NamedCause]]:
        """(position, its clock, the cause it names)"""
        self._causes.seek(0)
        for line in self._causes:
            position, (ms, counter), cause = json.loads(line)
            yield position, (ms, counter), NamedCause(**cause)

    def close(self) -> None:
        for file in (self._clocks, self._causes, *self._hashes):
            file.close()
