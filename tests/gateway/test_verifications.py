"""An auditor files what their own tool found; the office, the leading group and auditors see how far it got."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from contracts.actor import Actor, Role
from contracts.errors import Invalid
from eventlog.postgresql import PostgresqlStore
from eventlog.projection import rows
from gateway.accounts import Accounts
from gateway.events import VerificationFiled
from gateway.store import LOG_REACHED, PROJECTIONS, VERIFICATION, open_log
from gateway.verification_report import read_report
from gateway.verifications import file
from gateway.wording import SERVICES
from tests.gateway.asking import fields_of, found, get, page, post
from tests.gateway.conftest import PASSWORD, Clocks

SignedIn = Callable[[str], FlaskClient]
EVENTS = dict(zip(SERVICES, (1328, 2769, 33, 140, 197), strict=True))
ROOT = "ab" * 32
SIGNED = {"log": "review", "size": 2700, "root": ROOT, "cosigners": ["nomination", "gateway"]}
FINDING = {"log": "review", "position": 4, "code": "cause_hash", "message": "内容与当时不同"}
CLEAN: dict[str, Any] = {"events": EVENTS, "findings": [], "signed": [], "exit": 0}


def found_wanting(*findings: dict[str, Any], ended: int = 1) -> dict[str, Any]:
    return CLEAN | {"findings": findings, "exit": ended if findings else 0}


def upload(client: FlaskClient, content: bytes, **changes: str) -> TestResponse:
    form = {name: value for name, value in fields_of(page(client, "/log")).items() if name != "report"}
    return client.post("/log/verifications", data=form | changes | {"report": (BytesIO(content), "report.json")})


def told(soup: BeautifulSoup) -> dict[str, list[str]]:
    """The rows below the heading of the last verification."""
    heading = next(one for one in soup.select("h2") if one.text == "最近一次核查")
    table = heading.find_next("table")
    assert table is not None
    return {row.th.text: [cell.text for cell in row.select("td")] for row in table.select("tbody tr") if row.th}


def last(soup: BeautifulSoup) -> str:
    heading = next(one for one in soup.select("h2") if one.text == "最近一次核查")
    paragraph = heading.find_next("p")
    assert paragraph is not None
    return paragraph.text


@pytest.mark.parametrize("reader", ["office", "leader", "auditor"])
def test_what_an_auditor_files_is_shown_to_those_who_answer_for_the_logs(signed_in: SignedIn, reader: str) -> None:
    assert "还没有审计人员报来" in page(signed_in(reader), "/log").text
    answer = upload(signed_in("auditor"), json.dumps(CLEAN | {"signed": [SIGNED]}).encode())
    assert answer.status_code == 303
    shown = page(signed_in(reader), "/log")
    assert last(shown) == "auditor于6月15日 10:20报来：查过的都相符。"
    assert told(shown)["评审"] == ["2769", "2700", ROOT, "推荐、门户"]
    assert told(shown)["门户"] == ["197", "—", "没有与校验点核对", "—"]
    assert list(told(shown)) == list(SERVICES.values())


def test_a_log_of_any_length_that_can_be_is_filed_in_postgresql_too(database: str, clocks: Clocks) -> None:
    log = open_log(PostgresqlStore(database))
    longest = 2**53 - 1
    report = read_report(json.dumps(CLEAN | {"events": dict.fromkeys(EVENTS, longest)}).encode())
    file(log, clocks, Actor(account="auditor", role=Role.AUDITOR), uuid4(), report)
    with log.store.reading() as connection:
        assert {row.events for row in connection.execute(select(LOG_REACHED))} == {longest}
    log.store.close()


def test_a_filed_report_is_an_event_of_the_gateways_own_log(signed_in: SignedIn, accounts: Accounts) -> None:
    upload(signed_in("auditor"), json.dumps(found_wanting(FINDING)).encode())
    *_, event = accounts.log.read()
    assert isinstance(event.data, VerificationFiled)
    assert event.actor == {"account": "auditor", "role": "审计"}
    assert (event.data.account, event.data.findings, event.data.exit_code) == ("auditor", 1, 1)
    assert {one.log: one.events for one in event.data.logs} == EVENTS


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (CLEAN, "查过的都相符"),
        (found_wanting(FINDING, FINDING), "发现 2 处不符"),
        (found_wanting(FINDING, ended=4), "1 个事件比核查工具新，没有核对"),
        (found_wanting(FINDING, ended=5), "1 处缺少校验点或瓦片，不能证明，其余相符"),
        (found_wanting(FINDING, ended=6), "发现 1 处不符"),
        (found_wanting(FINDING, ended=8), "日志写明丢失过签过的事件，1 处，其余相符"),
    ],
)
def test_the_page_says_what_the_tool_ended_with(signed_in: SignedIn, report: dict[str, Any], sentence: str) -> None:
    upload(signed_in("auditor"), json.dumps(report).encode())
    assert sentence in last(page(signed_in("office"), "/log"))


def test_the_newest_verification_is_shown(signed_in: SignedIn) -> None:
    for findings in ([FINDING], []):
        upload(signed_in("auditor"), json.dumps(found_wanting(*findings)).encode())
    assert "查过的都相符" in last(page(signed_in("office"), "/log"))


def test_a_form_sent_twice_files_once(signed_in: SignedIn, accounts: Accounts) -> None:
    auditor = signed_in("auditor")
    key = "the-same-key-0001"
    positions = {upload(auditor, json.dumps(CLEAN).encode(), key=key).location for _ in range(2)}
    assert len(positions) == 1
    assert sum(isinstance(event.data, VerificationFiled) for event in accounts.log.read()) == 1
    other = upload(auditor, json.dumps(found_wanting(FINDING)).encode(), key=key)
    assert (other.status_code, "已用于另一份内容" in other.text) == (422, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "不是 JSON"),
        (b"\x00\xff", "不是 JSON"),
        (b"[" * 100_000, "不是 JSON"),
        (b"[]", "不是一个 JSON 对象"),
        (b"{}", "五本日志各自的事件数"),
        (json.dumps(CLEAN | {"events": {"review": 3}}).encode(), "五本日志各自的事件数"),
        (json.dumps(CLEAN | {"events": EVENTS | {"review": "3"}}).encode(), "不是数字"),
        (json.dumps(CLEAN | {"events": EVENTS | {"review": True}}).encode(), "不是数字"),
        (json.dumps(CLEAN | {"events": EVENTS | {"review": -1}}).encode(), "不是数字"),
        (json.dumps({"events": EVENTS}).encode(), "findings 应是一个列表"),
        (json.dumps(CLEAN | {"findings": [{"log": "review"}]}).encode(), "findings 的第 1 项应有"),
        (json.dumps(found_wanting(FINDING | {"log": "other"})).encode(), "不是这五本日志"),
        (json.dumps(CLEAN | {"exit": 1}).encode(), "exit 应是结束码"),
        (json.dumps(found_wanting(FINDING, ended=0)).encode(), "exit 应是结束码"),
        (json.dumps(CLEAN | {"signed": {}}).encode(), "signed 应是一个列表"),
        (json.dumps(CLEAN | {"signed": [SIGNED | {"size": -1}]}).encode(), "size 不是数字"),
        (json.dumps(CLEAN | {"signed": [SIGNED | {"root": "<script>"}]}).encode(), "树根不是 SHA-256"),
        (json.dumps(CLEAN | {"signed": [SIGNED | {"cosigners": ["nobody"]}]}).encode(), "会签者不是"),
        (json.dumps(CLEAN | {"signed": [SIGNED | {"cosigners": [1]}]}).encode(), "会签者不是"),
    ],
)
def test_what_is_no_report_is_refused_with_what_is_wrong_and_how_to_get_one(
    signed_in: SignedIn, accounts: Accounts, content: bytes, sentence: str
) -> None:
    auditor = signed_in("auditor")
    before = accounts.log.head()
    answer = upload(auditor, content)
    assert answer.status_code == 422
    problem = found(BeautifulSoup(answer.text, "html.parser"), ".problem").text
    assert sentence in problem
    assert "biaobing audit verify" in problem
    assert accounts.log.head() == before


def test_a_form_without_a_file_says_what_to_attach(signed_in: SignedIn) -> None:
    auditor = signed_in("auditor")
    form = {name: value for name, value in fields_of(page(auditor, "/log")).items() if name != "report"}
    answer = auditor.post("/log/verifications", data=form)
    assert (answer.status_code, "没有附上核查报告" in answer.text) == (400, True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_report_as_windows_redirects_it_is_read(encoding: str) -> None:
    assert read_report(json.dumps(found_wanting(FINDING)).encode(encoding)).findings == 1


def test_of_several_checkpoints_of_a_log_the_largest_counts_in_base64_too() -> None:
    smaller = SIGNED | {"size": 5, "root": "q" * 43 + "="}
    report = read_report(json.dumps(CLEAN | {"signed": [SIGNED, smaller]}).encode())
    assert [(one.size, one.root) for one in report.logs if one.log == "review"] == [(2700, ROOT)]
    alone = read_report(json.dumps(CLEAN | {"signed": [smaller]}).encode())
    assert [one.root for one in alone.logs if one.log == "review"] == ["aa" * 32]


@pytest.mark.parametrize("account", ["office", "leader"])
def test_only_auditors_file(signed_in: SignedIn, account: str) -> None:
    client = signed_in(account)
    assert page(client, "/log").select_one("input[type=file]") is None
    assert post(client, "/verifications", CLEAN, account=account).status_code == 403


@pytest.mark.parametrize("account", ["unit", "reviewer", "inspector"])
def test_others_do_not_see_who_verified(client: FlaskClient, account: str) -> None:
    assert get(client, "/verifications", account=account).status_code == 403


def test_a_report_is_filed_and_read_by_the_api(client: FlaskClient) -> None:
    answer = post(client, "/verifications", CLEAN | {"signed": [SIGNED]}, account="auditor")
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/verifications")
    (row,) = get(client, "/verifications").get_json()["rows"]
    assert (row["account"], row["findings"], row["exit_code"]) == ("auditor", 0, 0)
    assert [one["size"] for one in row["logs"]] == [None, 2700, None, None, None]
    refused = client.post(
        "/api/v1/verifications", data=b"x", headers={"Idempotency-Key": "key-0002"}, auth=("auditor", PASSWORD)
    )
    assert (refused.status_code, refused.get_json()["code"]) == (422, "verification.not_a_report")


def test_the_read_model_is_built_again_from_the_log(signed_in: SignedIn, accounts: Accounts) -> None:
    upload(signed_in("auditor"), json.dumps(CLEAN | {"signed": [SIGNED]}).encode())
    with accounts.log.store.writing() as connection:
        before = [rows(connection, table) for table in (VERIFICATION, LOG_REACHED)]
        for table in (VERIFICATION, LOG_REACHED):
            connection.execute(table.delete())
        connection.exec_driver_sql("UPDATE projection SET version = 0 WHERE name = 'verification'")
    open_log(accounts.log.store)
    with accounts.log.store.reading() as connection:
        assert [rows(connection, table) for table in (VERIFICATION, LOG_REACHED)] == before
    assert before[0]
    assert any(VERIFICATION in projection.tables for projection in PROJECTIONS)


def test_nothing_of_a_report_but_numbers_and_names_enters_the_log(signed_in: SignedIn, accounts: Accounts) -> None:
    secret = FINDING | {"message": "秘密的话", "code": "秘密的码", "more": "x"}
    upload(signed_in("auditor"), json.dumps(found_wanting(secret) | {"more": "秘密"}).encode())
    assert not any("秘密".encode() in leaf for leaf in accounts.log.read_leaves())


def test_the_error_names_the_report() -> None:
    with pytest.raises(Invalid) as caught:
        read_report(b"nothing")
    assert caught.value.code == "verification.not_a_report"
