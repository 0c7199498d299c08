from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text
from werkzeug.test import TestResponse

from contracts.actor import Actor, Role
from contracts.errors import Uncertain
from contracts.nomination import NominationForm
from eventlog.codec import to_json
from gateway.accounts import Accounts
from gateway.problems import Unavailable
from gateway.waiting import KEPT_SECONDS, WaitingWorkbooks
from gateway.workbook import cells_of, write_template
from tests.gateway import county
from tests.gateway.asking import API, fields_of, found, page, post
from tests.gateway.conftest import PASSWORD, Clocks
from tests.gateway.stand_in import StandIn
from tests.waiting import until

SignedIn = Callable[[str], FlaskClient]
UNIT = county.UNITS["县林业局"]
PATH = f"/seasons/{county.SEASON_ID}/units/{UNIT}/imports"
FIRST = county.form_of(county.nomination_row(0))
SECOND = replace(FIRST, name="李云舒", rank_in_unit=2, title="窗口里的半小时")
QUOTA = ("nomination.over_quota", "本单位名额为 2 名，已报满（N-11）。请按推荐顺序取舍。", None)


def workbook(*forms: NominationForm, **cells: str) -> bytes:
    """``cells`` are typed into the last row instead of what the form says."""
    rows = [cells_of(form) for form in forms]
    rows[-1] |= cells
    return write_template(county.SEASON_ID, "2026 年争当排头兵竞赛活动（演示）", rows)


def send(client: FlaskClient, content: bytes, key: str = "import-0001", **form: str) -> TestResponse:
    data = {"workbook": (BytesIO(content), "推荐表.xlsx"), **form}
    return client.post(API + PATH, data=data, headers={"Idempotency-Key": key}, auth=("unit", PASSWORD))


def upload(client: FlaskClient, content: bytes, name: str = "推荐表.xlsx") -> TestResponse:
    sent = fields_of(page(client, "/import"))
    return client.post("/import", data=sent | {"workbook": (BytesIO(content), name)})


def test_rows_are_submitted_from_the_workbook_and_from_json_alike(client: FlaskClient, stand_in: StandIn) -> None:
    by_file = send(client, workbook(FIRST, SECOND))
    by_rows = post(
        client, PATH, {"dry_run": False, "rows": to_json((FIRST, SECOND))}, account="unit", key="import-0002"
    )
    assert (by_file.status_code, by_rows.status_code) == (201, 201)
    one, two = (done.command for done in stand_in.executed)
    assert one == two
    assert (one.unit_id, one.rows) == (UNIT, (FIRST, SECOND))
    assert by_file.json is not None
    assert by_file.json["submitted"] == 2


def test_a_dry_run_submits_nothing_and_is_answered_200(client: FlaskClient, stand_in: StandIn) -> None:
    answer = send(client, workbook(FIRST), dry_run="true")
    assert answer.status_code == 200
    assert stand_in.executed[0].command.dry_run
    assert send(client, workbook(FIRST), key="import-0002", dry_run="yes").status_code == 400


def test_rows_that_do_not_fit_turn_the_whole_workbook_back(client: FlaskClient, stand_in: StandIn) -> None:
    stand_in.faults = {1: QUOTA}
    answer = send(client, workbook(FIRST, SECOND))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["submitted"] == 0
    assert [verdict["code"] for verdict in answer.json["verdicts"]] == [None, "nomination.over_quota"]


def test_n18_faults_of_cells_and_of_rules_are_told_together_with_their_cell(
    client: FlaskClient, stand_in: StandIn
) -> None:
    stand_in.faults = {0: QUOTA}
    answer = send(client, workbook(FIRST, SECOND, birth_month="一九八五年"))
    assert answer.status_code == 422
    assert answer.json is not None
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/5", "/E6"]
    assert stand_in.executed[0].command.dry_run  # only to learn the rest; nothing was submitted


