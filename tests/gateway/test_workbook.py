"""What a unit filled in is read as it was typed, and every fault is placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gateway.workbook import COLUMNS, read_workbook, write_template
from tests.gateway.books import (
    FIRST,
    FORM,
    HEADER,
    LETTERS,
    SEASON,
    changed,
    filled,
    problems_of,
    refusal,
    typed,
)


def test_g07_a_filled_workbook_reads_back_as_the_forms_it_was_filled_from() -> None:
    second = replace(FORM, rank_in_unit=2, name="李𱍐", honours=(), decided_on=None, education="未填")
    sheet = read_workbook(filled(FORM, second), SEASON)
    assert ([row.form for row in sheet.rows], sheet.problems) == ([FORM, second], ())
    assert [row.number for row in sheet.rows] == [5, 6]


def test_scenario_16_a_compatibility_ideograph_keeps_its_code_point() -> None:
    form = replace(FORM, name="李\uf9dc")
    assert read_workbook(filled(form), SEASON).rows[0].form.name == "李\uf9dc"


def test_n17_the_template_shows_version_and_season_and_freezes_its_head() -> None:
    workbook = load_workbook(BytesIO(write_template(SEASON, "演示活动")))
    sheet = workbook["推荐表"]
    assert isinstance(sheet, Worksheet)
    assert [sheet.cell(2, place).value for place in range(1, 5)] == ["模板版本", "1", "活动编号", str(SEASON)]
    assert {each.name: each.value for each in workbook.custom_doc_props} == {  # type: ignore[attr-defined]  # stubs
        "biaobing-template": "1",
        "biaobing-season": str(SEASON),
    }
    assert sheet.freeze_panes == "C5"
    assert [sheet.cell(HEADER, place).value for place in range(1, 7)] == [
        *("推荐顺序", "姓名", "性别", "民族", "出生年月", "政治面貌"),
    ]


def test_n17_the_template_offers_lists_for_every_choice() -> None:
    workbook = load_workbook(BytesIO(write_template(SEASON, "演示活动")))
    sheet = workbook["推荐表"]
    assert isinstance(sheet, Worksheet)
    listed = {str(each.sqref).split(":")[0].rstrip("5") for each in sheet.data_validations.dataValidation}
    with_choices = [sheet.cell(HEADER, place) for place, each in enumerate(COLUMNS, start=1) if each.choices]
    assert listed == {cell.coordinate.removesuffix(str(HEADER)) for cell in with_choices}
    assert {"性别", "民族", "是否一线", "本人知情并同意", "表彰1·级别"} <= {str(cell.value) for cell in with_choices}


def test_n17_an_empty_template_says_that_there_is_nothing_in_it() -> None:
    assert refusal(write_template(SEASON, "演示活动")) == [("", "workbook.no_rows")]


@pytest.mark.parametrize(
    ("label", "value", "number_format", "read"),
    [
        ("出生年月", datetime.fromisoformat("1980-05-01"), "mmm-yy", "1980-05"),
        ("出生年月", date(1980, 5, 1), "yyyy-mm", "1980-05"),
        ("出生年月", 198005, "General", "1980-05"),
        ("出生年月", 1980.05, "General", "1980-05"),
        ("出生年月", 1980.1, "0.00", "1980-10"),
        ("出生年月", "1980年5月", "@", "1980-05"),
        ("出生年月", "1980/5", "@", "1980-05"),
    ],
)
def test_g07_a_birth_month_is_read_as_the_person_saw_it(
    label: str, value: object, number_format: str, read: str
) -> None:
    sheet = read_workbook(typed(label, value, number_format), SEASON)
    assert (sheet.problems, sheet.rows[0].form.birth_month) == ((), read)


@pytest.mark.parametrize(
    "value", [datetime.fromisoformat("2026-03-20"), "2026-03-20", "2026年3月20日", "2026/3/20", "2026.3.20"]
)
def test_g07_a_day_is_read_however_it_is_typed(value: object) -> None:
    assert read_workbook(typed("单位集体研究日期", value), SEASON).rows[0].form.decided_on == date(2026, 3, 20)


@pytest.mark.parametrize(("value", "read"), [(13800000000, "13800000000"), (13800000000.0, "13800000000")])
def test_g07_a_number_typed_as_a_telephone_number_keeps_its_digits(value: float, read: str) -> None:
    assert read_workbook(typed("联系电话", value), SEASON).rows[0].form.contact == read


def test_g07_a_tick_as_excel_knows_it_is_a_yes() -> None:
    assert read_workbook(typed("是否一线", value=True), SEASON).rows[0].form.frontline


def test_g07_blank_rows_between_and_below_are_passed_over() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(FIRST + 1, 3)
        sheet.cell(60, 2).value = "　"

    sheet = read_workbook(changed(change, filled(FORM, replace(FORM, rank_in_unit=2))), SEASON)
    assert [row.number for row in sheet.rows] == [5, 9]


def test_g07_columns_may_be_moved_and_faults_name_where_they_are_now() -> None:
    def change(sheet: Worksheet) -> None:
        for row in (HEADER, FIRST):
            one, other = sheet.cell(row, LETTERS["姓名"]), sheet.cell(row, LETTERS["出生年月"])
            one.value, other.value = other.value, one.value
        sheet["B5"] = "八零年五月"

    sheet = read_workbook(changed(change), SEASON)
    assert [problem.message for problem in sheet.problems] == [
        "第5行 B列（出生年月）：“出生年月”格式不对，请写成 1985-03 的样子。"
    ]


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("姓名", "", "required"),
        ("推荐顺序", "第一", "wrong_type"),
        ("性别", "M", "wrong_choice"),
        ("出生年月", "1985.13", "pattern"),
        ("是否一线", "在一线", "workbook.yes_or_no"),
        ("本人知情并同意", "", "required"),
        ("事迹标题", "题" * 41, "length"),
        ("事迹材料", "", "required"),
        ("单位集体研究日期", "三月二十日", "wrong_type"),
        ("表彰1·级别", "乡级", "wrong_choice"),
        ("表彰1·表彰文号", "", "required"),
        ("出生年月", "1980.1", "workbook.half_month"),
    ],
)
def test_n17_a_faulty_cell_is_named_by_row_column_and_label(label: str, value: str, code: str) -> None:
    sheet = read_workbook(typed(label, value or None), SEASON)
    letter = next(each for key, each in sheet.letters.items() if key == COLUMNS[LETTERS[label] - 1].key)
    assert problems_of(sheet) == [(f"/{letter}5", code)]
    assert sheet.problems[0].message.startswith(f"第5行 {letter}列（{label}）：")
    assert sheet.rows == ()


def test_n17_honours_in_the_third_group_are_placed_in_the_third_group() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(FIRST, LETTERS["表彰3·表彰名称"]).value = "全市先进"

    sheet = read_workbook(changed(change), SEASON)
    letters = [sheet.letters[f"honours/2/{name}"] for name in ("level", "awarded_by", "document_number", "awarded_on")]
    assert problems_of(sheet) == [(f"/{letter}5", "required") for letter in letters]


def test_n18_all_faults_of_all_rows_are_told_at_once_and_good_rows_are_kept() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B5"], sheet["E5"], sheet["E7"], sheet["B7"] = None, "1985", "八月", "=A1"

    forms = [replace(FORM, rank_in_unit=rank) for rank in (1, 2, 3)]
    sheet = read_workbook(changed(change, filled(*forms)), SEASON)
    assert problems_of(sheet) == [
        ("/B5", "required"),
        ("/E5", "pattern"),
        ("/B7", "workbook.formula"),
        ("/E7", "pattern"),
    ]
    assert [row.number for row in sheet.rows] == [6]


def test_n17_a_fault_found_later_is_placed_in_the_same_way() -> None:
    sheet = read_workbook(filled(), SEASON)
    row = sheet.rows[0]
    assert sheet.locate(row, "name", "nomination.duplicate", "重复。").message == "第5行 B列（姓名）：重复。"
    assert sheet.locate(row, "", "nomination.over_quota", "已报满。").message == "第5行：已报满。"


def test_g07_an_excel_error_value_is_told_as_one() -> None:
    assert problems_of(read_workbook(typed("政治面貌", "#REF!"), SEASON)) == [("/F5", "workbook.cell_error")]


def test_an_empty_line_at_a_cell_s_end_is_none_and_a_broken_title_is_told() -> None:
    ended = read_workbook(typed("事迹标题", f"{FORM.title}\n"), SEASON)
    assert [row.form.title for row in ended.rows] == [FORM.title]
    (broken,) = read_workbook(typed("事迹标题", "守山\n的人"), SEASON).problems
    assert broken.code == "characters"
    assert broken.message.endswith("列（事迹标题）：“事迹标题”第 3 个字符是换行，不能用。请删去。")
