"""Where all comparison ends in a tie, the panel votes, and the season goes on (R-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from contracts.errors import Conflict
from contracts.nomination import WithdrawNomination
from contracts.review import BreakTie, FixShortlist, ListCases, ShowRound, Tie
from tests.services.county import LEADER, County, assigned, scored, tied
from tests.services.sample import SEASON, unit

ROUND, FIX = ShowRound(season_id=SEASON), FixShortlist(season_id=SEASON)


def vote(order: Sequence[UUID]) -> BreakTie:
    return BreakTie(season_id=SEASON, order=tuple(order), votes_for=2, votes_against=1, reason="演示表决理由")


def test_r11_a_vote_on_the_tie_lets_the_shortlist_be_fixed_in_its_order(county: County) -> None:
    nominations = tied(county, 3)
    with pytest.raises(Conflict, match=r"round\.tie_at_boundary"):
        county.do("review", FIX)
    (tie,) = county.ask("review", ROUND).ties
    assert tie == Tie(tier="一等奖", nominations=tuple(sorted(nominations)))
    voted = [nominations[2], nominations[0], nominations[1]]
    county.do("review", vote(voted))
    assert county.ask("review", ROUND).ties == ()
    county.do("review", FIX)
    rows = county.ask("review", ListCases(season_id=SEASON)).rows
    assert [(row.nomination_id, row.proposed_tier) for row in rows] == list(
        zip(voted, ["一等奖", "二等奖", "二等奖"], strict=True)
    )


def test_r11_one_vote_settles_a_tie_over_two_edges(county: County) -> None:
    nominations = tied(county, 4)
    assert [tie.tier for tie in county.ask("review", ROUND).ties] == ["一等奖", "二等奖"]
    county.do("review", vote(nominations))
    county.do("review", FIX)
    rows = county.ask("review", ListCases(season_id=SEASON)).rows
    assert [row.nomination_id for row in rows] == nominations


def test_a_vote_sent_again_is_one_vote_and_another_is_refused(county: County) -> None:
    nominations = tied(county, 3)
    key = uuid4()
    first = county.do("review", vote(nominations), command_id=key)
    stood = county.everything("review")
    assert county.do("review", vote(nominations), command_id=key) == first
    with pytest.raises(Conflict, match=r"round\.not_tied"):
        county.do("review", vote(nominations[::-1]))
    assert county.everything("review") == stood


def test_only_all_of_a_tie_each_once_is_voted_on(county: County) -> None:
    one, two, three = tied(county, 3)
    for order in ((one, two), (one, two, two), (one, two, three, three), (one, two, three, uuid4())):
        with pytest.raises(Conflict, match=r"round\.not_tied"):
            county.do("review", vote(order))


def test_no_vote_is_taken_where_scores_decide(county: County) -> None:
    nominations = scored(county, 3)
    with pytest.raises(Conflict, match=r"round\.not_tied"):
        county.do("review", vote(nominations))


def test_a_vote_waits_for_the_last_score_and_comes_before_the_shortlist(county: County) -> None:
    nominations = assigned(county, 3)
    with pytest.raises(Conflict, match=r"round\.unscored_cases"):
        county.do("review", vote(nominations))


def test_after_the_shortlist_nobody_votes_any_more(county: County) -> None:
    nominations = scored(county, 3)
    county.do("review", FIX)
    with pytest.raises(Conflict, match=r"round\.shortlist_fixed"):
        county.do("review", vote(nominations))


def test_r10_a_vote_that_was_not_carried_decides_nothing(county: County) -> None:
    nominations = tied(county, 3)
    with pytest.raises(Conflict, match="赞成 2 票，反对 3 票"):
        county.do("review", replace(vote(nominations), votes_against=3))


def test_a_vote_holds_for_those_left_when_one_of_them_is_withdrawn(county: County) -> None:
    nominations = tied(county, 3)
    county.do("review", vote(nominations))
    county.do("nomination", WithdrawNomination(nomination_id=nominations[0], unit_id=unit(1), reason="演示撤回"))
    county.settle()
    county.do("review", FIX)
    rows = county.ask("review", ListCases(season_id=SEASON)).rows
    assert [row.nomination_id for row in rows if row.rank] == nominations[1:]


def test_a_tie_is_shown_to_the_office_alone(county: County) -> None:
    tied(county, 3)
    assert county.ask("review", ROUND, LEADER).ties == ()
