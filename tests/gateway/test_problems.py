from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from contracts.errors import Conflict, Forbidden, NotFound
from contracts.nomination import ListUnits
from tests.gateway import county
from tests.gateway.asking import get, page, post
from tests.gateway.stand_in import StandIn

CASES: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "nobody signed in": (401, lambda client: client.get("/api/v1/units")),
    "wrong password": (401, lambda client: client.get("/api/v1/units", auth=("office", "not-the-password"))),
    "no such address": (404, lambda client: get(client, "/colours")),
    "no such id": (404, lambda client: get(client, "/units/not-an-id")),
    "wrong method": (405, lambda client: client.delete("/api/v1/units", auth=("office", "eight-characters-or-more"))),
    "no JSON": (
        400,
        lambda client: client.post(
            "/api/v1/units",
            data="name=x",
            headers={"Idempotency-Key": "key-0001"},
            auth=("office", "eight-characters-or-more"),
        ),
    ),
    "broken JSON": (
        400,
        lambda client: client.post(
            "/api/v1/units",
            data='{"name": ',
            content_type="application/json",
            headers={"Idempotency-Key": "key-0001"},
            auth=("office", "eight-characters-or-more"),
        ),
    ),
    "not an object": (
        422,
        lambda client: client.post(
            "/api/v1/units",
            json=["白鹤镇"],
            headers={"Idempotency-Key": "key-0001"},
            auth=("office", "eight-characters-or-more"),
        ),
    ),
    "too large": (
        413,
        lambda client: client.post(
            "/api/v1/units",
            data="x" * (11 * 1024 * 1024),
            content_type="application/json",
            headers={"Idempotency-Key": "key-0001"},
            auth=("office", "eight-characters-or-more"),
        ),
    ),
    "unfit key": (400, lambda client: post(client, "/units", key="short")),
}


@pytest.mark.parametrize("case", CASES)
def test_g03_every_refusal_is_a_problem_with_a_chinese_sentence_and_a_code(client: FlaskClient, case: str) -> None:
    status, ask = CASES[case]
    answer = ask(client)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.data)
    assert told.keys() == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert told["status"] == status
    assert told["type"] == f"/api/docs#{told['code']}"
    assert any("一" <= character <= "鿿" for character in told["detail"])


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (NotFound("season.not_found"), 404),
        (Conflict("round.shortlist_fixed"), 409),
        (Forbidden("identity.role_forbidden", role="单位", operation="提出建议名单"), 403),
    ],
)
def test_what_a_service_refuses_is_told_in_its_own_words(
    client: FlaskClient, stand_in: StandIn, problem: Exception, status: int
) -> None:
    stand_in.refusal = problem  # type: ignore[assignment]  # each is a Problem
    answer = post(client, f"/seasons/{county.SEASON_ID}/shortlist")
    assert answer.status_code == status
    assert json.loads(answer.data)["detail"] == problem.message  # type: ignore[attr-defined]  # as above


def test_an_unforeseen_fault_tells_its_incident_number_and_nothing_else(client: FlaskClient, stand_in: StandIn) -> None:
    stand_in.answers[ListUnits] = RuntimeError("王小满 13900000000")
    with capture_logs() as logged:
        answer = get(client, "/units")
    assert answer.status_code == 500
    told = json.loads(answer.data)
    incident = logged[0]["incident"]
    assert told["detail"] == f"系统内部出错，已记录，编号 {incident}。请把编号告诉县竞赛办。"
    assert told["instance"] == f"urn:biaobing:incident:{incident}"
    assert "RuntimeError" not in answer.text
    assert "王小满" not in answer.text


def test_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/units", auth=("office", "eight-characters-or-more"))
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_to_people_a_refusal_is_a_page(signed_in: Callable[[str], FlaskClient], stand_in: StandIn) -> None:
    client = signed_in("office")
    assert page(client, "/colours", status=404).h1.text == "没有找到"  # type: ignore[union-attr]  # every page has one
    stand_in.answers[ListUnits] = RuntimeError("unforeseen")
    soup = page(client, "/units", status=500)
    assert "请把编号告诉县竞赛办" in soup.text
    assert "unforeseen" not in soup.text


@pytest.mark.parametrize("text", ["柳林\ud800", "柳\x00林", "柳林\n镇"], ids=ascii)
def test_characters_that_no_text_may_hold_are_refused_in_words_before_any_service_is_asked(
    client: FlaskClient, stand_in: StandIn, text: str
) -> None:
    answer = client.post(
        "/api/v1/units",
        data=json.dumps({"name": text, "sector": "综合", "level": "乡镇", "colour\udfff": "red"}),
        content_type="application/json",
        headers={"Idempotency-Key": "key-0001"},
        auth=("office", "eight-characters-or-more"),
    )
    assert answer.status_code == 422
    assert answer.json is not None
    faults = {fault["code"]: fault for fault in answer.json["errors"]}
    assert sorted(faults) == ["characters", "unknown_field"]
    assert faults["characters"]["pointer"] == "/name"
    assert faults["characters"]["detail"].startswith("“单位名称”第 ")
    assert stand_in.executed == []
