"""The auditor's own ranking takes the panel's vote on a tie as the services do."""

from __future__ import annotations

import pytest

from audit.copies.folder import open_copies
from audit.records import Records, read
from audit.rules.catalogue import breaches
from audit.what_if.changes import Changes
from audit.what_if.simulation import Turn, simulate
from audit.why.walk import why
from contracts.review import BreakTie, FixShortlist
from gateway.store import open_log
from tests.services.county import County, sqlite_store, tied
from tests.services.sample import OPEN_SEASON, SEASON, an_id, register

NOMINATIONS = [an_id(f"nomination {number}") for number in range(4)]
ORDER = (NOMINATIONS[2], NOMINATIONS[0], NOMINATIONS[3], NOMINATIONS[1])


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Four equal in every respect, of whom there are places for three, and the panel voted."""
    folder = tmp_path_factory.mktemp("tie")
    county = County(folder).open()
    county.do("nomination", OPEN_SEASON)
    for number in range(1, 5):
        county.do("nomination", register(number))
    tied(county, 4)
    county.do("review", BreakTie(season_id=SEASON, order=ORDER, votes_for=3, votes_against=0, reason="演示表决理由"))
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    county.close()
    gateway = sqlite_store(folder / "logs", "gateway")
    open_log(gateway)
    gateway.close()
    return read(open_copies(folder / "logs"), lambda *_: None)


def test_r11_a_shortlist_by_the_panels_vote_breaks_no_rule(voted: Records) -> None:
    found = [
        one for one in breaches(voted) if one.rule not in {"known_account", "own_matters"}
    ]  # nobody has an account
    assert found == []


def test_why_tells_of_the_vote_and_ranks_by_it(voted: Records) -> None:
    walk = why(voted, ORDER[0])
    assert walk is not None
    told = {step.stage: step.sentence for step in walk.steps}
    assert "赞成 3 票" in told["表决"]
    assert "第 1 名，90 分，拟一等奖；复算第 1 名，90.00 分，一等奖" in told["名次"]


def test_r27_without_a_change_a_season_with_a_vote_is_judged_the_same_again(voted: Records) -> None:
    simulation = simulate(voted, None, Changes())
    assert {one.turn for one in simulation.compared} == {Turn.STAYS}
    assert [one.nomination_id for one in simulation.compared] == list(ORDER)
