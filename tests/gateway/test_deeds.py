from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from contracts.errors import Conflict, Uncertain
from gateway.problems import Unavailable
from tests.gateway import county
from tests.gateway.asking import fields_of, found, page
from tests.gateway.stand_in import StandIn

SignedIn = Callable[[str], FlaskClient]
OBJECTION = f"/cases/{county.NOMINATION_IDS[0]}/objections"
FINDING = f"/inspections/{county.some_id('inspection-2')}/findings"
TYPED = {"objector": "个人", "name": "演示群众", "contact": "13900000001", "content": "反映的数字与台账不一致。"}


def test_a_deed_s_page_says_what_follows_and_asks_what_the_contract_asks(signed_in: SignedIn) -> None:
    soup = page(signed_in("office"), OBJECTION)
    assert found(soup, "h1").text == "登记异议"
    assert "提出人与内容加密保存" in soup.text
    assert "王小满" in found(soup, "main").text
    labels = [label.text.strip() for label in soup.select("form.task label[for], form.task legend")]
    assert labels == ["提出人类别", "提出人姓名或单位名称 可不填", "联系方式 可不填", "异议内容"]


def test_a_deed_done_leads_to_what_came_of_it(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    answer = client.post(OBJECTION, data=fields_of(page(client, OBJECTION)) | TYPED)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/cases/{county.NOMINATION_IDS[0]}?done=review-4812"
    command = stand_in.executed[0].command
    assert (command.nomination_id, command.objector.value) == (county.NOMINATION_IDS[0], "个人")


def test_faults_are_linked_to_their_fields_and_what_was_typed_stays(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("inspector")
    sent = fields_of(page(client, FINDING)) | {"place": "二楼", "fact": "短", "found_on": "2026-08-32"}
    answer = client.post(FINDING, data=sent)
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert [link["href"] for link in soup.select(".problem a")] == [
        "#field-found_on", "#field-fact", "#field-rule", "#field-severity",
    ]  # fmt: skip
    assert fields_of(soup)["place"] == "二楼"
    assert found(soup, "#field-fact")["aria-invalid"] == "true"
    assert stand_in.executed == []


def test_an_inspector_s_own_number_comes_from_the_account(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("inspector")
    sent = fields_of(page(client, FINDING)) | {
        "found_on": "2026-08-11", "place": "二楼宣传栏", "fact": "事迹栏没有更换。", "rule": "规则包第 5 条",
        "severity": "一般",
    }  # fmt: skip
    assert client.post(FINDING, data=sent).status_code == 303
    assert stand_in.executed[0].command.inspector_id == county.INSPECTORS[2]


@pytest.mark.parametrize("unknown", [Unavailable("review"), Uncertain("request.outcome_unknown")], ids=type)
def test_a_refused_deed_is_another_deed_when_sent_again_an_unanswered_one_is_the_same(
    signed_in: SignedIn, stand_in: StandIn, unknown: Uncertain
) -> None:
    client = signed_in("office")
    sent = fields_of(page(client, OBJECTION)) | TYPED
    stand_in.refusal = Conflict("objection.not_on_notice")
    refused = fields_of(BeautifulSoup(client.post(OBJECTION, data=sent).text, "html.parser"))
    stand_in.refusal = unknown
    answer = client.post(OBJECTION, data=sent)
    assert answer.status_code == 503
    assert "还不知道是否办成" in answer.text
    unanswered = fields_of(BeautifulSoup(answer.text, "html.parser"))
    assert refused["key"] != sent["key"]
    assert unanswered["key"] == sent["key"]


def test_a_deed_without_fields_is_one_button_after_its_consequence(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    address = f"/seasons/{county.SEASON_ID}/nominations/closing"
    soup = page(client, address)
    assert "此事不能撤回" in soup.text
    assert found(soup, "form.task button").text == "关闭推荐阶段"
    assert client.post(address, data=fields_of(soup)).status_code == 303
    assert type(stand_in.executed[0].command).__name__ == "CloseNominations"


def test_a_list_is_typed_into_one_field_a_line_for_each(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    sent = fields_of(page(client, "/calendar-tables")) | {
        "year": "2027", "document": "国办发明电〔2026〕0号", "holidays": "2027-01-01\n2027-01-02、2027-01-03",
        "workdays": "",
    }  # fmt: skip
    assert client.post("/calendar-tables", data=sent).status_code == 303
    command = stand_in.executed[0].command
    assert command.holidays == (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3))
    assert command.workdays == ()