def test_an_upload_without_a_file_is_told_so(client: FlaskClient, signed_in: SignedIn) -> None:
    answer = client.post(
        API + PATH, data={"dry_run": "true"}, headers={"Idempotency-Key": "key-0001"}, auth=("unit", PASSWORD),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "request.no_workbook"
    unit = signed_in("unit")
    assert "没有附上推荐表" in unit.post("/import", data=fields_of(page(unit, "/import"))).text


def test_the_template_is_the_season_s(signed_in: SignedIn) -> None:
    sheet = load_workbook(BytesIO(signed_in("unit").get("/import/template.xlsx").data)).worksheets[0]
    assert "2026 年争当排头兵竞赛活动（演示）" in str(
        [cell.value for row in sheet.iter_rows(max_row=4) for cell in row]
    )


def test_x19_what_was_checked_is_what_is_submitted_once_with_the_same_key(
    signed_in: SignedIn, stand_in: StandIn
) -> None:
    client = signed_in("unit")
    checked = BeautifulSoup(upload(client, workbook(FIRST, SECOND)).text, "html.parser")
    assert "2 行都可以报送" in checked.text
    assert [row.text for row in checked.select("tbody th")] == ["王小满", "李云舒"]
    sent = fields_of(checked)
    answer = client.post("/import/confirmation", data=sent)
    assert answer.headers["Location"] == f"/nominations?unit_id={UNIT}&submitted=2"
    looked, done = stand_in.executed
    assert (looked.command.dry_run, done.command.dry_run) == (True, False)
    assert looked.command.rows == done.command.rows
    assert looked.command_id == done.command_id
    assert "已报送 2 份推荐件" in client.get(answer.headers["Location"]).text
    assert client.post("/import/confirmation", data=sent).status_code == 400


def test_faults_are_listed_by_cell_and_marked_in_the_sender_s_own_workbook(
    signed_in: SignedIn, stand_in: StandIn
) -> None:
    client = signed_in("unit")
    stand_in.faults = {0: ("nomination.duplicate", "本届已有推荐件，不能重复推荐（N-15）。", "name")}
    soup = BeautifulSoup(upload(client, workbook(FIRST)).text, "html.parser")
    assert [cell.text for cell in soup.select("tbody th")] == ["B5"]
    assert "第5行 B列（姓名）：本届已有推荐件" in soup.text
    assert soup.select("main form") == []
    marked = client.get(str(found(soup, "a[href$='report.xlsx']")["href"]))
    sheet = load_workbook(BytesIO(marked.data)).worksheets[0]
    assert sheet["B5"].fill.fgColor.rgb != sheet["C5"].fill.fgColor.rgb
    assert any("不能重复推荐" in str(cell.value) for cell in sheet[5])


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused_in_words(signed_in: SignedIn, stand_in: StandIn, content: bytes) -> None:
    answer = upload(signed_in("unit"), content)
    assert answer.status_code == 422
    assert "还没有检查完" in answer.text
    assert stand_in.executed == []


def test_a_csv_is_read_too(signed_in: SignedIn, stand_in: StandIn) -> None:
    sheet = load_workbook(BytesIO(workbook(FIRST))).worksheets[0]
    lines = [",".join(f'"{cell or ""}"' for cell in row) for row in sheet.iter_rows(values_only=True)]
    answer = upload(signed_in("unit"), "\n".join(lines).encode(), "推荐表.csv")
    assert "1 行都可以报送" in answer.text, answer.text
    assert stand_in.executed[0].command.rows[0].name == "王小满"


@pytest.mark.parametrize("unknown", [Unavailable("nomination"), Uncertain("request.outcome_unknown")], ids=type)
def test_while_nobody_knows_what_became_of_it_the_confirmation_keeps_its_key(
    signed_in: SignedIn, stand_in: StandIn, unknown: Uncertain
) -> None:
    client = signed_in("unit")
    sent = fields_of(BeautifulSoup(upload(client, workbook(FIRST)).text, "html.parser"))
    stand_in.silence = None
    stand_in.refusal = unknown
    answer = client.post("/import/confirmation", data=sent)
    assert answer.status_code == 503
    assert "还不知道是否报送成功" in answer.text
    again = fields_of(BeautifulSoup(answer.text, "html.parser"))
    assert again["key"] == sent["key"]
    stand_in.refusal = None
    assert client.post("/import/confirmation", data=again).status_code == 303


def test_a_checked_workbook_is_its_sender_s_alone_and_is_forgotten_after_half_an_hour(
    signed_in: SignedIn, clocks: Clocks
) -> None:
    unit, office = signed_in("unit"), signed_in("office")
    sent = fields_of(BeautifulSoup(upload(unit, workbook(FIRST)).text, "html.parser"))
    theirs = fields_of(page(office, "/units/new")) | {"key": sent["key"]}
    assert office.post("/import/confirmation", data=theirs).status_code == 400
    clocks.seconds += KEPT_SECONDS - 100
    page(unit, "/import")
    clocks.seconds += 101
    assert "只保留半小时" in unit.post("/import/confirmation", data=sent).text


def held(folder: Path, name: str) -> bool:
    """Whether a byte of the file's name is left in the database's files."""
    return any(name.encode() in file.read_bytes() for file in folder.glob("gateway.sqlite*"))


def test_a_workbook_nobody_confirms_is_gone_when_another_one_is_looked_for(
    signed_in: SignedIn, clocks: Clocks, tmp_path: Path
) -> None:
    upload(signed_in("unit"), workbook(FIRST), "无人确认的推荐表.xlsx")
    assert held(tmp_path, "无人确认的推荐表")
    clocks.seconds += KEPT_SECONDS + 1
    office = signed_in("office")
    office.post("/import/confirmation", data=fields_of(page(office, "/import")) | {"key": "another-key"})
    assert not held(tmp_path, "无人确认的推荐表")


def test_a_workbook_nobody_confirms_is_gone_though_nobody_comes_back(
    signed_in: SignedIn, accounts: Accounts, clocks: Clocks, tmp_path: Path
) -> None:
    upload(signed_in("unit"), workbook(FIRST), "无人确认的推荐表.xlsx")
    stopping = threading.Event()
    purging = threading.Thread(target=WaitingWorkbooks(accounts.log.store, clocks.wall).run, args=[stopping])
    clocks.seconds += KEPT_SECONDS + 1
    purging.start()
    try:
        until(lambda: not held(tmp_path, "无人确认的推荐表"), within=20, what="the workbook is gone")
    finally:
        stopping.set()
        purging.join()


def test_a_workbook_that_a_reader_keeps_in_the_files_is_gone_with_the_next_look_and_nobody_is_turned_away(
    signed_in: SignedIn, accounts: Accounts, clocks: Clocks, tmp_path: Path
) -> None:
    upload(signed_in("unit"), workbook(FIRST), "无人确认的推荐表.xlsx")
    clocks.seconds += KEPT_SECONDS + 1
    waiting, office = WaitingWorkbooks(accounts.log.store, clocks.wall), Actor(account="office", role=Role.OFFICE)
    with accounts.log.store.reading() as connection:
        connection.execute(text("SELECT * FROM waiting_workbook")).all()
        assert waiting.find("another-key", office) is None
        assert held(tmp_path, "无人确认的推荐表")
    waiting.find("another-key", office)
    assert not held(tmp_path, "无人确认的推荐表")


def test_a_confirmed_workbook_is_gone(signed_in: SignedIn, tmp_path: Path) -> None:
    unit = signed_in("unit")
    checked = upload(unit, workbook(FIRST), "已经确认的推荐表.xlsx")
    unit.post("/import/confirmation", data=fields_of(BeautifulSoup(checked.text, "html.parser")))
    assert not held(tmp_path, "已经确认的推荐表")


def test_the_office_says_for_which_unit_it_submits(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    sent = fields_of(page(client, "/import"))
    for unit_id, status in (("", 400), (str(UNIT), 200)):
        data = sent | {"unit_id": unit_id, "workbook": (BytesIO(workbook(FIRST)), "推荐表.xlsx")}
        assert client.post("/import", data=data).status_code == status
    assert [done.command.unit_id for done in stand_in.executed] == [UNIT]
