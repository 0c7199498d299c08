"""The proof of one event: made from a copy, and checked with nothing but the file and the verifier keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audit.checkpoints import MALFORMED, OTHER_LOG, PublicKeys, Refused, SignedTree
from audit.copies.log_copy import LogCopy, Row
from audit.leaves import opened
from audit.outcome import Truncated, UnknownVersion, Unusable
from audit.trees import lacking
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.event import Recorded
from eventlog.proof.checkpoint import log_of
from eventlog.proof.event_proof import EventProof, MalformedProof, parse
from eventlog.proof.note import MalformedNote
from eventlog.proof.note import parse as parse_note
from eventlog.proof.tiles import TiledTree, TileUnusable
from eventlog.proof.tree import BadProof, check_inclusion, leaf_hash, prove_inclusion

NOT_INCLUDED = "not_included"


@dataclass(frozen=True)
class Proven:
    event: Recorded
    tree: SignedTree


def prove(copy: LogCopy, row: Row, tree: SignedTree) -> EventProof:
    """Raises :class:`Refused` when the event is not the one that was signed."""
    size = tree.checkpoint.size
    if row.position >= size:
        raise Unusable(
            f"{copy.name} 第 {row.position} 号事件还没有校验点覆盖：签到第 {size - 1} 号为止。"
            "校验点每秒签发一次，请让服务运行片刻，连同 proof 目录重新复制。"
        )
    assert tree.files is not None, "a published checkpoint has tiles"
    try:
        path = prove_inclusion(TiledTree(tree.files, size).node, row.position, size)
    except TileUnusable as error:
        raise lacking(copy.name, error) from error
    try:
        check_inclusion(leaf_hash(row.leaf), row.position, size, path, tree.checkpoint.root)
    except BadProof as error:
        raise Refused(NOT_INCLUDED, f"{copy.name} 第 {row.position} 号事件与签过的不同，证明不了") from error
    return EventProof(row.leaf, row.position, tuple(path), tree.raw)


def check(file: Path, keys: PublicKeys) -> Proven:
    """Raises :class:`Refused` when the proof does not hold, :class:`Unusable` when the file is none or is damaged."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Unusable(f"证明文件 {file} 读不了：{error.strerror}。请核对路径。") from error
    proof = _parsed(file, raw)
    log, position = _place(file, proof.leaf)
    tree = _opened(file, proof, log, keys)
    try:
        check_inclusion(leaf_hash(proof.leaf), proof.index, tree.checkpoint.size, proof.path, tree.checkpoint.root)
    except BadProof as error:
        raise Refused(NOT_INCLUDED, f"文件里的事件不在校验点签的树里：事件或证明被改动（{error}）") from error
    if position != proof.index:
        raise Refused(NOT_INCLUDED, f"事件自称第 {position} 号，证明却是第 {proof.index} 号的")
    try:
        return Proven(opened(log, Row(position, "", 0, "", None, proof.leaf)), tree)
    except UnknownVersion as unknown:
        raise UnknownVersion(f"证明成立，但读不出内容：{unknown}") from unknown


def _parsed(file: Path, raw: bytes) -> EventProof:
    if not raw.endswith(b"\n"):
        raise Truncated(f"证明文件 {file} 被截断：末尾不是完整的一行。请重新取得这个文件。")
    try:
        proof = parse(raw)
        parse_note(proof.checkpoint)
    except (MalformedProof, MalformedNote) as error:
        raise Unusable(f"{file} 不是证明文件，或已损坏：{error}。请重新取得这个文件。") from error
    return proof


def _place(file: Path, leaf: bytes) -> tuple[str, int]:
    """What the leaf says of itself; nothing of it is proven yet."""
    try:
        whole = canonical.loads(leaf)
        log, position = whole["e"]["source"], whole["p"]
    except (canonical.NotCanonical, KeyError, TypeError) as error:
        raise Unusable(f"{file} 里的事件读不懂，文件已损坏。请重新取得这个文件。") from error
    if log not in VOCABULARIES or type(position) is not int:
        raise Unusable(f"{file} 里的事件属于日志“{log}”，不是这五本日志之一。")
    return log, position


def _opened(file: Path, proof: EventProof, log: str, keys: PublicKeys) -> SignedTree:
    # An own sentence: a proof put together of an event of one log and the checkpoint of another looks whole.
    told, _ = log_of(parse_note(proof.checkpoint).text.partition("\n")[0])
    if told != log:
        raise Refused(OTHER_LOG, f"事件是日志 {log} 的，校验点却是日志 {told} 的：两者拼在了一起")
    try:
        return keys.open(log, "文件里的校验点", proof.checkpoint, None)
    except Refused as refused:
        if refused.code == MALFORMED:
            raise Unusable(f"{file}：{refused}。") from refused
        raise
