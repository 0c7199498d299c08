from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from contracts.nomination import NomineeList
from contracts.review import ShowRound
from gateway.masking import HIDDEN, for_reviewer
from tests.gateway import county
from tests.gateway.asking import get
from tests.gateway.stand_in import StandIn


def masked(deeds: str) -> str:
    nominee = replace(county.nominee(county.NOMINATION_IDS[0]), deeds=deeds)
    answer: NomineeList = for_reviewer(NomineeList(rows=(nominee,)), county.UNIT_NAMES)
    return answer.rows[0].deeds


def test_r03_the_name_and_what_people_call_them_is_masked() -> None:
    assert masked("王小满来了，老王说好，王同志走了，小王在。") == "■■来了，■■说好，■■同志走了，■■在。"


def test_r03_units_and_places_are_masked_also_where_the_county_is_left_out() -> None:
    assert masked("他先在县水务局，后到水务局下属的石门镇水站。") == "他先在■■，后到■■下属的■■水站。"


def test_other_words_stay_as_they_are() -> None:
    text = "三横一竖念作王，水稻每亩增收一百二十元。"
    assert masked(text) == text


def test_r03_the_api_hides_the_same_from_a_reviewer(client: FlaskClient) -> None:
    path = f"/nominees?nomination_ids={county.NOMINATION_IDS[0]}"
    hidden = get(client, path, account="reviewer")
    shown = get(client, path)
    assert hidden.json is not None
    assert shown.json is not None
    assert shown.json["rows"][0]["name"] == "王小满"
    assert {hidden.json["rows"][0][field] for field in ("name", "unit", "workplace", "position")} == {""}
    cases = get(client, f"/seasons/{county.SEASON_ID}/cases", account="reviewer")
    assert cases.json is not None
    assert {row["unit_id"] for row in cases.json["rows"]} == {str(HIDDEN)}


def test_r03_a_reviewer_may_know_who_is_who_once_the_shortlist_is_fixed(client: FlaskClient, stand_in: StandIn) -> None:
    stand_in.answers[ShowRound] = county.shortlisted_round()
    shown = get(client, f"/nominees?nomination_ids={county.NOMINATION_IDS[0]}", account="reviewer")
    assert shown.json is not None
    assert shown.json["rows"][0]["name"] == "王小满"
