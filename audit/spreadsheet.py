"""CSV that Excel opens as it is meant: UTF-8 with a byte order mark, and no cell that would be a formula (G-07)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """``None`` becomes an empty cell."""
    with csv_file(path, columns) as put:
        for row in rows:
            put(row)


@contextmanager
def csv_file(path: Path, columns: Sequence[str]) -> Iterator[Callable[[Sequence[Any]], None]]:
    """For rows that come one by one: yields what takes the next."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        yield lambda row: writer.writerow([defused(value) for value in row])


def defused(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, behind an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value
