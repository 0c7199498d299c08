from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from contracts.review import BreakTie, ShowRound, Tie
from tests.gateway import county
from tests.gateway.asking import fields_of, found, page
from tests.gateway.stand_in import StandIn

SignedIn = Callable[[str], FlaskClient]
VOTE = f"/seasons/{county.SEASON_ID}/ties"
TIED = tuple(county.NOMINATION_IDS[:2])


@pytest.fixture
def tied(stand_in: StandIn) -> StandIn:
    stand_in.answers[ShowRound] = replace(
        county.round_view(), sheets_signed=100, ties=(Tie(tier="一等奖", nominations=TIED),)
    )
    return stand_in


@pytest.mark.usefixtures("tied")
def test_the_office_sees_who_is_tied_and_where_to_record_the_vote(signed_in: SignedIn) -> None:
    soup = page(signed_in("office"), "/cases")
    assert found(soup, f'a[href="{VOTE}"]').text == "登记并列表决"
    assert "一等奖的名额不够" in soup.text


def test_the_order_of_the_vote_is_chosen_place_by_place(signed_in: SignedIn, tied: StandIn) -> None:
    client = signed_in("office")
    soup = page(client, VOTE)
    assert [legend.text for legend in soup.select("form.task legend")] == ["第 1 名", "第 2 名"]
    assert "王小满" in found(soup, "form.task").text
    sent = fields_of(soup) | {
        "order-1": str(TIED[1]), "order-2": str(TIED[0]), "votes_for": "4", "votes_against": "1",
        "reason": "实绩更为突出",
    }  # fmt: skip
    assert client.post(VOTE, data=sent).status_code == 303
    assert tied.executed[0].command == BreakTie(
        season_id=county.SEASON_ID, order=(TIED[1], TIED[0]), votes_for=4, votes_against=1, reason="实绩更为突出"
    )


def test_an_order_with_an_empty_place_is_turned_back(signed_in: SignedIn, tied: StandIn) -> None:
    client = signed_in("office")
    sent = fields_of(page(client, VOTE)) | {"order-2": str(TIED[0]), "votes_for": "4", "votes_against": "1"}
    assert client.post(VOTE, data=sent | {"reason": "实绩更为突出"}).status_code == 422
    assert tied.executed == []
