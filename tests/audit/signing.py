"""Signs the logs of a played campaign as their checkpointers do, and lets each cosign the others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from audit.vocabulary import VOCABULARIES
from eventlog.log import EventLog
from eventlog.proof import note
from eventlog.proof.checkpoint import Checkpoint, log_of
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.growth import GrowingTree
from eventlog.proof.keys import KeyFiles, ListedKey
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TileFolder
from eventlog.proof.witness import Witness
from eventlog.store import Store
from eventlog.vault import PersonalKeys
from tests.audit.tampering import leaves
from tests.services.county import sqlite_store

ORIGIN = "county.test"


def keys_of(folder: Path, log: str) -> KeyFiles:
    keys = KeyFiles(folder, log)
    keys.make(f"{ORIGIN}/{log}")
    return keys


def prove(folder: Path, open_store: Callable[[Path, str], Store] = sqlite_store) -> None:
    """A checkpoint over every event there is, cosigned by the other four logs; ``keys.txt`` is what auditors get."""
    for log in VOCABULARIES:
        keys_of(folder, log)
        with closing(LastCheckpoints(folder / "last-checkpoints" / f"{log}.sqlite3")) as last:
            _sign(folder, log, last, open_store(folder / "logs", log))
    for log in VOCABULARIES:
        with closing(LastCheckpoints(folder / "last-checkpoints" / f"{log}.sqlite3")) as last:
            _cosign(folder, log, last)
    write_keys(folder)


def write_keys(folder: Path) -> None:
    lines = [listed.line() for log in VOCABULARIES for listed in keys_of(folder, log).listed()]
    (folder / "keys.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def hand_over(folder: Path, to: Path) -> Path:
    """A copy as an auditor gets it: logs, proofs and public keys, and no secret."""
    for name in ("logs", "proof", "keys"):
        shutil.copytree(folder / name, to / name)
    return to


def sign_history(folder: Path, log: str, keys: KeyFiles, size: int) -> None:
    """What a county that owns the key can do: tiles and a checkpoint of the first events as they now stand."""
    files, tree = TileFolder(folder / "proof" / log), GrowingTree()
    shutil.rmtree(files.folder)
    for leaf in leaves(folder, log)[:size]:
        tree.append(leaf)
    for tile, raw in [*tree.take_full(), *tree.partial()]:
        files.write(tile, raw)
    signer = keys.signers()[0]
    signed = note.sign(Checkpoint(signer.key.name, size, tree.root()).text(), [signer])
    files.write_checkpoint(str(signed).encode())


def _sign(folder: Path, log: str, last: LastCheckpoints, store: Store) -> None:
    # The checkpointer opens nobody's data.
    with closing(store), closing(PersonalKeys(folder / "last-checkpoints" / f"{log}.persons")) as persons:
        opened = EventLog(log, store, VOCABULARIES[log].types, (), persons)
        publication = Publication(folder / "proof" / log)
        Checkpointer(opened, keys_of(folder, log), last, publication).run_once()


def _cosign(folder: Path, witness: str, last: LastCheckpoints) -> None:
    def known(origin: str) -> list[ListedKey]:
        return keys_of(folder, log_of(origin)[0]).listed()

    cosigner = Witness(keys_of(folder, witness), last, known)
    for log in VOCABULARIES:
        if log == witness:
            continue
        publication = Publication(folder / "proof" / log)
        origin = keys_of(folder, log).signers()[0].key.name
        request = publication.request(cosigner.size_of(origin))
        published = publication.note()
        assert request is not None
        assert published is not None
        status, lines = cosigner.add_checkpoint(request)
        assert status == 200, lines
        keys = [one.key.as_cosigner() for one in keys_of(folder, witness).listed()]
        assert publication.add(published.text, note.parse_signatures(lines), keys)
