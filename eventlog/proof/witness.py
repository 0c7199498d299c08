"""A witness (C2SP tlog-witness): cosigns another log's checkpoint when it extends the last one it cosigned.

The call is the specification's ``add-checkpoint`` without HTTP around it: the same text, the same statuses.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from eventlog.proof import checkpoint, note
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint
from eventlog.proof.keys import KeyFiles, ListedKey, open_checkpoint
from eventlog.proof.last import COSIGNED, LastCheckpoints
from eventlog.proof.note import MalformedNote, Note, UnknownSigner, WrongSignature
from eventlog.proof.tree import EMPTY_ROOT, BadProof, check_consistency

MOST_PROOF_LINES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")

Answer = tuple[int, str]
"""(HTTP status, text): lines of signatures with 200, the size we cosigned last with 409, a reason otherwise."""


class MalformedRequest(ValueError):
    """The text is no request to a witness."""


@dataclass(frozen=True)
class WitnessRequest:
    old: int
    proof: tuple[bytes, ...]
    note: Note


def request(old: int, proof: Sequence[bytes], signed: Note) -> str:
    lines = [f"old {old}", *(base64.b64encode(one).decode("ascii") for one in proof), "", str(signed)]
    return "\n".join(lines)


def parse_request(text: str) -> WitnessRequest:
    head, separator, signed = text.partition("\n\n")
    old, *proof = head.split("\n")
    found = _OLD.fullmatch(old)
    if not separator or found is None or len(proof) > MOST_PROOF_LINES:
        raise MalformedRequest("a request is the old size, the proof, an empty line and a checkpoint")
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in proof)
        return WitnessRequest(int(found[1]), hashes, note.parse(signed.encode()))
    except (binascii.Error, MalformedNote) as error:
        raise MalformedRequest(str(error)) from error


class Witness:
    """``known`` gives the keys of a log by its origin, none for an origin we do not witness. ``now`` is Unix time."""

    def __init__(
        self,
        keys: KeyFiles,
        last: LastCheckpoints,
        known: Callable[[str], Sequence[ListedKey]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._last = last
        self._known = known
        self._now = now

    def add_checkpoint(self, text: str) -> Answer:
        try:
            asked = parse_request(text)
            origin = asked.note.text.partition("\n")[0]
            if not (listed := self._known(origin)):
                return HTTPStatus.NOT_FOUND, f"unknown origin {origin}\n"
            new = open_checkpoint(str(asked.note).encode(), listed).checkpoint
        except (MalformedRequest, MalformedCheckpoint) as error:
            return HTTPStatus.BAD_REQUEST, f"{error}\n"
        except (UnknownSigner, WrongSignature) as error:
            return HTTPStatus.FORBIDDEN, f"{error}\n"
        if asked.old > new.size:
            return HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint's\n"
        return self._extend(asked, new)

    def size_of(self, origin: str) -> int:
        """Of the last checkpoint cosigned for this log; 0 when there is none."""
        return self._seen(origin)[1].size

    def _extend(self, asked: WitnessRequest, new: Checkpoint) -> Answer:
        text, seen = self._seen(new.origin)
        if asked.old != seen.size:
            return HTTPStatus.CONFLICT, f"{seen.size}\n"
        try:
            check_consistency(seen.size, seen.root, new.size, new.root, asked.proof)
        except BadProof as error:
            structlog.get_logger().error(
                "a log shows two histories", origin=new.origin, cosigned=seen.size, shown=new.size, reason=str(error)
            )
            if seen.size == new.size:
                return HTTPStatus.CONFLICT, f"{seen.size}\n"
            return HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}\n"
        if text != new.text() and not self._last.swap(COSIGNED, new.origin, text, new.text()):
            return HTTPStatus.CONFLICT, f"{self.size_of(new.origin)}\n"
        cosigned = self._keys.signers()[0].cosign(new.text(), int(self._now()))
        return HTTPStatus.OK, cosigned.line()

    def _seen(self, origin: str) -> tuple[str | None, Checkpoint]:
        text = self._last.read(COSIGNED, origin)
        return text, Checkpoint(origin, 0, EMPTY_ROOT) if text is None else checkpoint.parse(text)
