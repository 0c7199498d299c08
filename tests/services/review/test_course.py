"""Review's handlers, policies and views on a real store, from the nominations' end to the awards."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from contracts.actor import Actor, Role
from contracts.errors import Conflict, Forbidden, NotFound, Problem
from contracts.nomination import CloseNominations, ExemplarKind, WithdrawNomination
from contracts.review import (
    AssignReviewers,
    CasePage,
    EnrolReviewer,
    FixShortlist,
    ListCases,
    ListReviewers,
    ObjectionText,
    ObjectorKind,
    RaiseObjection,
    ReadObjection,
    Recusal,
    ReplacementGround,
    ReplaceReviewer,
    RuleObjection,
    ShowCase,
    ShowRound,
)
from contracts.rpc import result_of
from eventlog.codec import from_json
from eventlog.stream import StreamName
from services.review.events import CaseOpened
from tests.eventlog.sample import provenance
from tests.services.county import (
    LEADER,
    County,
    assigned,
    awarded,
    lose_on_the_way,
    nominated,
    on_notice,
    reviewer,
    scored,
)
from tests.services.sample import NOTICE_OVER, SEASON, an_id, points, sign, submit, unit

ROUND = ShowRound(season_id=SEASON)


def objecting(nomination_id: object, name: str = "objection") -> RaiseObjection:
    return RaiseObjection(
        objection_id=an_id(name),
        nomination_id=nomination_id,  # type: ignore[arg-type]  # a UUID from a list of them
        objector=ObjectorKind.INDIVIDUAL,
        name="钱演示",
        contact="000-0000",
        content="演示异议内容",
    )


def ruling(nomination_id: object, *, upheld: bool) -> RuleObjection:
    return RuleObjection(
        nomination_id=nomination_id,  # type: ignore[arg-type]  # as above
        objection_id=an_id("objection"),
        upheld=upheld,
        reason="演示裁定理由",
    )


def test_panels_are_drawn_once_and_only_after_the_nominations_end(county: County) -> None:
    command = AssignReviewers(season_id=SEASON, seed="演示种子")
    with pytest.raises(Conflict, match=r"round\.not_closed"):
        county.do("review", command)
    assigned(county, 4)
    with pytest.raises(Conflict, match=r"round\.already_assigned"):
        county.do("review", command)


def test_r01_too_few_reviewers_leave_no_half_drawn_panels(county: County) -> None:
    nominated(county, 4)
    stood = county.everything("review")
    with pytest.raises(Conflict, match=r"round\.too_few_reviewers"):
        county.do("review", AssignReviewers(season_id=SEASON, seed="演示种子"))
    assert county.everything("review") == stood


def test_a_nomination_that_did_not_arrive_holds_the_panels_back_until_it_is_withdrawn(county: County) -> None:
    commands = [submit(number, 1 + number // 2) for number in range(3)]
    for command in commands:
        county.do("nomination", command)
    lose_on_the_way(county, commands[0].nomination_id)
    county.do("nomination", CloseNominations(season_id=SEASON))
    county.settle()
    for one in range(6):
        county.do("review", EnrolReviewer(reviewer_id=an_id(f"reviewer {one}"), name="评演示", unit_id=unit(one % 4)))
    assign = AssignReviewers(season_id=SEASON, seed="演示种子")
    with pytest.raises(Conflict, match="3 份推荐，其中 1 份还没有到评审"):
        county.do("review", assign)
    for lost in commands[:2]:
        withdrawal = WithdrawNomination(nomination_id=lost.nomination_id, unit_id=lost.unit_id, reason="演示撤回")
        county.do("nomination", withdrawal)
    county.settle()
    county.do("review", assign)
    assert county.types("review").count("ReviewersAssigned") == 1


def test_a_signature_again_is_one_signature(county: County) -> None:
    (nomination_id,) = assigned(county, 1)
    one = county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers[0]
    actor = Actor(account="reviewer", role=Role.REVIEWER, subject_id=one)
    key, command = uuid4(), sign(nomination_id, one, points("80"))
    first = county.do("review", command, actor, command_id=key)
    stood = county.everything("review")
    assert county.do("review", command, actor, command_id=key) == first
    assert county.everything("review") == stood
    with pytest.raises(Conflict, match=r"case\.already_scored"):
        county.do("review", command, actor)


def test_nobody_signs_for_another_reviewer(county: County) -> None:
    (nomination_id,) = assigned(county, 1)
    one, other = county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers[:2]
    stood = county.everything("review")
    with pytest.raises(Forbidden, match=r"identity\.not_own"):
        actor = Actor(account="reviewer", role=Role.REVIEWER, subject_id=one)
        county.do("review", sign(nomination_id, other, points("80")), actor)
    assert county.everything("review") == stood


def test_r02_a_reviewer_sees_only_own_cases_and_of_the_panel_only_oneself(county: County) -> None:
    nominations = scored(county, 4)
    for number in range(6):
        actor = reviewer(number)
        listed = {row.nomination_id for row in county.ask("review", ListCases(season_id=SEASON), actor).rows}
        for nomination_id in nominations:
            if nomination_id in listed:
                shown = county.ask("review", ShowCase(nomination_id=nomination_id), actor)
                assert [sheet.reviewer_id for sheet in shown.score_sheets] == [actor.subject_id]
                assert (shown.reviewers, shown.recused) == ((actor.subject_id,), ())
            else:
                with pytest.raises(NotFound, match=r"case\.not_found"):
                    county.ask("review", ShowCase(nomination_id=nomination_id), actor)
    assert all(row.assigned == row.scored for row in county.ask("review", ListReviewers(season_id=SEASON)).rows)


def test_a_withdrawn_nomination_is_neither_assigned_nor_awarded(county: County) -> None:
    nominations = on_notice(county)
    withdrawal = WithdrawNomination(nomination_id=nominations[0], unit_id=unit(1), reason="演示撤回")
    county.do("nomination", withdrawal)
    county.settle()
    county.clock.moment = NOTICE_OVER
    county.hosted["publicity"].loops[-1].close_due()  # type: ignore[attr-defined]  # the watcher of notice periods
    county.settle()
    assert county.types("review").count("AwardDecided") == 2
    assert county.ask("review", ShowCase(nomination_id=nominations[0])).row.awarded_tier is None


def test_unscored_cases_hold_the_shortlist_back(county: County) -> None:
    assigned(county, 2)
    stood = county.everything("review")
    with pytest.raises(Conflict, match=r"round\.unscored_cases"):
        county.do("review", FixShortlist(season_id=SEASON))
    assert county.everything("review") == stood


def test_a_case_without_a_panel_holds_the_shortlist_back(county: County) -> None:
    scored(county, 2)
    late = CaseOpened(
        nomination_id=an_id("late"), season_id=SEASON, unit_id=unit(4), kind=ExemplarKind.EMERGING, frontline=True
    )
    with county.hosted["review"].log.transaction() as tx:
        tx.append(StreamName("case", late.nomination_id), [late], -1, provenance())
    with pytest.raises(Conflict, match="还有 1 份材料没有评完"):
        county.do("review", FixShortlist(season_id=SEASON))


def test_r12_the_shortlist_follows_the_scores_and_is_fixed_once(county: County) -> None:
    nominations = scored(county, 4)
    county.do("review", FixShortlist(season_id=SEASON))
    rows = county.ask("review", ListCases(season_id=SEASON)).rows
    assert [(row.nomination_id, row.rank, row.proposed_tier) for row in rows] == [
        (nominations[0], 1, "一等奖"),
        (nominations[1], 2, "二等奖"),
        (nominations[2], 3, "二等奖"),
        (nominations[3], None, None),
    ]
    with pytest.raises(Conflict, match=r"round\.shortlist_fixed"):
        county.do("review", FixShortlist(season_id=SEASON))


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_of_cases_cover_everything_once(county: County, limit: int) -> None:
    nominations = scored(county, 5)
    county.do("review", FixShortlist(season_id=SEASON))
    seen, after = [], None
    while True:
        page: CasePage = county.ask("review", ListCases(season_id=SEASON, limit=limit, after=after))
        seen += [row.nomination_id for row in page.rows]
        if (after := page.following) is None:
            break
    assert seen[:3] == nominations[:3]
    assert sorted(seen) == sorted(nominations)


@pytest.mark.parametrize(("limit", "after"), [(0, None), (201, None), (50, "next"), (50, "一 二")])
def test_a_strange_page_is_refused_and_breaks_nothing(county: County, limit: int, after: str | None) -> None:
    with pytest.raises(Problem, match=r"request\.invalid"):
        county.ask("review", ListCases(season_id=SEASON, limit=limit, after=after))


def test_r16_s42_an_open_objection_defers_one_award_and_no_other(county: County) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[1]))
    county.clock.moment = NOTICE_OVER
    county.hosted["publicity"].loops[-1].close_due()  # type: ignore[attr-defined]  # the watcher of notice periods
    county.settle()
    decided = [county.ask("review", ShowCase(nomination_id=one)).row.awarded_tier for one in nominations]
    assert decided == ["一等奖", None, "二等奖"]
    assert county.ask("review", ROUND).open_objections == 1


@pytest.mark.parametrize(("upheld", "tier"), [(True, None), (False, "二等奖")])
def test_r16_s42_the_ruling_decides_the_award_that_waited_for_it(
    county: County, tier: str | None, *, upheld: bool
) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[1]))
    county.clock.moment = NOTICE_OVER
    county.hosted["publicity"].loops[-1].close_due()  # type: ignore[attr-defined]  # the watcher of notice periods
    county.settle()
    key = uuid4()
    first = county.do("review", ruling(nominations[1], upheld=upheld), LEADER, command_id=key)
    assert county.do("review", ruling(nominations[1], upheld=upheld), LEADER, command_id=key) == first
    shown = county.ask("review", ShowCase(nomination_id=nominations[1]))
    assert (shown.row.awarded_tier, shown.row.open_objections) == (tier, 0)
    assert [(one.state, one.reason) for one in shown.objections] == [("成立" if upheld else "不成立", "演示裁定理由")]
    assert county.types("review").count("AwardDecided") == 2 + (not upheld)


def test_an_objection_number_is_used_once_for_a_case_and_free_for_another(county: County) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[0]))
    with pytest.raises(Conflict, match=r"objection\.already_raised"):
        county.do("review", objecting(nominations[0]))
    county.do("review", objecting(nominations[1]))
    county.do("review", ruling(nominations[1], upheld=True), LEADER)
    states = [county.ask("review", ShowCase(nomination_id=one)).objections[0].state for one in nominations[:2]]
    assert states == ["待裁定", "成立"]


def test_r19_the_objector_is_in_no_message_and_on_no_page(county: County) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[0]))
    published = [one.leaf.decode() for one in county.hosted["review"].log.read_published(0, 1000)]
    assert [leaf for leaf in published if "钱演示" in leaf or "演示异议内容" in leaf] == []
    assert "钱演示" not in repr(county.ask("review", ShowCase(nomination_id=nominations[0])))


def test_r02_a_season_goes_on_with_a_successor_for_a_reviewer_who_cannot_score(county: County) -> None:
    nominations = assigned(county, 4)
    before = county.ask("review", ShowCase(nomination_id=nominations[0]))
    leaving = before.reviewers[0]
    recused = ReplaceReviewer(nomination_id=nominations[0], reviewer_id=leaving, ground=ReplacementGround.RECUSED)
    county.do("review", recused)
    after = county.ask("review", ShowCase(nomination_id=nominations[0]))
    assert len(set(after.reviewers) - set(before.reviewers)) == 1
    assert (len(after.reviewers), leaving in after.reviewers) == (3, False)
    assert set(after.recused) - set(before.recused) == {Recusal(reviewer_id=leaving, reason="应当回避")}
    assert {an_id("reviewer 1"), an_id("reviewer 5")}.isdisjoint(after.reviewers), "of the nominee's own unit"
    with pytest.raises(Conflict, match=r"case\.not_assigned"):
        county.do("review", sign(nominations[0], leaving, points("90")), _reviewer_of(leaving))
    for nomination_id in nominations:
        for one in county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers:
            county.do("review", sign(nomination_id, one, points("90")), _reviewer_of(one))
    assert county.ask("review", ROUND).completed == 4


def test_r02_who_has_fewest_cases_succeeds(county: County) -> None:
    nominations = assigned(county, 6)
    county.do("review", EnrolReviewer(reviewer_id=an_id("reviewer 6"), name="评演示", unit_id=unit(9)))
    for nomination_id in nominations[:2]:
        panel = county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers
        absent = ReplaceReviewer(nomination_id=nomination_id, reviewer_id=panel[0], ground=ReplacementGround.ABSENT)
        county.do("review", absent)
        assert an_id("reviewer 6") in county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers


def test_r02_nobody_is_replaced_who_signed_or_was_never_on_the_panel(county: County) -> None:
    nominations = assigned(county, 4)
    panel = county.ask("review", ShowCase(nomination_id=nominations[0])).reviewers
    county.do("review", sign(nominations[0], panel[0], points("90")), _reviewer_of(panel[0]))
    for one, code in ((panel[0], "case.reviewer_signed"), (an_id("nobody"), "case.not_on_panel")):
        command = ReplaceReviewer(nomination_id=nominations[0], reviewer_id=one, ground=ReplacementGround.OVERDUE)
        assert county.reply("review", command)["problem"]["code"] == code


def test_r02_when_nobody_is_left_to_succeed_the_office_is_told_so_and_the_panel_stands(county: County) -> None:
    nominations = assigned(county, 4)
    codes = []
    for _ in range(6):
        panel = county.ask("review", ShowCase(nomination_id=nominations[0])).reviewers
        command = ReplaceReviewer(nomination_id=nominations[0], reviewer_id=panel[0], ground=ReplacementGround.ABSENT)
        codes.append(county.reply("review", command).get("problem", {}).get("code"))
    assert codes[-1] == "case.no_successor"
    assert county.ask("review", ShowCase(nomination_id=nominations[0])).reviewers == panel


def _reviewer_of(reviewer_id: UUID) -> Actor:
    return next(reviewer(number) for number in range(6) if reviewer(number).subject_id == reviewer_id)


def test_r19_who_rules_an_objection_reads_it_and_that_is_logged(county: County) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[0]))
    reading = ReadObjection(nomination_id=nominations[0], objection_id=an_id("objection"))
    text: ObjectionText = from_json(ObjectionText, result_of(county.reply("review", reading, LEADER)))
    assert (text.objector, text.name, text.contact, text.content) == (
        ObjectorKind.INDIVIDUAL, "钱演示", "000-0000", "演示异议内容",
    )  # fmt: skip
    logged = list(county.hosted["review"].log.read())[-1]
    assert (logged.type, logged.actor["account"]) == ("ObjectionRead", LEADER.account)


def test_r19_nobody_else_reads_an_objection_and_none_reads_what_is_not_there(county: County) -> None:
    nominations = on_notice(county)
    county.do("review", objecting(nominations[0]))
    head = county.head("review")
    reading = ReadObjection(nomination_id=nominations[0], objection_id=an_id("objection"))
    for role in Role:
        if role is not Role.LEADER:
            refused = county.reply("review", reading, Actor(account="演示", role=role, subject_id=unit(1)))
            assert refused["problem"]["kind"] == "Forbidden", role
    other = replace(reading, objection_id=an_id("another"))
    assert county.reply("review", other, LEADER)["problem"]["code"] == "objection.not_found"
    assert county.head("review") == head


def test_the_round_counts_what_happened(county: County) -> None:
    awarded(county)
    view = county.ask("review", ROUND)
    assert (view.state, view.cases, view.completed, view.sheets_expected, view.sheets_signed, view.awards) == (
        "公示已满", 3, 3, 9, 9, 3,
    )  # fmt: skip
    assert [(band.least, band.count) for band in view.distribution] == [(90, 3)]
