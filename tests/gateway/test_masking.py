from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from contracts.nomination import NomineeList
from contracts.review import ShowRound
from gateway.masking import HIDDEN, for_reviewer
from tests.gateway import county
from tests.gateway.asking import get
from tests.gateway.stand_in import StandIn


def masked(deeds: str, name: str = "王小满", places: Iterable[str] = county.UNIT_NAMES) -> str:
    nominee = replace(county.nominee(county.NOMINATION_IDS[0]), name=name, deeds=deeds)
    answer: NomineeList = for_reviewer(NomineeList(rows=(nominee,)), places)
    return answer.rows[0].deeds


def test_r03_the_name_and_what_people_call_them_is_masked() -> None:
    assert masked("王小满来了，老王说好，王同志走了，小王在。") == "■■来了，■■说好，■■同志走了，■■在。"


def test_r03_units_and_places_are_masked_also_where_the_county_is_left_out() -> None:
    assert masked("他先在县水务局，后到水务局下属的石门镇水站。") == "他先在■■，后到■■下属的■■水站。"


@pytest.mark.parametrize(
    ("place", "told", "seen"),
    [
        ("青溪镇人民政府", "青溪镇的水，青溪人守着。", "■■的水，■■人守着。"),
        ("云岭县青溪镇卫生院", "青溪镇卫生院在青溪镇。", "■■在■■。"),
        ("云岭县第一中学", "他在第一中学教书。", "他在■■教书。"),
        ("北街街道办事处", "北街街道和北街都在扫雪。", "■■和■■都在扫雪。"),
        ("柳林镇石门村村民委员会", "石门村归柳林管。", "■■归■■管。"),
        ("县农业农村局", "农业农村要振兴，农业农村局牵头。", "农业农村要振兴，■■牵头。"),
    ],
    ids=lambda value: value[:9],
)
def test_r03_the_place_a_unit_is_named_after_is_masked_too(place: str, told: str, seen: str) -> None:
    assert masked(told, places=[place]) == seen


@pytest.mark.parametrize(
    ("name", "told", "seen"),
    [
        ("赵一鸣", "一鸣同志来了，一鸣在。", "■■同志来了，■■在。"),
        ("欧阳少东", "欧阳同志说，少东师傅做。", "■■同志说，■■师傅做。"),
        ("杨禾", "禾同志护着禾苗，小禾、阿禾也在。", "■■同志护着禾苗，■■、■■也在。"),
        ("阿卜杜热合曼·买买提", "买买提大叔，阿卜杜热合曼老师。", "■■大叔，■■老师。"),
    ],
    ids=lambda value: value[:9],
)
def test_r03_the_given_name_alone_is_masked_too(name: str, told: str, seen: str) -> None:
    assert masked(told, name) == seen


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
