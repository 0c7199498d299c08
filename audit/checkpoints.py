"""The checkpoints a copy is held against: the one published with it, and those an auditor took home before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.disk import in_words
from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint, log_of
from eventlog.proof.keys import ListedKey, open_checkpoint, parse_list
from eventlog.proof.note import MalformedKey, MalformedNote, UnknownSigner, WrongSignature
from eventlog.proof.tiles import TileFolder

WRONG_KEY, OTHER_LOG, MALFORMED, MISSING = "wrong_key", "other_log", "checkpoint", "checkpoint_missing"
STRANGER, CUT = "stranger", "checkpoint_cut"


class Refused(Exception):
    """A checkpoint that shows nothing; ``code`` is that of a finding."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SignedTree:
    """``whose`` begins a sentence. ``files`` are None when only the checkpoint was kept, not the tiles. ``raw`` are the
    checkpoint's own bytes.
    """

    whose: str
    checkpoint: Checkpoint
    cosigners: tuple[str, ...]
    strangers: tuple[str, ...]
    """Who made signatures that no known key made."""
    files: TileFolder | None
    raw: bytes


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
            if not raw.endswith(b"\n"):
                raise Refused(CUT, f"{whose}被截断：末尾不是完整的一行。请重新取得这个文件") from error
            raise Refused(MALFORMED, f"{whose}读不懂：{error}。请重新取得这个文件") from error
        except (UnknownSigner, WrongSignature) as error:
            raise Refused(WRONG_KEY, f"{whose}不是用已知的密钥签的，或签名不对：{error}") from error
        origin = signed.checkpoint.origin
        if log_of(origin)[0] != log:
            raise Refused(OTHER_LOG, f"{whose}属于另一本日志 {origin}")
        others = sorted({log_of(one.name)[0] for one in signed.signers if one.name != origin})
        strangers = [one.name for one in signed.note.signatures if not any(key.made(one) for key in signed.signers)]
        return SignedTree(whose, signed.checkpoint, tuple(others), tuple(strangers), files, raw)


def read_keys(folder: Path, given: Path | None) -> PublicKeys | None:
    """From the file ``given`` or, without one, as they lie in the copy. None when there are none."""
    files = [given] if given is not None else sorted((folder / "keys").glob("*.vkey"))
    listed = [one for file in files for one in _keys_in(file)]
    if given is not None and not listed:
        raise Unusable(f"公钥文件 {given} 是空的。请从门户“日志”页重新下载 keys.txt。")
    known = [one.key.as_cosigner() for one in listed]
    cosigners = [ListedKey(key) for key in dict.fromkeys(known)]
    return PublicKeys((*listed, *cosigners), own=given is None) if listed else None


def _keys_in(file: Path) -> list[ListedKey]:
    """Also as a Windows editor leaves it: with a byte order mark, carriage returns and empty lines."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise Unusable(f"公钥文件 {file} 读不了：{in_words(error)}。") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"公钥文件 {file} 不是 UTF-8 文本。请从门户“日志”页重新下载 keys.txt，不要另存。") from error
    listed: list[ListedKey] = []
    for number, line in enumerate(lines, start=1):
        try:
            listed += parse_list(line) if line.strip() else []
        except (MalformedKey, ValueError) as error:
            told = f"公钥文件 {file} 的第 {number} 行不是公钥：“{line[:40]}”（{error}）"
            raise Unusable(f"{told}。请从门户“日志”页重新下载 keys.txt。") from error
    return listed


@dataclass(frozen=True)
class Evidence:
    """``keys`` are None where a copy has neither keys nor checkpoints."""

    keys: PublicKeys | None
    trees: Mapping[str, Sequence[SignedTree | Refused]]


NO_EVIDENCE = Evidence(None, {})
"""Where it is not asked what was signed."""


def evidence(folder: Path, keys_file: Path | None, taken_home: Sequence[Path]) -> Evidence:
    """The published checkpoints of a copy and those its auditor holds (files, or folders of ``LOG/checkpoint``).

    ``keys_file`` is the list of public keys they trust; without one the copy's own are used.
    """
    keys = read_keys(folder, keys_file)
    if keys is None:
        if taken_home or any((folder / "proof").glob("*/checkpoint")):
            raise Unusable("有校验点，却没有公钥可以验证签名。请用 --keys 给出您另经可信途径取得的 keys.txt。")
        return Evidence(None, {log: [missing(log)] for log in VOCABULARIES})
    held_trees = held(taken_home, keys)
    return Evidence(keys, {log: _alike([*published(folder, log, keys), *held_trees[log]]) for log in VOCABULARIES})


def _alike(trees: Sequence[SignedTree | Refused]) -> list[SignedTree | Refused]:
    """A list of keys may be of several counties, each with a log of this name: only the first one's is looked for."""
    county: str | None = None
    alike: list[SignedTree | Refused] = []
    for one in trees:
        if isinstance(one, SignedTree):
            origin = one.checkpoint.origin
            log, number = log_of(origin)
            of = origin.removesuffix(f"/{number}").removesuffix(f"/{log}")
            county = of if county is None else county
            if of != county:
                alike.append(Refused(OTHER_LOG, f"{one.whose}属于另一本日志 {origin}，要核查的是 {county} 的"))
                continue
        alike.append(one)
    return alike


