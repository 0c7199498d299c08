"""The folder an auditor was given."""

from __future__ import annotations

from pathlib import Path

from audit.copies.dump import DumpCopy
from audit.copies.log_copy import LogCopy
from audit.copies.sqlite import SqliteCopy
from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES


def open_copies(folder: Path) -> list[LogCopy]:
    """The five logs in ``folder`` or in its ``logs`` folder: ``NAME.sqlite3`` or ``NAME.sql`` each."""
    for place in (folder, folder / "logs"):
        found = [copy for name in VOCABULARIES if (copy := _open(place, name)) is not None]
        if found:
            missing = [name for name in VOCABULARIES if name not in {copy.name for copy in found}]
            if missing:
                raise Unusable(f"{place} 里缺少这些日志：{'、'.join(missing)}。请把五本日志一并复制。")
            return found
    if (folder / "模拟.json").exists():
        raise Unusable(f"{folder} 里是 audit what-if 的模拟结果，不是日志。")
    raise Unusable(
        f"{folder} 里没有日志。应有 nomination.sqlite3 等五个文件，或用 pg_dump 导出的 nomination.sql 等五个文件。"
    )


def _open(place: Path, name: str) -> LogCopy | None:
    if (place / f"{name}.sqlite3").is_file():
        return SqliteCopy(name, place / f"{name}.sqlite3")
    if (place / f"{name}.sql").is_file():
        return DumpCopy(name, place / f"{name}.sql")
    return None
