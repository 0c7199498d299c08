"""What signing a log costs of the processor's time, of what appending to it costs."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bench.append import Measured, sample_event, sample_provenance
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.keys import KeyFiles
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.stream import StreamName

ROUNDS = 10
A_SECOND = 800
"""Events between two checkpoints, about what one client appends in a second."""


@dataclass(frozen=True)
class Share:
    """Of the client's processor time alone: what the database spends on an append is not counted in our favour.

    Microseconds an event; ``shares`` by round.
    """

    append: float
    checkpoint: float
    shares: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.shares)


def against_append(url: str, folder: Path) -> Share:
    store = PostgresqlStore(url)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()
    keys = KeyFiles(folder, log.source)
    keys.make(f"bench.example/{log.source}")
    last = LastCheckpoints(folder / "last.sqlite3")
    checkpointer = Checkpointer(log, keys, last, Publication(folder / "proof"))
    appends, checkpoints = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(A_SECOND):
            with log.transaction() as tx:
                tx.append(StreamName("case", uuid4()), [sample_event()], -1, sample_provenance())
        appended = time.process_time()
        checkpointer.run_once()
        checkpoints.append((time.process_time() - appended) / A_SECOND * 1e6)
        appends.append((appended - began) / A_SECOND * 1e6)
    last.close()
    store.close()
    shares = [ours / theirs for ours, theirs in zip(checkpoints, appends, strict=True)]
    return Share(statistics.median(appends), statistics.median(checkpoints), shares)
