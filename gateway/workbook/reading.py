"""Reads what a unit sends: an .xlsx workbook or a CSV file saved from it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Protocol, cast
from uuid import UUID

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter

from contracts.errors import FieldProblem, Invalid
from gateway.workbook.columns import COLUMNS, NO, YES
from gateway.workbook.container import check_container, check_size, merged_ranges
from gateway.workbook.sheet import SENTENCES, Row, Sheet, place, read_form, whole_file
from gateway.workbook.template import (
    FIRST_ROW,
    HEADER_ROW,
    MOST_ROWS,
    SEASON_CELL,
    SHEET,
    VERSION,
    VERSION_CELL,
)
from standards import gb18030

REPORT_LABEL = "需要改正"
"""The column an error report adds; a corrected report may be sent back with it."""

_LAST_ROW = 5000
_MOST_COLUMNS = 100


@dataclass(frozen=True)
class Texts:
    """What stands in the cells: the columns in the file's order by key, and each data row's texts by column key."""

    letters: dict[str, str]
    rows: dict[int, dict[str, str]]
    problems: list[FieldProblem] = field(default_factory=list)


class _Streamed(Protocol):
    """A sheet as openpyxl streams it; its type stubs describe only the sheets it holds in memory."""

    _worksheet_path: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_col: int) -> Iterator[Sequence[ReadOnlyCell | EmptyCell]]: ...


@dataclass(frozen=True)
class _Cell:
    text: str
    fault: str | None = None


def read_workbook(data: bytes, season_id: UUID) -> Sheet:
    """The rows of an .xlsx file. Raises `contracts.errors.Invalid` when the file as a whole cannot be used."""
    return _forms(read_texts(data, season_id))


def read_csv(data: bytes, season_id: UUID) -> Sheet:
    """The rows of the workbook saved as CSV, in UTF-8 or GB 18030-2022 (G-07). Raises as `read_workbook` does."""
    check_size(data)
    try:
        records = list(csv.reader(StringIO(_decode(data), newline="")))
    except csv.Error:
        raise whole_file("workbook.not_text") from None
    grid = ((number, [_Cell(text) for text in record]) for number, record in enumerate(records, start=1))
    return _forms(_texts(grid, season_id))


def read_texts(data: bytes, season_id: UUID) -> Texts:
    """The texts of an .xlsx file, before they are understood as forms. Raises as `read_workbook` does."""
    check_container(data)
    try:
        return _streamed(data, season_id)
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 -- a damaged or hostile file makes zip and XML readers raise nearly anything
        raise whole_file("workbook.unsafe") from None


def _streamed(data: bytes, season_id: UUID) -> Texts:
    workbook = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    with closing(workbook):
        sheet = cast("_Streamed | None", next((each for each in workbook.worksheets if each.title == SHEET), None))
        if sheet is None:
            raise whole_file("workbook.no_sheet", name=SHEET)
        texts = _texts(_grid(sheet), season_id)
        part = sheet._worksheet_path  # noqa: SLF001 -- openpyxl tells a streamed sheet's part nowhere else
        for reference, last_row in merged_ranges(data, part):
            if last_row >= HEADER_ROW:
                sentence = SENTENCES["workbook.merged"].format(range=reference)
                texts.problems.append(FieldProblem(f"/{reference}", "workbook.merged", sentence))
    return texts


def _grid(sheet: _Streamed) -> Iterator[tuple[int, list[_Cell]]]:
    sheet.reset_dimensions()  # a file may understate its own size
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        yield number, [_as_seen(cell) for cell in cells]


def _as_seen(cell: ReadOnlyCell | EmptyCell) -> _Cell:
    value = cell.value
    if value is None:
        return _Cell("")
    if cell.data_type == "f":
        return _Cell(str(value), "workbook.formula")
    if cell.data_type == "e":
        return _Cell(str(value), "workbook.cell_error")
    match value:
        case bool():
            return _Cell(YES if value else NO)
        case float():
            return _Cell(_number(value, str(cell.number_format)))
        case datetime() | date():
            return _Cell(f"{value:%Y-%m-%d}")
    return _Cell(str(value).replace("_x000D_", "").replace("\r\n", "\n"))


def _number(value: float, number_format: str) -> str:
    """As many decimals as the cell shows: 1985.1 shown with two is 1985.10, a month of October."""
    _, point, decimals = number_format.partition(".")
    if point and set(decimals) == {"0"}:
        return f"{value:.{len(decimals)}f}"
    return str(int(value)) if value.is_integer() else repr(value)


def _texts(grid: Iterable[tuple[int, Sequence[_Cell]]], season_id: UUID) -> Texts:
    texts = Texts({}, {})
    marks: dict[tuple[int, int], str] = {}
    for number, cells in grid:
        if number < HEADER_ROW:
            marks |= {(number, place): cell.text.strip() for place, cell in enumerate(cells, start=1)}
        elif number == HEADER_ROW:
            _check_marks(marks, season_id)
            texts.letters.update(_letters([cell.text.strip() for cell in cells]))
        elif number >= FIRST_ROW and any(cell.text.strip() for cell in cells):
            _add_row(texts, number, cells)
        if len(texts.rows) > MOST_ROWS:
            raise whole_file("workbook.too_many_rows", limit=MOST_ROWS)
        if number > _LAST_ROW:
            raise whole_file("workbook.too_sparse", row=number)
    if not texts.letters:
        _check_marks(marks, season_id)
        _letters([])
    if not texts.rows:
        raise whole_file("workbook.no_rows", row=FIRST_ROW)
    return texts


def _check_marks(marks: dict[tuple[int, int], str], season_id: UUID) -> None:
    version = marks.get(VERSION_CELL, "")
    if version != VERSION:
        raise whole_file("workbook.other_version", found=version or "未注明", current=VERSION)
    if marks.get(SEASON_CELL, "").lower() != str(season_id):
        raise whole_file("workbook.other_season")


def _letters(labels: list[str]) -> dict[str, str]:
    """Column letters by key; columns may stand in any order, but each once and none besides."""
    known = {column.label for column in COLUMNS}
    named = [label for label in labels if label]
    wrong = [("workbook.missing_column", column.label) for column in COLUMNS if column.label not in named]
    wrong += [("workbook.unknown_column", label) for label in named if label not in known | {REPORT_LABEL}]
    wrong += [("workbook.repeated_column", label) for label in known if named.count(label) > 1]
    if wrong:
        raise Invalid.of(
            [FieldProblem("", code, SENTENCES[code].format(label=label, row=HEADER_ROW)) for code, label in wrong]
        )
    places = {label: number for number, label in enumerate(labels, start=1) if label in known}
    return {column.key: get_column_letter(places[column.label]) for column in COLUMNS}


def _add_row(texts: Texts, number: int, cells: Sequence[_Cell]) -> None:
    by_letter = {get_column_letter(place): cell for place, cell in enumerate(cells, start=1)}
    found = {key: by_letter.get(letter, _Cell("")) for key, letter in texts.letters.items()}
    if not any(cell.text.strip() for cell in found.values()):
        return
    texts.rows[number] = {key: cell.text for key, cell in found.items()}
    for key, cell in found.items():
        fault = cell.fault or ("workbook.control_character" if _has_control(cell.text) else None)
        if fault is not None:
            sentence = SENTENCES[fault].format(text=cell.text)
            texts.problems.append(place(texts.letters, number, key, fault, sentence))


def _has_control(text: str) -> bool:
    return any((character < " " and character not in "\n\t") or character == "\x7f" for character in text)


def _forms(texts: Texts) -> Sheet:
    """Rows with a fault in some cell are left out; their other cells are judged all the same."""
    spoilt = {problem.pointer for problem in texts.problems}
    rows: list[Row] = []
    problems = list(texts.problems)
    for number, cells in texts.rows.items():
        form, faults = read_form(cells)
        found = [place(texts.letters, number, key, code, sentence) for key, code, sentence in faults]
        problems += [problem for problem in found if problem.pointer not in spoilt]
        untouched = not any(f"/{letter}{number}" in spoilt for letter in texts.letters.values())
        if form is not None and untouched:
            rows.append(Row(number, form))
    return Sheet(tuple(rows), tuple(sorted(problems, key=_order)), texts.letters)


def _order(problem: FieldProblem) -> tuple[int, int, str]:
    cell = problem.pointer.strip("/").split(":")[0]
    letter = cell.rstrip("0123456789")
    return int(cell[len(letter) :] or 0), len(letter), letter


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return gb18030.decode(data)
    except UnicodeDecodeError:
        raise whole_file("workbook.not_text") from None
