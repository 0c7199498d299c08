from __future__ import annotations

import csv
import random
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO, StringIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import Invalid
from contracts.nomination import Gender, Honour, HonourLevel, NominationForm
from gateway.workbook import COLUMNS, Sheet, cells_of, read_csv, read_workbook, write_report, write_template
from standards import gb18030

SEASON = UUID("6f3d3a52-5c50-5d0e-9a54-2b8a8f0c2026")
OTHER_SEASON = UUID("00000000-0000-0000-0000-000000000001")
HEADER, FIRST = 3, 5
LETTERS = {column.label: place for place, column in enumerate(COLUMNS, start=1)}

FORM = NominationForm(
    rank_in_unit=1,
    name="阿卜杜热合曼•买买提",
    gender=Gender.MALE,
    ethnicity="维吾尔族",
    birth_month="1980-05",
    political_status="群众",
    workplace="柳林镇",
    position="灌区巡渠员（演示）",
    frontline=True,
    education="大专",
    honours=(
        Honour(
            title="全县水利工作先进个人",
            level=HonourLevel.COUNTY,
            awarded_by="云岭县人民政府",
            document_number="云政发〔2021〕12号（演示）",
            awarded_on=date(2021, 5, 1),
        ),
    ),
    title="把水送到坡上去",
    deeds="第一段。\n第二段，名叫𬭊䶮㛃镕𱍐。",
    contact="演示电话000-0001",
    acknowledged=True,
    decided_on=date(2026, 3, 20),
)


def filled(*forms: NominationForm) -> bytes:
    return write_template(SEASON, "云岭县2026年竞赛活动（演示）", [cells_of(form) for form in forms or (FORM,)])


def changed(change: Callable[[Worksheet], object], data: bytes | None = None) -> bytes:
    """The filled workbook after a clerk did something to its sheet."""
    workbook = load_workbook(BytesIO(data or filled()))
    sheet = workbook["推荐表"]
    assert isinstance(sheet, Worksheet)
    change(sheet)
    held = BytesIO()
    workbook.save(held)
    return held.getvalue()


def typed(label: str, value: object, number_format: str = "General", row: int = FIRST) -> bytes:
    """The filled workbook with one cell as Excel types it."""

    def change(sheet: Worksheet) -> None:
        cell = sheet.cell(row, LETTERS[label])
        cell.number_format = number_format
        cell.value = value  # type: ignore[assignment]  # whatever Excel can hold

    return changed(change)


def problems_of(sheet: Sheet) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in sheet.problems]


def refusal(data: bytes, season: UUID = SEASON) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_workbook(data, season)
    return [(problem.pointer, problem.code) for problem in refused.value.fields]


def packed(parts: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def repacked(part: str, change: Callable[[bytes], bytes]) -> bytes:
    with ZipFile(BytesIO(filled())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {part: change(parts[part])})


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


def test_n17_merged_cells_in_the_data_are_told_with_their_range() -> None:
    sheet = read_workbook(changed(lambda sheet: sheet.merge_cells("B5:B6")), SEASON)
    assert problems_of(sheet) == [("/B5:B6", "workbook.merged")]


def test_n17_another_template_version_is_refused() -> None:
    assert refusal(changed(lambda sheet: sheet.__setitem__("B2", "0"))) == [("", "workbook.other_version")]


def test_n17_another_seasons_template_is_refused() -> None:
    assert refusal(filled(), OTHER_SEASON) == [("", "workbook.other_season")]


def test_n17_missing_renamed_and_added_columns_are_told_together() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"] = "名字", "民族"

    assert refusal(changed(change)) == [
        ("", "workbook.missing_column"),
        ("", "workbook.missing_column"),
        ("", "workbook.unknown_column"),
        ("", "workbook.repeated_column"),
    ]


def test_g07_five_hundred_rows_are_taken_and_one_more_refused() -> None:
    rows = [cells_of(replace(FORM, honours=(), deeds="事迹。"))] * 500
    assert len(read_workbook(write_template(SEASON, "演示", rows), SEASON).rows) == 500
    assert refusal(write_template(SEASON, "演示", [*rows, rows[0]])) == [("", "workbook.too_many_rows")]


def test_g07_fifty_thousand_rows_are_refused_without_reading_them_all() -> None:
    rng = random.Random(7)
    rows = "".join(f"<row><c><v>{rng.getrandbits(60)}</v></c></row>" for _ in range(50_000)).encode()
    many = repacked("xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"))
    assert refusal(many) == [("", "workbook.too_many_rows")]


def test_g07_a_row_far_below_the_data_is_refused_as_too_sparse() -> None:
    assert refusal(changed(lambda sheet: sheet.__setitem__("B6000", " "))) == [("", "workbook.too_sparse")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook.not_excel"),
        (b"%PDF-1.7 ...", "workbook.not_excel"),
        (b"PK\x03\x04 broken", "workbook.not_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.old_excel"),
        ("推荐顺序,姓名\n1,王芳\n".encode(), "workbook.looks_like_csv"),
    ],
)
def test_n17_what_is_no_workbook_is_refused_by_its_kind(data: bytes, code: str) -> None:
    assert refusal(data) == [("", code)]


def test_n17_a_word_document_is_refused_as_no_workbook() -> None:
    assert refusal(packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})) == [
        ("", "workbook.not_excel")
    ]


def test_g07_a_file_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    bomb = repacked("xl/styles.xml", lambda part: part + b" " * 50_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb) == [("", "workbook.unsafe")]


def test_g07_an_entity_in_a_part_is_refused_and_not_expanded() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    data = repacked("xl/worksheets/sheet1.xml", lambda part: evil + part[part.index(b"<worksheet") :])
    assert refusal(data) == [("", "workbook.unsafe")]


def test_g07_a_damaged_part_is_refused() -> None:
    assert refusal(repacked("xl/worksheets/sheet1.xml", lambda part: part[: len(part) // 2])) == [
        ("", "workbook.unsafe")
    ]


def test_g07_more_than_ten_megabytes_are_refused() -> None:
    assert refusal(b"PK\x03\x04" + bytes(10 * 1024 * 1024)) == [("", "workbook.too_large")]


def test_n17_a_renamed_sheet_is_told_by_the_name_expected() -> None:
    with pytest.raises(Invalid) as refused:
        read_workbook(changed(lambda sheet: setattr(sheet, "title", "Sheet1")), SEASON)
    assert refused.value.fields[0].message == "没有名为“推荐表”的工作表。请使用下载的推荐表，不要改工作表名。"


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


def test_g07_no_file_however_damaged_is_answered_with_anything_but_a_refusal() -> None:
    whole = filled()
    rng = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 12)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        cut = bytes(damaged[: rng.randrange(len(damaged))]) if rng.random() < 0.3 else bytes(damaged)
        with suppress(Invalid):
            read_workbook(cut, SEASON)


def test_g07_a_part_whose_size_is_understated_does_not_unpack_beyond_it() -> None:
    data = bytearray(repacked("xl/worksheets/sheet1.xml", lambda part: part + b" " * 2_000_000))
    place = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    assert refusal(bytes(data)) == [("", "workbook.unsafe")]
