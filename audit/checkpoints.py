"""The checkpoints a copy is held against: the one published with it, and those an auditor took home before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint
from eventlog.proof.keys import ListedKey, open_checkpoint, parse_list
from eventlog.proof.note import MalformedKey, MalformedNote, UnknownSigner, WrongSignature
from eventlog.proof.tiles import TileFolder

WRONG_KEY, OTHER_LOG, MALFORMED, MISSING = "wrong_key", "other_log", "checkpoint", "checkpoint_missing"


class Refused(Exception):
    """A checkpoint that shows nothing; ``code`` is that of a finding."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SignedTree:
    """``whose`` begins a sentence. ``files`` are None when only the checkpoint was kept, not the tiles."""

    whose: str
    checkpoint: Checkpoint
    cosigners: tuple[str, ...]
    files: TileFolder | None


@dataclass(frozen=True)
class PublicKeys:
    """``own`` when they came with the copy itself, so that who forged the copy could forge them."""

    listed: tuple[ListedKey, ...]
    own: bool

    def open(self, log: str, whose: str, raw: bytes, files: TileFolder | None) -> SignedTree:
        """Raises :class:`Refused`."""
        try:
            signed = open_checkpoint(raw, self.listed)
        except (MalformedNote, MalformedCheckpoint) as error:
            raise Refused(MALFORMED, f"{whose}读不懂：{error}。请重新取得这个文件") from error
        except (UnknownSigner, WrongSignature) as error:
            raise Refused(WRONG_KEY, f"{whose}不是用已知的密钥签的，或签名不对：{error}") from error
        origin = signed.checkpoint.origin
        if log_of(origin) != log:
            raise Refused(OTHER_LOG, f"{whose}属于另一本日志 {origin}")
        others = sorted({log_of(one.name) for one in signed.signers if one.name != origin})
        return SignedTree(whose, signed.checkpoint, tuple(others), files)


def log_of(origin: str) -> str:
    """An origin ends in the log's name or, when the log goes on after a loss, in its name and a number."""
    *_, before, last = ["", *origin.split("/")]
    return before if last.isdecimal() else last


def read_keys(folder: Path, given: Path | None) -> PublicKeys | None:
    """From the file ``given`` or, without one, as they lie in the copy. None when there are none."""
    files = [given] if given is not None else sorted((folder / "keys").glob("*.vkey"))
    listed: list[ListedKey] = []
    for file in files:
        try:
            listed += parse_list(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, MalformedKey) as error:
            raise Unusable(f"公钥文件 {file} 读不了：{error}。请向各单位重新取得 keys.txt。") from error
    if given is not None and not listed:
        raise Unusable(f"公钥文件 {given} 是空的。请向各单位重新取得 keys.txt。")
    known = [one.key.as_cosigner() for one in listed]
    cosigners = [ListedKey(key) for key in dict.fromkeys(known)]
    return PublicKeys((*listed, *cosigners), own=given is None) if listed else None


def published(folder: Path, log: str, keys: PublicKeys) -> SignedTree:
    """Raises :class:`Refused`."""
    files = TileFolder(folder / "proof" / log)
    raw = files.checkpoint()
    if raw is None:
        raise Refused(MISSING, f"副本里没有 proof/{log}/checkpoint，不知道签过什么。请连同 proof 目录一并复制")
    return keys.open(log, "副本里的校验点", raw, files)


def held(paths: Sequence[Path], keys: PublicKeys) -> dict[str, list[SignedTree | Refused]]:
    """By log. A path is a checkpoint's file, or a folder with ``LOG/checkpoint`` and perhaps tiles in it."""
    found: dict[str, list[SignedTree | Refused]] = {log: [] for log in VOCABULARIES}
    for path in paths:
        if path.is_dir():
            folders = {log: place for log in VOCABULARIES if (place := _place(path, log)) is not None}
            if not folders:
                raise Unusable(f"{path} 里没有校验点。应有 nomination/checkpoint 等文件，或直接给出校验点文件。")
            for log, place in folders.items():
                files = TileFolder(place)
                tiles = files if (place / "tile").is_dir() else None
                found[log].append(_opened(keys, log, place / "checkpoint", tiles))
        else:
            log = _log_in(path)
            found[log].append(_opened(keys, log, path, None))
    return found


def _place(path: Path, log: str) -> Path | None:
    return next((one for one in (path / log, path / "proof" / log) if (one / "checkpoint").is_file()), None)


def _log_in(path: Path) -> str:
    try:
        origin = path.read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"校验点文件 {path} 读不了：{error}。") from error
    if (log := log_of(origin)) not in VOCABULARIES:
        raise Unusable(f"{path} 的第一行是“{origin[:80]}”，不是这五本日志的校验点。")
    return log


def _opened(keys: PublicKeys, log: str, path: Path, files: TileFolder | None) -> SignedTree | Refused:
    try:
        return keys.open(log, f"您手里的校验点 {path} ", path.read_bytes(), files)
    except Refused as refused:
        return refused
