"""The workbook saved as CSV, and the report that comes back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import Invalid
from contracts.nomination import NominationForm
from gateway.workbook import COLUMNS, cells_of, read_csv, read_workbook, write_report, write_template
from standards import gb18030
from tests.gateway.books import (
    FIRST,
    FORM,
    SEASON,
    changed,
    filled,
    problems_of,
    typed,
)


def as_csv(*forms: NominationForm) -> str:
    held = StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(["演示活动 推荐表"])
    writer.writerow(["模板版本", "1", "活动编号", str(SEASON)])
    writer.writerow([column.label for column in COLUMNS])
    writer.writerow([column.hint for column in COLUMNS])
    for form in forms:
        cells = cells_of(form)
        writer.writerow([cells.get(column.key, "") for column in COLUMNS])
    return held.getvalue()


@pytest.mark.parametrize("encode", [lambda text: text.encode("utf-8-sig"), str.encode, gb18030.encode])
def test_g07_the_workbook_saved_as_csv_is_read_in_either_encoding(encode: Callable[[str], bytes]) -> None:
    form = replace(FORM, name="赵\u9fb4")
    sheet = read_csv(encode(as_csv(FORM, form)), SEASON)
    assert ([row.form for row in sheet.rows], sheet.problems) == ([FORM, form], ())


def test_g07_faults_in_csv_are_placed_like_those_of_a_workbook() -> None:
    data = as_csv(FORM).replace("1980-05", "May-80").encode("utf-8-sig")
    assert problems_of(read_csv(data, SEASON)) == [("/E5", "pattern")]


def test_g07_control_characters_are_told() -> None:
    data = as_csv(replace(FORM, position="巡渠\x07员")).encode()
    assert problems_of(read_csv(data, SEASON)) == [("/H5", "workbook.control_character")]


def test_g07_bytes_of_no_known_encoding_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_csv(b"\xff\xff\xff\xff", SEASON)
    assert [problem.code for problem in refused.value.fields] == ["workbook.not_text"]


def test_g07_formulas_come_back_as_text_in_the_report() -> None:
    data = changed(lambda sheet: sheet.__setitem__("H5", '=HYPERLINK("http://x.invalid","点我")'))
    sheet = read_workbook(data, SEASON)
    report = load_workbook(BytesIO(write_report(data, SEASON, "演示活动", sheet.problems)))["推荐表"]
    assert isinstance(report, Worksheet)
    cell = report["H5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x.invalid","点我")', "s", True)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(1)"])
def test_g07_what_starts_like_a_formula_is_written_as_text(text: str) -> None:
    data = write_template(SEASON, "演示", [cells_of(FORM) | {"position": text}])
    sheet = load_workbook(BytesIO(data))["推荐表"]
    assert isinstance(sheet, Worksheet)
    assert (sheet["H5"].value, sheet["H5"].data_type, sheet["H5"].quotePrefix) == (text, "s", True)


def test_n18_the_report_marks_the_faulty_cells_and_tells_each_row_what_to_mend() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B5"], sheet["E6"] = None, "八月"

    data = changed(change, filled(FORM, replace(FORM, rank_in_unit=2), replace(FORM, rank_in_unit=3)))
    sheet = read_workbook(data, SEASON)
    report = load_workbook(BytesIO(write_report(data, SEASON, "演示活动", sheet.problems)))["推荐表"]
    assert isinstance(report, Worksheet)
    last = len(COLUMNS) + 1
    marked = {
        cell.coordinate for row in report.iter_rows(min_row=FIRST) for cell in row if cell.fill.fill_type == "solid"
    }
    assert marked == {"B5", "E6"}
    assert [report.cell(row, last).value for row in (3, 5, 6, 7)] == [
        "需要改正",
        "第5行 B列（姓名）：缺少“姓名”，请补上。",
        "第6行 E列（出生年月）：“出生年月”格式不对，请写成 1985-03 的样子。",
        None,
    ]


def test_n18_a_corrected_report_can_be_sent_back() -> None:
    data = typed("出生年月", "八月")
    report = write_report(data, SEASON, "演示活动", read_workbook(data, SEASON).problems)
    mended = changed(lambda sheet: sheet.__setitem__("E5", "1980-05"), report)
    assert read_workbook(mended, SEASON).rows[0].form == FORM