def published(folder: Path, log: str, keys: PublicKeys) -> Iterator[SignedTree | Refused]:
    """That of the log and, where it goes on after a loss, those of the logs before."""
    for place in (folder / "proof" / log, *sorted((folder / "proof").glob(f"{log}-[0-9]*"))):
        files = TileFolder(place)
        raw = files.checkpoint()
        if raw is None:
            yield missing(place.name)
        else:
            yield _opened(keys, log, f"副本里的校验点 proof/{place.name} ", raw, files)


def missing(name: str) -> Refused:
    told = f"副本里没有 proof/{name}/checkpoint，不知道签过什么。请连同 proof 和 keys 目录一并复制"
    return Refused(MISSING, told)


def held(paths: Sequence[Path], keys: PublicKeys) -> dict[str, list[SignedTree | Refused]]:
    """By log. A path is a checkpoint's file, or a folder with ``LOG/checkpoint`` and perhaps tiles in it."""
    found: dict[str, list[SignedTree | Refused]] = {log: [] for log in VOCABULARIES}
    for path in paths:
        if not path.exists():
            raise Unusable(
                f"没有 {path} 这个文件或目录。--held 是您手里的校验点，或内有 nomination/checkpoint 的目录。"
            )
        if path.is_dir():
            folders = {log: place for log in VOCABULARIES if (place := _place(path, log)) is not None}
            if not folders:
                raise Unusable(f"{path} 里没有校验点。应有 nomination/checkpoint 等文件，或直接给出校验点文件。")
            for log, place in folders.items():
                files = TileFolder(place)
                tiles = files if (place / "tile").is_dir() else None
                path_there = place / "checkpoint"
                found[log].append(_opened(keys, log, f"您手里的校验点 {path_there} ", path_there.read_bytes(), tiles))
        else:
            log = _log_in(path)
            found[log].append(_opened(keys, log, f"您手里的校验点 {path} ", path.read_bytes(), None))
    return found


def _place(path: Path, log: str) -> Path | None:
    return next((one for one in (path / log, path / "proof" / log) if (one / "checkpoint").is_file()), None)


def _log_in(path: Path) -> str:
    try:
        origin = path.read_text("utf-8").partition("\n")[0]
    except OSError as error:
        raise Unusable(f"校验点文件 {path} 读不了：{in_words(error)}。") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path} 不是校验点：它不是文本。是 zip 的，请先解压。") from error
    if (log := log_of(origin)[0]) not in VOCABULARIES:
        raise Unusable(f"{path} 的第一行是“{origin[:80]}”，不是这五本日志的校验点。")
    return log


def _opened(keys: PublicKeys, log: str, whose: str, raw: bytes, files: TileFolder | None) -> SignedTree | Refused:
    try:
        return keys.open(log, whose, raw, files)
    except Refused as refused:
        return refused
