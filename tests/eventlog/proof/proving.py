"""One log with everything that proves it, in a folder of its own; nothing runs by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from eventlog.log import EventLog
from eventlog.proof import note, tree
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.keys import KeyFiles, ListedKey, open_checkpoint
from eventlog.proof.last import SIGNED, LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TiledTree
from eventlog.proof.witness import Witness
from eventlog.sqlite import SqliteStore
from tests.eventlog.sample import Counted, provenance, stream


def append(log: EventLog, number: int) -> None:
    """So many events in one transaction."""
    with log.transaction() as tx:
        command = provenance()
        tx.append(stream(str(command.command_id)), [Counted(amount=1)] * number, -1, command)


@dataclass
class Proved:
    """A log called ``log.source``; all logs below one ``folder`` know each other's keys."""

    folder: Path
    log: EventLog
    opened: list[LastCheckpoints] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = KeyFiles(self.folder, self.log.source)
        self.keys.make(f"proof.example/{self.log.source}")
        self.restart()

    @property
    def origin(self) -> str:
        return self.keys.signers()[0].key.name

    def restart(self) -> None:
        """As after a crash: everything is made anew of what is on disk."""
        self.close()
        self.last = LastCheckpoints(self.folder / "last" / f"{self.log.source}.sqlite3")
        self.opened.append(self.last)
        self.publication = Publication(self.folder / "proof" / self.log.source)
        self.checkpointer = Checkpointer(self.log, self.keys, self.last, self.publication)
        self.witness = Witness(self.keys, self.last, self.known, now=lambda: 1_800_000_000)

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def listed(self, name: str) -> list[ListedKey]:
        return KeyFiles(self.folder, name).listed()

    def known(self, origin: str) -> list[ListedKey]:
        return [one for name in ("one", "two", "three") for one in self.listed(name) if one.key.name == origin]

    def published(self) -> Checkpoint:
        """The checkpoint a stranger finds, after holding every tile and every leaf against it."""
        signed = self.publication.note()
        assert signed is not None
        found = open_checkpoint(str(signed).encode(), self.keys.listed()).checkpoint
        tiled = TiledTree(self.publication.files, found.size)
        assert tree.root_at(tiled.node, found.size) == found.root
        assert tree.root_of(map(tree.leaf_hash, tiled.leaves())) == found.root
        assert list(tiled.leaves()) == list(self.log.read_leaves())[: found.size]
        return found

    def signed(self) -> Checkpoint | None:
        """The checkpoint in the store of last ones."""
        text = self.last.read(SIGNED, self.origin)
        return None if text is None else open_checkpoint(text.encode(), self.keys.listed()).checkpoint

    def signers(self) -> Sequence[str]:
        """Key ids of all signatures on the published checkpoint."""
        published = self.publication.note()
        assert published is not None
        return [one.key_id.hex() for one in published.signatures]


def extends(old: Checkpoint | None, new: Checkpoint, leaves: Sequence[bytes]) -> bool:
    """Whether both are the tree over these leaves, the new one not smaller."""

    def fits(one: Checkpoint) -> bool:
        return tree.root_of(map(tree.leaf_hash, leaves[: one.size])) == one.root

    return fits(new) and (old is None or (fits(old) and old.size <= new.size))


def resigned(checkpoint: Checkpoint, keys: KeyFiles) -> note.Note:
    return note.sign(checkpoint.text(), keys.signers())


def forge(log: EventLog, statement: str) -> None:
    """Changes the database as only its owner can."""
    with log.store.writing() as connection:
        if isinstance(log.store, SqliteStore):
            for trigger in ("event_no_update", "event_no_delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        else:
            connection.execute(text("ALTER TABLE event_p0 DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
