"""``biaobing audit verify`` on signed copies of five logs, one of them long: its time and its memory."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from audit.vocabulary import VOCABULARIES
from bench.stock import EVENTS_A_STREAM, stock
from contracts.nomination import UnitRegistered
from eventlog.log import EventLog
from eventlog.proof import note
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.growth import GrowingTree
from eventlog.proof.keys import KeyFiles
from eventlog.proof.tiles import TileFolder
from eventlog.sqlite import SqliteStore
from eventlog.vault import PersonalKeys

EVENTS = 1_000_000
LONG = "nomination"
LOOK_SECONDS = 0.05
BIAOBING = Path(sys.executable).with_name("biaobing")


@dataclass(frozen=True)
class Verification:
    """``core_seconds`` is the processor's time of the whole process, its start included; the peak is of its own memory,
    not of what it was forked from.
    """

    events: int
    seconds: float
    core_seconds: float
    peak_megabytes: float


def make_copies(folder: Path, count: int) -> Path:
    """The five logs, signed, as an auditor gets them; all but one are empty."""
    (folder / "logs").mkdir(parents=True)
    for name, vocabulary in VOCABULARIES.items():
        store = SqliteStore(folder / "logs" / f"{name}.sqlite3")
        keys = PersonalKeys(folder.with_name("personal-keys") / f"{name}.sqlite3")
        log = EventLog(name, store, vocabulary.types, vocabulary.projections, keys).open()
        if name == LONG:
            events = [
                UnitRegistered(unit_id=uuid4(), name=f"测量单位{number}", sector="农业农村", level="县直")
                for number in range(EVENTS_A_STREAM)
            ]
            stock(log, events, count)
        _sign(folder, log)
        keys.close()
        store.close()
    return folder


def _sign(folder: Path, log: EventLog) -> None:
    keys, files, tree = KeyFiles(folder, log.source), TileFolder(folder / "proof" / log.source), GrowingTree()
    keys.make(f"biaobing.test/{log.source}")
    for leaf in log.read_leaves():
        tree.append(leaf)
        for tile, raw in tree.take_full():
            files.write(tile, raw)
    for tile, raw in tree.partial():
        files.write(tile, raw)
    signers = keys.signers()
    text = Checkpoint(signers[0].key.name, tree.size, tree.root()).text()
    files.write_checkpoint(str(note.sign(text, signers)).encode())


def verify(folder: Path) -> Verification:
    began = time.perf_counter()
    with subprocess.Popen(
        [BIAOBING, "audit", "verify", folder, "--json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        peak = 0.0
        while not select.select([process.stdout], [], [], LOOK_SECONDS)[0]:  # it says nothing before it is done
            peak = _peak_megabytes(process.pid)
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    found = json.loads(said)
    if process.returncode or found["findings"]:
        raise RuntimeError(f"the copy is sound, yet: {said[:2000]!r}")
    return Verification(
        events=sum(found["events"].values()),
        seconds=seconds,
        core_seconds=used.ru_utime + used.ru_stime,
        peak_megabytes=peak,
    )


def _peak_megabytes(process: int) -> float:
    told = Path(f"/proc/{process}/status").read_text("utf-8")
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM"))
