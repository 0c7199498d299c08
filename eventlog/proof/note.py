"""Signed notes (C2SP signed-note) with Ed25519 signatures and timestamped cosignatures (C2SP tlog-cosignature).

A note is text that ends in a newline, an empty line, and one line for each signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
"""Types of signature; of the others the specification lists we make and know none."""
MOST_SIGNATURES = 100
"""What a note is read with; Go's own limit."""
PRIVATE = "PRIVATE+KEY+"
"""How the text of a private key begins, as Go's ``sumdb/note`` writes it."""

_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class MalformedNote(ValueError):
    """The text is no signed note."""


class MalformedKey(ValueError):
    """The text is no key; the message does not repeat it, as it may be secret."""


class UnknownSigner(ValueError):
    """None of the note's signatures is by a key we know."""


class WrongSignature(ValueError):
    """A signature is by a key we know, and is not right."""


@dataclass(frozen=True)
class Signature:
    """``raw`` is what follows the key id: 64 bytes, or a timestamp of 8 and then 64."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.raw)}\n"

    def timestamp(self) -> int:
        """Of a cosignature: seconds since 1970."""
        seconds: int = struct.unpack(">Q", self.raw[:8])[0]
        return seconds


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name, for one type of signature. Its text is ``name+id+base64``."""

    name: str
    type: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        name, kind, public, stated = _key_parts(text)
        key = cls(name, kind, public)
        if key.id.hex() != stated:
            raise MalformedKey("the key's id is not that of its name and bytes")
        return key

    def as_cosigner(self) -> VerifierKey:
        """The same key for cosignatures; what is signed then begins otherwise, so neither passes for the other."""
        return VerifierKey(self.name, COSIGNATURE, self.public)

    def made(self, signature: Signature) -> bool:
        return (self.name, self.id) == (signature.name, signature.key_id)

    def verifies(self, signature: Signature, text: str) -> bool:
        raw, message = signature.raw, text.encode()
        if self.type == COSIGNATURE:
            if len(raw) != 8 + _SIGNATURE_BYTES:
                return False
            raw, message = raw[8:], _cosigned(text, signature.timestamp())
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key under a name, for the signatures of a log and for cosignatures of others'."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise MalformedKey(f"a key's name has neither blanks nor a plus sign: {name!r}")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Signer:
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Signer:
        if not text.startswith(PRIVATE):
            raise MalformedKey("this is no private key")
        name, kind, seed, stated = _key_parts(text.removeprefix(PRIVATE))
        signer = cls(name, seed)
        if kind != ED25519 or signer.key.id.hex() != stated:
            raise MalformedKey("the key's id is not that of its name and bytes")
        return signer

    def secret_text(self) -> str:
        return f"{PRIVATE}{self.key.name}+{self.key.id.hex()}+{_base64(bytes([ED25519]) + self._seed)}"

    def sign(self, text: str) -> Signature:
        return Signature(self.key.name, self.key.id, self._private.sign(text.encode()))

    def cosign(self, text: str, timestamp: int) -> Signature:
        """``text`` must be that of a checkpoint; ``timestamp`` is in seconds since 1970."""
        raw = struct.pack(">Q", timestamp) + self._private.sign(_cosigned(text, timestamp))
        return Signature(self.key.name, self.key.as_cosigner().id, raw)


@dataclass(frozen=True)
class Note:
    """Its text must be ignored until :meth:`verified` has returned."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(one.line() for one in self.signatures)}"

    def verified(self, keys: Collection[VerifierKey]) -> list[VerifierKey]:
        """Those of the keys that signed. Raises :class:`UnknownSigner` or :class:`WrongSignature`."""
        found: list[VerifierKey] = []
        for signature in self.signatures:
            for key in keys:
                if not key.made(signature):
                    continue
                if not key.verifies(signature, self.text):
                    raise WrongSignature(f"the signature by {key.name}+{key.id.hex()} is not of this text")
                if key not in found:
                    found.append(key)
        if not found:
            names = ", ".join(sorted({f"{one.name}+{one.key_id.hex()}" for one in self.signatures}))
            raise UnknownSigner(f"signed by no known key, but by {names}")
        return found

    def with_signatures(self, more: Sequence[Signature]) -> Note:
        """A key's new signature takes the place of its old one."""
        new = {(one.name, one.key_id) for one in more}
        kept = [one for one in self.signatures if (one.name, one.key_id) not in new]
        return Note(self.text, (*kept, *more))


def sign(text: str, signers: Sequence[Signer]) -> Note:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNote("the text of a note ends in a newline and has no other control characters")
    return Note(text, tuple(signer.sign(text) for signer in signers))


def parse(raw: bytes) -> Note:
    """The note, verified by nobody yet; :class:`MalformedNote` says what is wrong with it."""
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote("a note is UTF-8") from error
    if _CONTROL.search(whole):
        raise MalformedNote("a note has no control characters but newlines")
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise MalformedNote("signatures follow the last empty line, each on a line of its own")
    return Note(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """One or more lines of signatures, each with its newline."""
    found = lines.removesuffix("\n").split("\n")
    if len(found) > MOST_SIGNATURES:
        raise MalformedNote(f"more than {MOST_SIGNATURES} signatures")
    return tuple(_parse_signature(line) for line in found)


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _decoded(encoded, MalformedNote)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) <= _ID_BYTES:
        raise MalformedNote(f"no signature: {line!r}")
    return Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def _key_parts(text: str) -> tuple[str, int, bytes, str]:
    """(name, type, 32 bytes, stated id)."""
    name, _, rest = text.partition("+")
    stated, _, encoded = rest.partition("+")
    raw = _decoded(encoded, MalformedKey)
    if not _NAME.fullmatch(name) or len(raw) != 1 + _KEY_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise MalformedKey("a key is name+id+base64 of its type and 32 bytes, and its type is 1 or 4")
    return name, raw[0], raw[1:], stated


def _cosigned(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _decoded(encoded: str, wrong: Callable[[str], ValueError]) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise wrong("this is not base64") from None
    if _base64(raw) != encoded:
        raise wrong("this is not the one base64 of its bytes")
    return raw


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
