from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from contracts import nomination
from contracts.errors import Conflict, Uncertain
from gateway.problems import Unavailable
from tests.gateway import county
from tests.gateway.asking import get, post
from tests.gateway.stand_in import StandIn

UNIT = {"name": "白鹤镇", "sector": "综合", "level": "乡镇"}
SCORES = [{"criterion": one.name, "points": "88.5"} for one in county.RULES.rubric]


def test_a_command_says_where_to_look_where_it_stands_and_which_version_it_made(client: FlaskClient) -> None:
    answer = post(client, f"/seasons/{county.SEASON_ID}/shortlist")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/seasons/{county.SEASON_ID}/cases"
    assert answer.headers["X-Event-Position"] == "4812"
    assert answer.headers["ETag"] == '"5"'
    assert answer.json == {"position": 4812, "version": 5, "events": ["FixShortlist"]}


def test_a_post_without_a_key_is_refused_and_nothing_is_done(client: FlaskClient, stand_in: StandIn) -> None:
    answer = post(client, "/units", UNIT, key=None)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "request.key_missing"
    assert stand_in.executed == []


def test_x19_the_same_key_is_the_same_command_and_names_the_same_new_thing(
    client: FlaskClient, stand_in: StandIn
) -> None:
    first, again = (post(client, "/units", UNIT, key="same-key-1") for _ in range(2))
    other = post(client, "/units", UNIT, key="other-key-1")
    assert first.headers["Location"] == again.headers["Location"] != other.headers["Location"]
    one, two, three = stand_in.executed
    assert one == two
    assert one.command_id != three.command_id
    assert first.headers["Location"] == f"/api/v1/units/{one.command.unit_id}"


def test_the_same_key_of_two_accounts_is_two_commands(client: FlaskClient, stand_in: StandIn) -> None:
    for account in ("office", "leader"):
        post(client, "/units", UNIT, account=account, key="same-key-1")
    one, two = stand_in.executed
    assert one.command_id != two.command_id


def test_if_match_becomes_the_version_the_caller_saw(client: FlaskClient, stand_in: StandIn) -> None:
    path = f"/seasons/{county.SEASON_ID}/shortlist"
    post(client, path, headers={"If-Match": '"7"'})
    post(client, path)
    assert [done.expected_version for done in stand_in.executed] == [7, None]
    assert post(client, path, headers={"If-Match": "seven"}).status_code == 400


def test_a_stale_version_is_answered_412(client: FlaskClient, stand_in: StandIn) -> None:
    stand_in.refusal = Conflict("request.stale_version", expected=3, actual=5)
    answer = post(client, f"/seasons/{county.SEASON_ID}/shortlist", headers={"If-Match": '"3"'})
    assert answer.status_code == 412
    assert answer.json is not None
    assert answer.json["detail"] == "您看到的是第 3 版，现在已是第 5 版。请刷新后再办理。"


def test_a_key_used_for_other_content_is_answered_422(client: FlaskClient, stand_in: StandIn) -> None:
    stand_in.refusal = Conflict("request.key_reused")
    assert post(client, "/units", UNIT).status_code == 422


@pytest.mark.parametrize("unknown", [Unavailable("nomination"), Uncertain("request.outcome_unknown")], ids=type)
def test_what_nobody_knows_the_outcome_of_is_503_and_the_same_key_may_be_sent_again(
    client: FlaskClient, stand_in: StandIn, unknown: Uncertain
) -> None:
    stand_in.silence = unknown
    answer = post(client, "/units", UNIT)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json is not None
    assert "同一个键" in answer.json["detail"]


