"""What an auditor takes home: each log's checkpoint, who cosigned it, its tiles, and everybody's verifier keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eventlog.proof import checkpoint
from eventlog.proof.keys import KeyFiles
from eventlog.proof.publication import Publication


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
    """``proof`` holds a folder of each log's files, ``keys`` the lists of their verifier keys."""

    def __init__(self, proof: Path, keys: Path) -> None:
        self._proof = proof
        self._keys = keys

    def of(self, log: str) -> Proof:
        publication = Publication(self.folder(log))
        note = publication.note()
        if note is None:
            return Proof(log=log, size=None, root=None, cosigners=(), cosigned_at=None, refusal=publication.refusal())
        told = checkpoint.parse(note.text)
        foreign = [one for one in note.signatures if one.name != told.origin]
        return Proof(
            log=log,
            size=told.size,
            root=told.root.hex(),
            cosigners=tuple(sorted({checkpoint.log_of(one.name)[0] for one in foreign})),
            cosigned_at=max((datetime.fromtimestamp(one.timestamp(), UTC) for one in foreign), default=None),
            refusal=publication.refusal(),
        )

    def folder(self, log: str) -> Path:
        return self._proof / log

    def keys_text(self, logs: tuple[str, ...]) -> str:
        """One key a line, as ``biaobing audit --keys`` reads it."""
        return "".join(f"{listed.line()}\n" for log in logs for listed in KeyFiles(self._keys, log).listed())
