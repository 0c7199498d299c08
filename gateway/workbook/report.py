"""The error report: the unit's own workbook with the faulty cells marked and told in a last column.

Everything is written as text into a fresh workbook, so that no formula, macro or hidden sheet of the sender comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import FieldProblem
from gateway.workbook.columns import COLUMNS
from gateway.workbook.reading import REPORT_LABEL, read_texts
from gateway.workbook.template import HEADER_ROW, SHEET, build, save, write_text

_FAULTY = PatternFill("solid", fgColor="FFF8D7DA")
_WIDTH = 60


def write_report(data: bytes, season_id: UUID, season_name: str, problems: Sequence[FieldProblem]) -> bytes:
    """``data`` is an .xlsx file `read_workbook` could read; rows keep their numbers.

    Raises `contracts.errors.Invalid` when the file as a whole cannot be used.
    """
    texts = read_texts(data, season_id)
    places = {column_index_from_string(texts.letters[column.key]): column for column in COLUMNS}
    rows = {number: {key: _printable(text) for key, text in cells.items()} for number, cells in texts.rows.items()}
    workbook = build(season_id, season_name, places, rows)
    sheet = workbook[SHEET]
    assert isinstance(sheet, Worksheet)
    told: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        letter, number = _cell(problem.pointer)
        told[number].append(problem.message)
        if letter and number in rows:
            sheet.cell(number, column_index_from_string(letter)).fill = _FAULTY
    last = max(places) + 1
    write_text(sheet, HEADER_ROW, last, REPORT_LABEL).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(last)].width = _WIDTH
    for number, sentences in told.items():
        if number:
            write_text(sheet, number, last, "\n".join(sentences)).alignment = Alignment(wrap_text=True, vertical="top")
    return save(workbook)


def _cell(pointer: str) -> tuple[str, int]:
    """Letter and row of ``/E12``, ``/12`` or the first cell of ``/A5:B6``; row 0 when it names none."""
    cell = pointer.strip("/").split(":")[0]
    letter = cell.rstrip("0123456789")
    return letter, int(cell[len(letter) :] or 0)


def _printable(text: str) -> str:
    return "".join(character for character in text if character >= " " or character in "\n\t")