def test_ids_come_from_the_address_and_the_account_and_may_not_stand_in_the_body(
    client: FlaskClient, stand_in: StandIn
) -> None:
    path = f"/cases/{county.NOMINATION_IDS[0]}/scores"
    assert post(client, path, {"scores": SCORES}, account="reviewer").status_code == 201
    command = stand_in.executed[0].command
    assert (command.nomination_id, command.reviewer_id) == (county.NOMINATION_IDS[0], county.REVIEWERS[0])
    foreign = {"scores": SCORES, "reviewer_id": str(county.REVIEWERS[1])}
    answer = post(client, path, foreign, account="reviewer", key="key-0002")
    assert answer.status_code == 422
    assert answer.json is not None
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/reviewer_id"]


def test_only_an_account_that_stands_for_a_reviewer_can_sign_a_score(client: FlaskClient, stand_in: StandIn) -> None:
    answer = post(client, f"/cases/{county.NOMINATION_IDS[0]}/scores", {"scores": SCORES})
    assert answer.status_code == 403
    assert stand_in.executed == []


def test_every_fault_of_a_body_is_told_at_once_with_its_place(client: FlaskClient) -> None:
    answer = post(client, "/units", {"name": "镇", "sector": 3, "colour": "red"})
    assert answer.status_code == 422
    assert answer.json is not None
    faults = {fault["pointer"]: (fault["code"], fault["detail"]) for fault in answer.json["errors"]}
    assert faults == {
        "/name": ("length", "“单位名称”应为 2 至 50 个字符，现为 1 个。"),
        "/sector": ("wrong_type", "“领域”应是文字。"),
        "/level": ("required", "缺少“类别”，请补上。"),
        "/colour": ("unknown_field", "没有这个字段，请删去或对照接口文档改名。"),
    }
    assert answer.json["detail"] == "提交的内容有 4 处需要改正，见逐项说明。"


def test_a_list_links_to_its_next_page_and_keeps_its_filters(client: FlaskClient) -> None:
    path = f"/seasons/{county.SEASON_ID}/nominations"
    first = get(client, f"{path}?limit=8&kind=新典型")
    assert first.json is not None
    assert first.json["following"] == "c7"
    link = first.headers["Link"]
    assert link.endswith('>; rel="next"')
    following = client.get(link[1 : link.index(">")], auth=("office", "eight-characters-or-more"))
    assert following.json is not None
    assert following.json["rows"][0]["nomination_id"] == str(county.NOMINATION_IDS[8])
    last = get(client, f"{path}?limit=8&after=c15")
    assert "Link" not in last.headers


def test_a_query_refuses_a_filter_nobody_knows(client: FlaskClient) -> None:
    answer = get(client, f"/seasons/{county.SEASON_ID}/nominations?sort=name")
    assert answer.status_code == 422


def test_a_view_with_a_version_is_an_etag(client: FlaskClient) -> None:
    assert get(client, f"/cases/{county.NOMINATION_IDS[0]}").headers["ETag"] == '"9"'
    assert get(client, f"/seasons/{county.SEASON_ID}").headers["ETag"] == '"7"'


def test_decimals_and_moments_travel_as_text(client: FlaskClient) -> None:
    answer = get(client, f"/cases/{county.NOMINATION_IDS[0]}")
    assert answer.json is not None
    assert answer.json["row"]["score"] == "93.40"
    assert answer.json["objections"][0]["raised_at"] == "2026-06-15T02:20:00+00:00"


def test_what_a_command_made_can_be_read_where_its_location_says(client: FlaskClient, stand_in: StandIn) -> None:
    made = post(client, "/units", UNIT)
    row = nomination.UnitRow(
        unit_id=stand_in.executed[0].command.unit_id,
        name="白鹤镇",
        sector="综合",
        level="乡镇",
        nominations=0,
        declined=False,
    )
    stand_in.answers[nomination.ListUnits] = nomination.UnitList(rows=(row,))
    answer = client.get(made.headers["Location"], auth=("office", "eight-characters-or-more"))
    assert answer.json is not None
    assert answer.json["name"] == "白鹤镇"
    assert get(client, f"/units/{county.some_id('nobody')}").status_code == 404
