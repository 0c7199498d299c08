"""Writes the workbook: title, version and season in sight, headers, hints, drop-down lists; then the rows, if any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gateway.workbook.columns import COLUMNS, Column

VERSION = "1"
SHEET = "推荐表"
_LISTS = "选项"

TITLE_ROW, MARKS_ROW, HEADER_ROW, HINT_ROW, FIRST_ROW = 1, 2, 3, 4, 5
VERSION_CELL, SEASON_CELL = (MARKS_ROW, 2), (MARKS_ROW, 4)
MOST_ROWS = 500

_TEXT_FORMAT = "@"
_HEADER_FILL = PatternFill("solid", fgColor="FFD9E2EC")
_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_HINT_FONT = Font(color="FF5F6B76", italic=True)


def write_template(season_id: UUID, season_name: str, rows: Sequence[Mapping[str, str]] = ()) -> bytes:
    """An .xlsx for the season; ``rows`` are texts by column key, as `cells_of` gives them."""
    columns = dict(enumerate(COLUMNS, start=1))
    return save(build(season_id, season_name, columns, dict(enumerate(rows, start=FIRST_ROW))))


def build(
    season_id: UUID, season_name: str, columns: Mapping[int, Column], rows: Mapping[int, Mapping[str, str]]
) -> Workbook:
    """The workbook with its columns and its rows at the given numbers, both counted from 1."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    write_text(sheet, TITLE_ROW, 1, f"{season_name} 推荐表").font = Font(bold=True, size=16)
    for place, mark in enumerate(("模板版本", VERSION, "活动编号", str(season_id)), start=1):
        write_text(sheet, MARKS_ROW, place, mark)
    for name, value in (("biaobing-template", VERSION), ("biaobing-season", str(season_id))):
        workbook.custom_doc_props.append(  # type: ignore[attr-defined]  # openpyxl has it, its stubs do not
            StringProperty(name=name, value=value)
        )
    for place, column in columns.items():
        _write_head(sheet, place, column)
    _offer_choices(workbook, sheet, columns)
    for number, cells in rows.items():
        for place, column in columns.items():
            if text := cells.get(column.key):
                write_text(sheet, number, place, text).alignment = _WRAPPED if column.key == "deeds" else _TOP
    sheet.freeze_panes = f"C{FIRST_ROW}"
    return workbook


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Text that stays text whatever it starts with: never a formula, not even after somebody edits the cell."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.number_format = _TEXT_FORMAT
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@\t\r"
    return cell


def save(workbook: Workbook) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    held = BytesIO()
    workbook.save(held)
    return held.getvalue()


def _write_head(sheet: Worksheet, number: int, column: Column) -> None:
    head = write_text(sheet, HEADER_ROW, number, column.label)
    head.font, head.fill = Font(bold=True), _HEADER_FILL
    hint = write_text(sheet, HINT_ROW, number, column.hint)
    hint.font, hint.alignment = _HINT_FONT, _WRAPPED
    dimension = sheet.column_dimensions[get_column_letter(number)]
    dimension.width = column.width
    dimension.number_format = _TEXT_FORMAT  # typed dates and long numbers stay as they are typed


def _offer_choices(workbook: Workbook, sheet: Worksheet, columns: Mapping[int, Column]) -> None:
    """Lists stand in a hidden sheet: 56 names of ethnic groups are longer than a validation may hold itself."""
    lists = workbook.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    offered: dict[tuple[str, ...], str] = {}
    for number, column in columns.items():
        if not column.choices:
            continue
        if column.choices not in offered:
            place = len(offered) + 1
            for row, choice in enumerate(column.choices, start=1):
                write_text(lists, row, place, choice)
            letter = get_column_letter(place)
            name = f"choices_{place}"
            reference = f"'{_LISTS}'!${letter}$1:${letter}${len(column.choices)}"
            workbook.defined_names[name] = DefinedName(name, attr_text=reference)
            offered[column.choices] = name
        letter = get_column_letter(number)
        validation = DataValidation(type="list", formula1=f"={offered[column.choices]}", allow_blank=True)
        validation.error, validation.errorTitle = f"请从下拉列表中选择“{column.label}”。", "不在列表中"
        validation.showErrorMessage = True
        validation.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + MOST_ROWS - 1}")
        sheet.add_data_validation(validation)
