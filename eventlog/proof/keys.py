"""The keys a log signs its checkpoints with: ``secrets/LOG.note``, and ``keys/LOG.vkey``, the list of all it ever used.

A line of the list is a verifier key and, once the key is no longer used, the last size it signed. ``LOG.note`` holds
the key that signs, and after it the one it takes the place of, until a checkpoint bears both signatures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eventlog.proof.checkpoint import Signed, open_signed
from eventlog.proof.note import MalformedKey, Signer, UnknownSigner, VerifierKey
from eventlog.proof.tiles import write_whole

_SECRET = 0o600
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


class KeysUnusable(Exception):
    """The sentence says which file is wrong and what to do."""


@dataclass(frozen=True)
class ListedKey:
    """``last_size`` is that of the last checkpoint the key signed; None while it is in use."""

    key: VerifierKey
    last_size: int | None = None

    def line(self) -> str:
        return self.key.text() if self.last_size is None else f"{self.key.text()} {self.last_size}"

    def may_sign(self, size: int) -> bool:
        return self.last_size is None or size <= self.last_size


def parse_list(text: str) -> list[ListedKey]:
    """One key a line, the one in use first. Raises :class:`eventlog.proof.note.MalformedKey`."""
    found = []
    for line in text.splitlines():
        key, _, size = line.partition(" ")
        if size and not _SIZE.fullmatch(size):
            raise MalformedKey(f"after a key stands the last size it signed, not {size!r}")
        found.append(ListedKey(VerifierKey.parse(key), int(size) if size else None))
    return found


def open_checkpoint(raw: bytes, listed: Sequence[ListedKey]) -> Signed:
    """A checkpoint signed by a key of its own origin that was not retired before.

    Raises what :func:`eventlog.proof.checkpoint.open_signed` raises.
    """
    signed = open_signed(raw, [one.key for one in listed])
    own = [one for one in listed if one.key in signed.signers and one.key.name == signed.checkpoint.origin]
    if not own:
        raise UnknownSigner(f"not signed by {signed.checkpoint.origin}, but by {signed.signers[0].name}")
    if not any(one.may_sign(signed.checkpoint.size) for one in own):
        raise UnknownSigner(f"{signed.checkpoint.origin} no longer signed with {own[0].key.text()} at that size")
    return signed


class KeyFiles:
    """The two files of one log below ``folder``, in folders of their own: what is in ``keys`` may be given away."""

    def __init__(self, folder: Path, log: str) -> None:
        self._secret = folder / "secrets" / f"{log}.note"
        self._public = folder / "keys" / f"{log}.vkey"

    def make(self, origin: str) -> None:
        """What is missing of the two; safe when several processes start together."""
        self._secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._secret.exists():
            part = self._secret.with_name(f".{self._secret.name}.{os.getpid()}")
            with suppress(FileNotFoundError):
                part.unlink()
            write_whole(part, _lines([Signer.generate(origin).secret_text()]), _SECRET)
            with suppress(FileExistsError):  # another process was faster; its key stands
                os.link(part, self._secret)
            part.unlink()
        if not self._public.exists():
            self._write_list([ListedKey(one.key) for one in self.signers()])

    def signers(self) -> list[Signer]:
        """The one that signs, and the one it takes the place of when no checkpoint bears both signatures yet."""
        try:
            lines = self._secret.read_text("utf-8").splitlines()
            return [Signer.parse(line) for line in lines if line]
        except (FileNotFoundError, MalformedKey) as error:
            raise KeysUnusable(f"签名密钥 {self._secret} 读不了：{error}。请从备份恢复这个文件。") from error

    def listed(self) -> list[ListedKey]:
        """The key in use first; empty when the log has not been started yet."""
        try:
            return parse_list(self._public.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except MalformedKey as error:
            raise KeysUnusable(f"公钥清单 {self._public} 读不了：{error}。请从备份恢复这个文件。") from error

    def rotate(self) -> VerifierKey:
        """A new key, which signs from the next checkpoint on; that one bears the old key's signature too."""
        signers = self.signers()
        if len(signers) > 1:
            raise KeysUnusable("上一次更换的密钥还没有签过校验点。请先让服务运行，签出下一个校验点后再更换。")
        new = Signer.generate(signers[0].key.name)
        # A key of a rotation that was cut off here never signed anything.
        listed = [one for one in self.listed() if one.last_size is not None or one.key == signers[0].key]
        self._write_list([ListedKey(new.key), *listed])
        self._write_secret([new, *signers])
        return new.key

    def retire(self, size: int) -> None:
        """A checkpoint of ``size`` bears both signatures: the old key is not used again, and its secret goes."""
        current, *old = self.signers()
        retired = [one.key for one in old]
        self._write_list([ListedKey(one.key, size) if one.key in retired else one for one in self.listed()])
        self._write_secret([current])

    def begin(self, origin: str, last_size: int) -> None:
        """A key for a log of another origin, which continues the one whose last checkpoint was of ``last_size``."""
        new = Signer.generate(origin)
        over = [one if one.last_size is not None else ListedKey(one.key, last_size) for one in self.listed()]
        self._write_list([ListedKey(new.key), *over])
        self._write_secret([new])

    def _write_list(self, listed: Sequence[ListedKey]) -> None:
        write_whole(self._public, _lines([one.line() for one in listed]))

    def _write_secret(self, signers: Sequence[Signer]) -> None:
        write_whole(self._secret, _lines([one.secret_text() for one in signers]), _SECRET)


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
