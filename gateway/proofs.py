"""What an auditor takes home: each log's checkpoint, who cosigned it, its tiles, and everybody's verifier keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import RawIOBase
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from eventlog.proof import checkpoint, note
from eventlog.proof.keys import KeyFiles
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TiledTree, TileFolder, TileUnusable, tiles_of
from eventlog.proof.tree import root_at


@dataclass(frozen=True, kw_only=True)
class Proof:
    """``size`` and ``root`` are null before the first checkpoint. ``cosigned_at`` is the last cosignature's time.
    ``refusal`` says why no further checkpoint is signed.
    """

    log: str
    size: int | None
    root: str | None
    cosigners: tuple[str, ...]
    cosigned_at: datetime | None
    refusal: str | None


class Proofs:
    """``data`` is where ``proof`` has a folder of each log's files, and ``keys`` the lists of their verifier keys."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def of(self, log: str) -> Proof:
        publication = Publication(self.folder(log))
        published = publication.note()
        if published is None:
            return Proof(log=log, size=None, root=None, cosigners=(), cosigned_at=None, refusal=publication.refusal())
        told = checkpoint.parse(published.text)
        foreign = [one for one in published.signatures if one.name != told.origin]
        return Proof(
            log=log,
            size=told.size,
            root=told.root.hex(),
            cosigners=tuple(sorted({checkpoint.log_of(one.name)[0] for one in foreign})),
            cosigned_at=max((datetime.fromtimestamp(one.timestamp(), UTC) for one in foreign), default=None),
            refusal=publication.refusal(),
        )

    def differs(self, log: str, size: int, root: str) -> bool:
        """Whether the log had another root (hexadecimal) at that size: then somebody saw another history of it.

        False also where the log is not that long here, or its tiles cannot be read.
        """
        files = TileFolder(self.folder(log))
        raw = files.checkpoint()
        if raw is None or (now := checkpoint.parse(note.parse(raw).text)).size < size:
            return False
        try:
            return root_at(TiledTree(files, now.size).node, size).hex() != root
        except TileUnusable:
            return False

    def folder(self, log: str) -> Path:
        return self._data / "proof" / log

    def archive(self, log: str) -> Iterator[bytes] | None:
        """A ZIP file of the log's checkpoint and every tile it needs, below the log's name, made while it is sent.

        None before the first checkpoint. A tile that is missing breaks it off, and a ZIP file cut off does not open.
        """
        files = TileFolder(self.folder(log))
        raw = files.checkpoint()
        return None if raw is None else _zipped(log, files, raw)

    def keys_text(self, logs: tuple[str, ...]) -> str:
        """One key a line, as ``biaobing audit --keys`` reads it."""
        return "".join(f"{listed.line()}\n" for log in logs for listed in KeyFiles(self._data, log).listed())


class _Outbox(RawIOBase):
    """What a ZIP file is written to when nobody can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, raw: Any, /) -> int:
        self._parts.append(bytes(raw))
        return len(raw)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts = []
        return taken


def _zipped(log: str, files: TileFolder, raw: bytes) -> Iterator[bytes]:
    outbox = _Outbox()
    with ZipFile(outbox, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr(f"{log}/checkpoint", raw)
        for tile in tiles_of(checkpoint.parse(note.parse(raw).text).size):
            zipped.writestr(f"{log}/{tile.path()}", files.read(tile))
            yield outbox.take()
    yield outbox.take()
