"""What a log shows to everybody: its tiles and its checkpoint, and, when it has stopped, why."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from eventlog.proof import checkpoint, note, witness
from eventlog.proof.note import MalformedNote, Note, Signature, VerifierKey
from eventlog.proof.tiles import TiledTree, TileFolder, write_whole
from eventlog.proof.tree import prove_consistency


class Publication:
    """The files below ``folder``. Cosignatures come after the checkpoint, so both are written under one lock."""

    def __init__(self, folder: Path) -> None:
        self.files = TileFolder(folder)
        self.changed = threading.Event()
        """Set when a new checkpoint was published; who collects cosignatures waits on it."""
        self._refusal = folder / "refused"
        self._lock = threading.Lock()

    def note(self) -> Note | None:
        """The checkpoint with its signatures as published; None when there is none, or none that can be read: what was
        signed stands elsewhere, and is published again.
        """
        raw = self.files.checkpoint()
        try:
            return None if raw is None else note.parse(raw)
        except MalformedNote:
            return None

    def publish(self, signed: Note) -> None:
        """Keeps the cosignatures when it is the published checkpoint once more, with other signatures."""
        with self._lock:
            published = self.note()
            if published is not None and published.text == signed.text:
                signed = published.with_signatures(signed.signatures)
            if signed != published:
                self.files.write_checkpoint(str(signed).encode())
        self.changed.set()

    def add(self, text: str, cosignatures: Sequence[Signature], keys: Collection[VerifierKey]) -> bool:
        """Publishes those of the cosignatures of ``text`` that are by one of the keys. False when none is, or when the
        checkpoint is another by now.
        """
        good = [one for one in cosignatures if any(key.made(one) and key.verifies(one, text) for key in keys)]
        with self._lock:
            published = self.note()
            if not good or published is None or published.text != text:
                return False
            self.files.write_checkpoint(str(published.with_signatures(good)).encode())
        return True

    def request(self, old: int) -> str | None:
        """The checkpoint and what shows that it extends the log of ``old`` leaves, as a witness is asked to cosign it.

        None when no checkpoint is published, or only a smaller one: then what was signed is older than what somebody
        saw, and nothing more may be signed.
        """
        published = self.note()
        if published is None:
            return None
        size = checkpoint.parse(published.text).size
        if old > size:
            origin = published.text.partition("\n")[0]
            told = f"日志 {origin} 只签到 {size} 个事件，会签它的日志却见过 {old} 个的校验点。"
            self.refuse(f"{told}数据库和最后的校验点大概一起换成了旧的。请停下服务，找到更新的副本恢复后再启动。")
            return None
        proof = prove_consistency(TiledTree(self.files, size).node, old, size)
        return witness.request(old, proof, published)

    def refuse(self, sentence: str) -> None:
        """Says to whoever looks that no checkpoint will follow, and why."""
        write_whole(self._refusal, f"{sentence}\n".encode())

    def resume(self) -> None:
        self._refusal.unlink(missing_ok=True)

    def refusal(self) -> str | None:
        try:
            return self._refusal.read_text("utf-8").rstrip("\n")
        except FileNotFoundError:
            return None
