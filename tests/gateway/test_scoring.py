from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from contracts.errors import FieldProblem, Invalid, Problem, Uncertain
from contracts.review import ShowCase
from gateway.problems import Unavailable
from tests.gateway import county
from tests.gateway.asking import fields_of, found, page
from tests.gateway.stand_in import StandIn

SignedIn = Callable[[str], FlaskClient]
NOMINATION = next(
    one for one in sorted(county.NOMINATION_IDS[:8]) if one not in (county.NOMINATION_IDS[0], county.NOMINATION_IDS[1])
)
ADDRESS = f"/scoring/{NOMINATION}"
FILLED = {"points-0": "88.5", "points-1": "91", "points-2": "57.0", "points-3": "80", "points-4": "100"}


def test_r03_neither_page_nor_form_says_who_the_nominee_is_or_from_where(signed_in: SignedIn) -> None:
    client = signed_in("reviewer")
    first = f"/scoring/{county.NOMINATION_IDS[0]}"
    for address in ("/scoring", first):
        html = client.get(address).text
        for word in ("王小满", "柳林镇", "站长", "13900000000", str(county.UNITS["柳林镇"])):
            assert word not in html, (address, word)
    assert "■■在■■水利站工作十一年" in client.get(first).text
    assert "■■同志把每处隐患" in client.get(first).text


def test_the_queue_says_how_many_are_left_and_leads_to_the_next(signed_in: SignedIn) -> None:
    soup = page(signed_in("reviewer"), "/scoring")
    assert "共 8 份，还有 6 份没有签名" in found(soup, ".lede").text
    assert found(soup, "a.button")["href"] == ADDRESS


def test_a_signature_goes_on_to_the_next_dossier(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("reviewer")
    answer = client.post(ADDRESS, data=fields_of(page(client, ADDRESS)) | FILLED | {"comment": "群众评价一般。"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/scoring/")
    assert str(NOMINATION) not in answer.headers["Location"]
    command = stand_in.executed[0].command
    assert [str(score.points) for score in command.scores] == ["88.5", "91", "57.0", "80", "100"]
    assert (command.reviewer_id, command.comment) == (county.REVIEWERS[0], "群众评价一般。")
    assert "记入评审日志第 4812 号" in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("problem", "anchor"),
    [
        (
            Invalid(
                "case.comment_required",
                (FieldProblem("/comment", "case.comment_required", "分数低于 60，请写明理由"),),
                reason="分数低于 60",
            ),
            "comment",
        ),
        (Invalid.of([FieldProblem("/scores/2/points", "case.one_decimal", "最多保留一位小数")]), "points-2"),
    ],
)
def test_what_keeps_one_from_signing_is_linked_to_its_field_and_nothing_typed_is_lost(
    signed_in: SignedIn, stand_in: StandIn, problem: Problem, anchor: str
) -> None:
    client = signed_in("reviewer")
    stand_in.refusal = problem
    sent = fields_of(page(client, ADDRESS)) | FILLED | {"comment": "还没写完"}
    answer = client.post(ADDRESS, data=sent)
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert found(soup, ".problem h2").text == "还不能签名"
    assert found(soup, ".problem a")["href"] == f"#{anchor}"
    assert found(soup, f"#{anchor}")["aria-invalid"] == "true"
    kept = fields_of(soup)
    assert {name: kept[name] for name in FILLED} == FILLED
    assert kept["comment"] == "还没写完"
    assert kept["key"] != sent["key"]


def test_r05_the_sheet_says_when_a_reason_is_due_and_that_a_signature_is_final(signed_in: SignedIn) -> None:
    text = page(signed_in("reviewer"), ADDRESS).text
    assert "总分低于 60、不低于 95，或否决项判不通过时必填" in text
    assert "签名后不能再改" in text
    assert "更正" not in text


def test_an_empty_sheet_is_told_field_by_field_before_any_service_is_asked(
    signed_in: SignedIn, stand_in: StandIn
) -> None:
    client = signed_in("reviewer")
    soup = page(client, ADDRESS)
    answer = client.post(ADDRESS, data=fields_of(soup))
    again = BeautifulSoup(answer.text, "html.parser")
    assert [link["href"] for link in again.select(".problem a")] == [f"#points-{index}" for index in range(5)]
    assert stand_in.executed == []


@pytest.mark.parametrize("unknown", [Unavailable("review"), Uncertain("request.outcome_unknown")], ids=type)
def test_x19_while_nobody_knows_whether_it_is_signed_the_form_keeps_its_key(
    signed_in: SignedIn, stand_in: StandIn, unknown: Uncertain
) -> None:
    client = signed_in("reviewer")
    sent = fields_of(page(client, ADDRESS)) | FILLED
    stand_in.refusal = unknown
    answer = client.post(ADDRESS, data=sent)
    assert answer.status_code == 503
    assert "还不知道是否签上" in answer.text
    kept = fields_of(BeautifulSoup(answer.text, "html.parser"))
    assert kept["key"] == sent["key"]
    stand_in.refusal = None
    assert client.post(ADDRESS, data=kept).status_code == 303
    assert len(stand_in.executed) == 1


def test_a_signed_sheet_is_shown_and_not_offered_again(signed_in: SignedIn, stand_in: StandIn) -> None:
    stand_in.answers[ShowCase] = county.case(NOMINATION, reviewer=False)
    soup = page(signed_in("reviewer"), ADDRESS)
    assert soup.select("main form") == []
    assert "96.30" in found(soup, "aside").text


def test_only_a_reviewer_has_a_queue(signed_in: SignedIn) -> None:
    assert "您的身份（办公室）不能办理“签名评分”" in page(signed_in("office"), "/scoring", status=403).text


def test_a_dossier_of_somebody_else_is_not_found(signed_in: SignedIn) -> None:
    page(signed_in("reviewer"), f"/scoring/{county.NOMINATION_IDS[15]}", status=404)
