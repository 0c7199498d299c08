"""The folder of an export: whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.outcome import Unusable
from eventlog.proof.tiles import on_disk


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` to write into, with ``.part`` after its name; it becomes ``out`` when all went well.

    ``out`` must be an empty folder, and no disk of its own, as a folder cannot take the place of one.
    """
    if out.is_mount():
        raise Unusable(f"{out} 是一个盘的根目录。请写成盘里的一个新目录，例如 {out / '标兵导出'}。")
    part = out.with_name(f"{out.name}.part")
    if part.exists():
        raise Unusable(f"{part} 是上次没有导完留下的。请看过后删去，再导出一次。")
    part.mkdir()
    try:
        yield part
        part.replace(out)
    except BaseException:
        shutil.rmtree(part)
        raise
    on_disk(out.parent)
