"""What becomes of a withdrawal in every service (N-19): until the award is decided, and no longer."""

from __future__ import annotations

from uuid import UUID

import pytest

from contracts.errors import Conflict
from contracts.nomination import CloseNominations, ErasePersonalData, ErasureGround, NameNominees, WithdrawNomination
from contracts.publicity import CloseNotice, PublishNotice, ShowNotice
from contracts.review import FixShortlist, ListCases
from tests.services.county import County, awarded, on_notice, scored
from tests.services.sample import NOTICE_OVER, NOTICE_STARTS, SEASON, submit, unit

NOTICE = ShowNotice(season_id=SEASON)


def withdraw(county: County, nomination_id: UUID) -> None:
    """One of unit 1, which nominates the first two of every sample."""
    county.do("nomination", WithdrawNomination(nomination_id=nomination_id, unit_id=unit(1), reason="演示撤回"))
    county.settle()


def public_notice(county: County) -> str:
    return (county.folder / "site" / "notices" / f"{SEASON}.html").read_text("utf-8")


def test_an_awarded_nomination_is_not_withdrawn(county: County) -> None:
    first, *_ = awarded(county)
    stood = county.everything("nomination")
    with pytest.raises(Conflict, match=r"nomination\.awarded"):
        withdraw(county, first)
    assert county.everything("nomination") == stood


def test_an_erased_nomination_is_not_withdrawn(county: County) -> None:
    *_, below = scored(county, 4)
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    county.do("nomination", ErasePersonalData(nomination_id=below, ground=ErasureGround.CONSENT_WITHDRAWN))
    command = WithdrawNomination(nomination_id=below, unit_id=unit(2), reason="演示撤回")
    with pytest.raises(Conflict, match=r"nomination\.already_erased"):
        county.do("nomination", command)


def test_who_was_withdrawn_before_the_notice_is_left_off_it(county: County) -> None:
    nominations = scored(county, 3)
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    withdraw(county, nominations[0])
    county.clock.moment = NOTICE_STARTS
    county.do("publicity", PublishNotice(season_id=SEASON))
    county.settle()
    listed = [entry.nomination_id for entry in county.ask("publicity", NOTICE).entries]
    assert listed == nominations[1:]
    assert "已撤回" not in public_notice(county)


def test_a_withdrawal_heard_before_the_shortlist_keeps_the_name_off_the_notice(county: County) -> None:
    nominations = scored(county, 3)
    county.do("review", FixShortlist(season_id=SEASON))
    county.do("nomination", WithdrawNomination(nomination_id=nominations[1], unit_id=unit(1), reason="演示撤回"))
    county.settle()
    county.clock.moment = NOTICE_STARTS
    county.do("publicity", PublishNotice(season_id=SEASON))
    assert nominations[1] not in [entry.nomination_id for entry in county.ask("publicity", NOTICE).entries]


def test_a_running_notice_shows_that_an_entry_was_withdrawn_and_nothing_of_the_person(county: County) -> None:
    first, *others = on_notice(county)
    names = county.ask("nomination", NameNominees(nomination_ids=(first, *others))).rows
    gone = next(one for one in names if one.nomination_id == first)
    assert gone.name in public_notice(county)
    withdraw(county, first)
    page = public_notice(county)
    assert gone.name not in page
    assert page.count("已撤回") == 1
    assert [one.name for one in names if one.nomination_id != first and one.name not in page] == []
    assert county.ask("publicity", NOTICE).withdrawn == (first,)


def test_the_award_of_a_withdrawn_nomination_lapses_and_its_place_stays_vacant(county: County) -> None:
    first, *others = on_notice(county)
    withdraw(county, first)
    county.clock.moment = NOTICE_OVER
    county.do("publicity", CloseNotice(season_id=SEASON))
    county.settle()
    assert county.types("review").count("AwardLapsed") == 1
    rows = {row.nomination_id: row for row in county.ask("review", ListCases(season_id=SEASON)).rows}
    assert (rows[first].proposed_tier, rows[first].awarded_tier) == (None, None)
    assert [rows[one].awarded_tier for one in others] == ["二等奖", "二等奖"]
    assert county.types("publicity").count("ExemplarPublished") == 2


def test_a_withdrawal_while_nominations_are_open_is_remembered_once(county: County) -> None:
    command = submit(0)
    county.do("nomination", command)
    withdraw(county, command.nomination_id)
    county.do("nomination", CloseNominations(season_id=SEASON))
    county.settle()
    assert county.ask("publicity", NOTICE).withdrawn == (command.nomination_id,)
