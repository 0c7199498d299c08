"""A checkpoint (C2SP tlog-checkpoint): what a log says its tree is, as the text of a signed note.

Ours have one line after the specification's three: ``sm3`` and the base64 of the SM3 digest (GB/T 32905-2016) of those
three lines, each with its newline, for a reader who is to rely on commercial cryptography.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from eventlog.proof.note import Note, VerifierKey
from eventlog.proof.note import parse as parse_note
from eventlog.proof.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_LINES = 4


class MalformedCheckpoint(ValueError):
    """The text of the note is no checkpoint of ours."""


@dataclass(frozen=True)
class Checkpoint:
    """``root`` is that of the first ``size`` leaves of the log named by ``origin``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        lines = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"
        return f"{lines}sm3 {base64.b64encode(_sm3(lines)).decode('ascii')}\n"


def log_of(origin: str) -> tuple[str, int]:
    """(log, number): an origin ends in the log's name and, when the log goes on after a loss, in which one it is."""
    *_, before, last = ["", *origin.split("/")]
    return (before, int(last)) if _NUMBER.fullmatch(last) else (last, 1)


def parse(text: str) -> Checkpoint:
    """Only what :meth:`Checkpoint.text` gives is read; anything else is :class:`MalformedCheckpoint`."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or not lines[0]:
        raise MalformedCheckpoint("a checkpoint has four lines: origin, size, root and SM3 digest")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise MalformedCheckpoint(f"the size is no number: {size!r}")
    try:
        digest = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedCheckpoint(f"the root is not base64: {root!r}") from None
    found = Checkpoint(origin, int(size), digest)
    if len(digest) != HASH_BYTES or found.text() != text:
        raise MalformedCheckpoint("the root has not 32 bytes, or the SM3 digest is not that of the three lines")
    return found


@dataclass(frozen=True)
class Signed:
    """A checkpoint that was opened, and by which of the known keys it is signed."""

    checkpoint: Checkpoint
    note: Note
    signers: tuple[VerifierKey, ...]


def open_signed(raw: bytes, keys: Collection[VerifierKey]) -> Signed:
    """Raises what ``note.parse`` and ``Note.verified`` raise, or :class:`MalformedCheckpoint`."""
    opened = parse_note(raw)
    signers = tuple(opened.verified(keys))
    return Signed(parse(opened.text), opened, signers)


def _sm3(text: str) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(text.encode())
    return digest.finalize()
