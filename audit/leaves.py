"""The events of a copy, read back from their leaves; with the keys of the vault also their personal data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.copies.log_copy import LogCopy, Row, SealedRow
from audit.outcome import UnknownVersion, Unusable
from audit.vocabulary import VOCABULARIES
from contracts.nomination.erasure import PersonalDataErased, PersonalDataErasureAcknowledged
from eventlog import canonical
from eventlog.codec import Access, UnreadableEvent
from eventlog.event import Recorded, open_leaf
from eventlog.personal import Openings
from eventlog.vault import PersonalKeys, SealBroken, Vault


def opened(log: str, row: Row, openings: Openings | None = None, without: Access = Access.CLOSED) -> Recorded:
    """The event of a row; :class:`Unusable` names the place of one that cannot be read."""
    try:
        return open_leaf(VOCABULARIES[log].types, row.leaf, openings, without)
    except UnreadableEvent as error:
        if (unknown := unknown_version(log, row.leaf)) is not None:
            raise UnknownVersion(
                f"{log} 第 {row.position} 号事件是 {unknown}，本工具不认识。请换用新版工具。"
            ) from error
        raise Unusable(f"{log} 第 {row.position} 号事件读不懂。请先用 audit verify 核查这份副本。") from error


def events_of(copy: LogCopy, keys: Path | None = None) -> Iterator[Recorded]:
    """By position. Personal data is closed, or with ``keys``, the folder of the persons' keys, open or erased."""
    if keys is None:
        yield from (opened(copy.name, row) for row in copy.rows())
        return
    with _vault(copy.name, keys) as vault:
        sealed = copy.vault()
        kept = next(sealed, None)
        for row in copy.rows():
            while kept is not None and kept.position < row.position:
                kept = next(sealed, None)
            mine = kept if kept is not None and kept.position == row.position else None
            yield opened(copy.name, row, _openings(copy.name, vault, mine), Access.ERASED)


def openings_of(copy: LogCopy, row: Row, keys: Path) -> Openings | None:
    """What the vault holds of one event; None when it was erased, or never held personal data."""
    mine = next((kept for kept in copy.vault() if kept.position == row.position), None)
    with _vault(copy.name, keys) as vault:
        return _openings(copy.name, vault, mine)


def is_erased(copy: LogCopy, event: Recorded) -> bool:
    """Whether the log says that the person whose data the event holds was erased (X-16)."""
    personal = VOCABULARIES[copy.name].types.personal(event.type)
    if personal is None:
        return False
    person = getattr(event.data, personal.whose)
    names = {PersonalDataErased.__name__, PersonalDataErasureAcknowledged.__name__}
    return any(opened(copy.name, row).data.nomination_id == person for row in copy.rows() if row.type in names)


def unknown_version(log: str, leaf: bytes) -> str | None:
    """``type/version`` of a leaf that is well formed but of a type or version this program does not know."""
    try:
        envelope = canonical.loads(leaf)["e"]
        kind, _, version = envelope["dataschema"].rpartition("/")
        known = VOCABULARIES[log].versions.get(kind, 0)
        return f"{kind}/{version}" if kind == envelope["type"] and int(version) > known else None
    except (canonical.NotCanonical, KeyError, TypeError, ValueError, AttributeError):
        return None


@contextmanager
def _vault(log: str, keys: Path) -> Iterator[Vault]:
    """The keys are read from a copy of their own: opening them writes, and theirs may be read-only."""
    if not (keys / f"{log}.sqlite3").is_file() and VOCABULARIES[log].types.with_personal_data:
        raise Unusable(f"{keys} 里没有 {log}.sqlite3，读不了 {log} 的个人信息。")
    with tempfile.TemporaryDirectory() as folder:
        for file in keys.glob(f"{log}.sqlite3*"):
            shutil.copy(file, folder)
        opened_keys = PersonalKeys(Path(folder) / f"{log}.sqlite3")
        yield Vault(log, opened_keys)
        opened_keys.close()


def _openings(log: str, vault: Vault, kept: SealedRow | None) -> Openings | None:
    try:
        return None if kept is None else vault.take(kept.position, kept.person, kept.sealed)
    except SealBroken as error:
        raise Unusable(
            f"{log} 第 {kept and kept.position} 号事件的个人信息打不开：密文被改动或换了位置，或钥匙不是这本日志的。"
        ) from error
