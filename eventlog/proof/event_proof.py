"""The proof of one event as a text file that stands alone (C2SP tlog-proof, https://c2sp.org/tlog-proof).

Lines: ``c2sp.org/tlog-proof@v1``; ``extra`` and base64, which in ours is the leaf itself; ``index`` and the position;
the inclusion proof of RFC 6962 §2.1.1, one hash in base64 a line, the leaf's sibling first; an empty line; the
checkpoint with all its signatures, byte for byte. The specification leaves ``extra`` without authentication; ours is
believed only because its hash is what the inclusion proof starts from.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from eventlog.proof.tree import HASH_BYTES

HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_MOST_HASHES = 64


class MalformedProof(ValueError):
    """The bytes are no proof of an event in this form."""


@dataclass(frozen=True)
class EventProof:
    """Nothing in it is believed before the checkpoint is opened and ``path`` leads from the leaf to its root."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def text(self) -> bytes:
        lines = [HEADER, _EXTRA + _base64(self.leaf), f"{_INDEX}{self.index}", *map(_base64, self.path), "", ""]
        return "\n".join(lines).encode("ascii") + self.checkpoint


def parse(raw: bytes) -> EventProof:
    """Only what :meth:`EventProof.text` gives is read; anything else is :class:`MalformedProof`."""
    head, separator, checkpoint = raw.partition(b"\n\n")
    try:
        header, extra, index, *path = head.decode("ascii").split("\n")
    except (UnicodeDecodeError, ValueError):
        raise MalformedProof("before the empty line stand header, extra, index and hashes") from None
    number = index.removeprefix(_INDEX)
    if not separator or header != HEADER or not extra.startswith(_EXTRA) or not _NUMBER.fullmatch(number):
        raise MalformedProof(f"it does not begin with {HEADER}, extra and index")
    try:
        leaf, *hashes = (base64.b64decode(one, validate=True) for one in (extra.removeprefix(_EXTRA), *path))
    except (binascii.Error, ValueError):
        raise MalformedProof("a line is not base64") from None
    found = EventProof(leaf, int(number), tuple(hashes), checkpoint)
    if len(hashes) > _MOST_HASHES or any(len(one) != HASH_BYTES for one in hashes) or found.text() != raw:
        raise MalformedProof("a hash has not 32 bytes, or a line is not written as it must be")
    return found


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
