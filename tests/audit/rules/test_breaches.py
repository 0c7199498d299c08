"""Each rule finds what breaks it, where it does, in logs that are whole; an untouched campaign breaks none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.records import read
from audit.rules.actors import MAY
from audit.rules.catalogue import RULES, breaches
from audit.rules.rule import Breach
from audit.verify import verify
from audit.vocabulary import VOCABULARIES
from eventlog.kernel_events import KERNEL_EVENTS
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST
from tests.audit.forging import Change, Edit, Envelope, Name, copied, dropped, edited, remade, story
from tests.services.sample import SEASON, an_id, unit


@dataclass(frozen=True)
class Planted:
    """``at`` are the events that break ``rule``, each with how far the change moved it."""

    rule: str
    change: Change
    at: tuple[tuple[Name, int], ...]


def data(**values: Any) -> Callable[[Envelope], None]:
    return lambda envelope: envelope["data"].update(values)


def otherwise(rule: str, log: str, kind: str, edit: Edit, nth: int = 0) -> Planted:
    """One event otherwise, which is what breaks the rule."""
    return Planted(rule, edited(log, kind, nth, edit), (((log, kind, nth), 0),))


def as_it_was(_whole: Envelope) -> None:
    pass


def also(rule: str, of: Name, after: Name, edit: Edit = as_it_was, *at: tuple[Name, int]) -> Planted:
    """A second event, after another of its log, which is what breaks the rule unless ``at`` says otherwise."""
    return Planted(rule, copied(of, after, edit), at or ((after, 1),))


def again(rule: str, log: str, kind: str, edit: Edit = as_it_was) -> Planted:
    """An event once more."""
    return also(rule, (log, kind, 0), (log, kind, 0), edit)


def without(rule: str, log: str, kind: str, *at: tuple[Name, int], nth: int = 0) -> Planted:
    """One event never was, and others should not have been without it."""
    return Planted(rule, dropped(log, kind, nth), at)


def put(*path: str | int, value: Any) -> Callable[[Envelope], None]:
    """A value deep in the event's data."""

    def edit(envelope: Envelope) -> None:
        holder = envelope["data"]
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = value

    return edit


def envelope(**values: Any) -> Callable[[Envelope], None]:
    return lambda whole: whole.update(values)


def swap_ranks(whole: Envelope) -> None:
    first, second, *_ = whole["data"]["entries"]
    first["nomination_id"], second["nomination_id"] = second["nomination_id"], first["nomination_id"]


def take_own(whole: Envelope) -> None:
    whole["data"]["reviewers"][0] = whole["data"]["recused"][0]["reviewer_id"]


def take_another(whole: Envelope) -> None:
    """Somebody of the pool who is neither on the panel nor recused."""
    recused = {one["reviewer_id"] for one in whole["data"]["recused"]}
    pool = [str(an_id(f"reviewer {number}")) for number in range(10)]
    whole["data"]["reviewers"][0] = next(one for one in pool if one not in {*whole["data"]["reviewers"], *recused})


def replace_the_successor(whole: Envelope) -> None:
    """Who is on the panel, and by then has signed."""
    whole["data"]["reviewer_id"] = whole["data"]["successor_id"]


def act_as(**values: str) -> Callable[[Envelope], None]:
    return lambda whole: whole["actor"].update(values)


def vote(whole: Envelope) -> None:
    """On two who are not tied."""
    order = [str(an_id("nomination 0")), str(an_id("nomination 1"))]
    told = {"season_id": str(SEASON), "order": order, "votes_for": 3, "votes_against": 2, "reason": "演示表决理由"}
    whole |= {"type": "TieBroken", "dataschema": whole["dataschema"].replace("PanelsDrawn", "TieBroken"), "data": told}


def lapse(whole: Envelope) -> None:
    """The award, though nobody withdrew the nomination."""
    ids = {name: whole["data"][name] for name in ("nomination_id", "season_id")}
    told = {**ids, "code": "case.withdrawn", "facts": {}}
    whole |= {"type": "AwardLapsed", "dataschema": whole["dataschema"].replace("AwardWithheld", "AwardLapsed")}
    whole["data"] = told


def of_the_awarded(whole: Envelope) -> None:
    whole["data"] |= {"nomination_id": str(FIRST), "unit_id": str(unit(1))}
    whole["subject"] = f"nomination-{FIRST}"


def end_at(day: str) -> Callable[[Envelope], None]:
    """The running notice is to end on another day than was told."""

    def edit(whole: Envelope) -> None:
        published, kind = whole["data"], whole["dataschema"].replace("NoticePublished", "NoticeExtended")
        told = {"season_id": str(SEASON), "ended_at": published["ends_at"], "ends_at": f"{day}T17:30:00+08:00"}
        whole |= {"type": "NoticeExtended", "dataschema": kind, "data": {**told, "calendar": "演示"}}

    return edit


def erase_the_awarded(whole: Envelope) -> None:
    whole["data"]["nomination_id"] = str(FIRST)
    whole["subject"] = f"custody-{FIRST}"


N, R, P, I, G = VOCABULARIES  # noqa: E741 -- the requirements' own letters
SHORTLIST = (R, "ShortlistFixed", 0)
AWARDS = ((R, "AwardDecided", 0), (R, "AwardDecided", 1))
PLANTED = [
    otherwise("legal_basis", N, "SeasonOpened", put("basis", "kind", value="B")),
    otherwise("legal_basis", N, "SeasonOpened", put("basis", "document_number", value=" ")),
    otherwise("project_name", N, "SeasonOpened", data(name="全国演示")),
    otherwise("project_name", N, "SeasonOpened", put("basis", "project_name", value="演示" * 13)),
    otherwise("phases_in_order", N, "SeasonOpened", put("phases", 0, "ends_on", value="2026-02-01")),
    otherwise("phases_in_order", N, "SeasonOpened", put("phases", 1, "starts_on", value="2026-02-01")),
    otherwise("weights", N, "SeasonOpened", put("rules", "rubric", 0, "weight", value=50)),
    otherwise("pass_fail_weighs_nothing", N, "SeasonOpened", put("rules", "rubric", 2, "weight", value=10)),
    otherwise("panel_by_rule", N, "SeasonOpened", put("rules", "panel_size", value=4)),
    otherwise("panel_by_rule", N, "SeasonOpened", put("rules", "trim_from", value=4)),
    again("rules_fixed", N, "SeasonOpened"),
    otherwise("rules_fixed", R, "RoundOpened", put("rules", "unit_quota", value=9)),
    otherwise("rules_fixed", P, "NoticePlanned", put("basis", "document_number", value="另一文号")),
    otherwise("rules_fixed", I, "DrawPlanned", data(draw_count=1)),
    otherwise("in_an_opened_season", R, "CaseOpened", data(season_id=str(an_id("nowhere"))), nth=4),
    otherwise("submitted_in_phase", N, "NominationSubmitted", envelope(time="2026-05-15T01:00:00+00:00")),
    also("submitted_in_phase", (N, "NominationSubmitted", 0), (N, "NominationsClosed", 0)),
    otherwise("closed_once", N, "NominationsClosed", data(nominations=9)),
    again("closed_once", N, "NominationsClosed"),
    otherwise("within_quota", N, "NominationSubmitted", data(unit_id=str(unit(1))), nth=2),
    without("places_kept", N, "PlaceTaken", ((N, "NominationSubmitted", 0), 0)),
    without("places_kept", N, "PlaceReturned", ((N, "NominationWithdrawn", 0), 0)),
    also(
        "declined_means_none",
        (N, "NominationDeclined", 0),
        (N, "UnitRegistered", 3),
        data(unit_id=str(unit(1))),
        ((N, "NominationSubmitted", 0), 1),
        ((N, "NominationSubmitted", 1), 1),
    ),
    again("one_nomination_a_person", N, "NomineeReserved", data(nomination_id=str(an_id("other")))),
    without("one_nomination_a_person", N, "NomineeReserved", ((N, "NominationSubmitted", 0), 0)),
    otherwise("within_word_limit", N, "NominationSubmitted", data(words=1501)),
    otherwise("as_filed", N, "NominationSubmitted", data(words=8)),
    otherwise("as_filed", N, "NominationSubmitted", data(rank_in_unit=2)),
    otherwise("as_filed", N, "NominationSubmitted", data(unit_id=str(an_id("no unit")))),
    without("as_filed", N, "NominationFiled", ((N, "NominationSubmitted", 0), -1)),
    otherwise("agreed_to", N, "NominationFiled", put("form", "acknowledged", value=False)),
    otherwise("agreed_to", N, "NominationFiled", put("form", "decided_on", value=None)),
    otherwise("agreed_to", N, "NominationFiled", put("form", "decided_on", value="2026-04-02")),
    otherwise("withdrawn_in_time", N, "NominationWithdrawn", data(unit_id=str(unit(1)))),
    again("withdrawn_in_time", N, "NominationWithdrawn"),
    also("withdrawn_in_time", (N, "NominationWithdrawn", 0), (N, "ErasureRefused", 0), of_the_awarded),
    also("withdrawn_in_time", (N, "NominationWithdrawn", 0), (N, "PersonalDataErased", 0)),
    otherwise("panel_size", R, "ReviewersAssigned", lambda whole: whole["data"]["reviewers"].pop()),
    otherwise("panel_size", R, "ReviewersAssigned", put("reviewers", 0, value=str(an_id("stranger")))),
    otherwise("panel_as_drawn", R, "ReviewersAssigned", take_another),
    without("panel_as_drawn", R, "ReviewersAssigned", ((R, "PanelsDrawn", 0), 0)),
    without("nobody_left_out", R, "CaseOpened", ((N, "NominationSubmitted", 0), 0)),
    otherwise("no_own_unit", R, "ReviewersAssigned", take_own),
    otherwise("no_own_unit", R, "ScoreSigned", data(reviewer_id=str(an_id("reviewer 1")))),
    otherwise("replaced_unsigned", R, "ReviewerReplaced", data(reviewer_id=str(an_id("stranger")))),
    again("replaced_unsigned", R, "ReviewerReplaced"),
    also("replaced_unsigned", (R, "ReviewerReplaced", 0), (R, "ReviewCompleted", 3), replace_the_successor),
    otherwise("successor_as_drawn", R, "ReviewerReplaced", data(successor_id=str(an_id("stranger")))),
    again("signed_once", R, "ScoreSigned"),
    otherwise("signed_once", R, "ScoreSigned", data(reviewer_id=str(an_id("reviewer 1")))),
    otherwise("scored_in_phase", R, "ScoreSigned", envelope(time="2026-06-15T01:00:00+00:00")),
    otherwise("total_by_rubric", R, "ScoreSigned", data(total="99.99")),
    otherwise("total_by_rubric", R, "ScoreSigned", put("scores", 0, "points", value="100.5")),
    otherwise("total_by_rubric", R, "ScoreSigned", put("scores", 0, "points", value="92.55")),
    otherwise("total_by_rubric", R, "ScoreSigned", put("scores", 2, "points", value="50")),
    otherwise("total_by_rubric", R, "ScoreSigned", lambda whole: whole["data"]["scores"].pop()),
    otherwise("aggregate", R, "ScoreAggregated", data(mean="99.99")),
    otherwise("aggregate", R, "ScoreAggregated", data(plain_mean="99.99")),
    otherwise("aggregate", R, "ScoreAggregated", data(leading_mean="99.99")),
    otherwise("aggregate", R, "ScoreAggregated", data(failed=True)),
    otherwise("aggregate", R, "ScoreAggregated", lambda whole: whole["data"]["dropped"].pop()),
    otherwise("completed_by_all", R, "ReviewCompleted", data(score="99.99")),
    otherwise("completed_by_all", R, "ReviewCompleted", data(reviewers=6)),
    without("completed_by_all", R, "ScoreSigned", ((R, "ReviewCompleted", 0), -1)),
    otherwise("ranked", *SHORTLIST[:2], swap_ranks),
    otherwise("ranked", *SHORTLIST[:2], put("entries", 0, "rank", value=2)),
    otherwise("ranked", *SHORTLIST[:2], put("entries", 0, "score", value="95.00")),
    otherwise("ranked", *SHORTLIST[:2], put("entries", 0, "nomination_id", value=str(an_id("nomination 4")))),
    also("voted_on_a_tie", (R, "PanelsDrawn", 0), (R, "ReviewCompleted", 4), vote),
    also("voted_on_a_tie", (R, "PanelsDrawn", 0), (R, "PanelsDrawn", 0), vote),
    otherwise("tiers_filled", *SHORTLIST[:2], put("entries", 1, "tier", value="一等奖")),
    otherwise("tiers_filled", *SHORTLIST[:2], put("tiers", 2, "vacant", value=0)),
    otherwise("tiers_filled", *SHORTLIST[:2], put("entries", 2, "score", value="79.99")),
    without("all_scored", R, "ReviewCompleted", (SHORTLIST, -1), nth=3),
    again("all_scored", *SHORTLIST[:2]),
    otherwise("long_enough", P, "NoticePublished", data(ends_at="2026-06-05T17:30:00+08:00")),
    otherwise("long_enough", P, "NoticePublished", data(published_at="2026-05-20T01:00:00+00:00")),
    also("only_extended", (P, "NoticePublished", 0), (P, "NoticePublished", 0), end_at("2026-06-05")),
    also("only_extended", (P, "NoticePublished", 0), (P, "NoticeClosed", 0), end_at("2026-06-09")),
    otherwise("closed_after_its_end", P, "NoticeClosed", data(closed_at="2026-06-08T01:00:00+00:00")),
    otherwise("closed_after_its_end", P, "NoticeClosed", envelope(time="2026-06-08T01:00:00+00:00")),
    again("closed_after_its_end", P, "NoticeClosed"),
    otherwise("lists_the_shortlist", P, "NoticePublished", lambda whole: whole["data"]["entries"].pop()),
    otherwise("lists_the_shortlist", P, "NoticePublished", put("entries", 0, "tier", value="二等奖")),
    Planted(
        "lists_the_shortlist",
        edited(P, "EntryWithdrawn", 0, data(nomination_id=str(FIRST))),
        (((P, "NoticePublished", 0), 0),),
    ),
    also("objected_on_notice", (R, "ObjectionRaised", 0), SHORTLIST, data(objection_id=str(an_id("objection 9")))),
    again("objected_on_notice", R, "ObjectionRaised"),
    again("ruled_once", R, "ObjectionRuled"),
    otherwise("ruled_once", R, "ObjectionRuled", data(objection_id=str(an_id("objection 9")))),
    without("after_the_notice", R, "NoticeEnded", *((award, -1) for award in AWARDS)),
    otherwise("after_the_notice", R, "AwardDecided", data(tier="三等奖")),
    otherwise("after_the_notice", R, "AwardDecided", data(decided_on="2020-01-01")),
    without("nobody_left_undecided", R, "AwardDecided", ((R, "NoticeEnded", 0), 0)),
    without("without_open_objection", R, "ObjectionRuled", (AWARDS[1], -1), nth=1),
    Planted("without_open_objection", edited(R, "ObjectionRuled", 1, data(upheld=True)), ((AWARDS[1], 0),)),
    Planted(
        "withheld_for_a_reason", edited(R, "ObjectionRuled", 0, data(upheld=False)), (((R, "AwardWithheld", 0), 0),)
    ),
    also("lapsed_with_the_nomination", (R, "AwardWithheld", 0), (R, "AwardWithheld", 0), lapse),
    otherwise("as_shortlisted", R, "AwardDecided", data(score="95.00")),
    again("as_shortlisted", R, "AwardDecided"),
    otherwise("within_places", R, "AwardDecided", data(tier="一等奖"), nth=1),
    otherwise("exemplars_are_awarded", P, "ExemplarPublished", data(tier="二等奖")),
    again("exemplars_are_awarded", P, "ExemplarPublished"),
    otherwise("exemplars_are_awarded", P, "ExemplarPublished", data(nomination_id=str(an_id("nomination 3")))),
    otherwise("pool_as_published", I, "PoolPublished", data(pool_hash="0" * 64)),
    otherwise("pool_as_published", I, "PoolPublished", lambda whole: whole["data"]["pool"].pop()),
    otherwise("drawn_as_seeded", I, "InspectionDrawn", data(seed="另一种子")),
    otherwise("drawn_as_seeded", I, "InspectionDrawn", data(seed_source="另一来源")),
    again("drawn_as_seeded", I, "InspectionDrawn"),
    otherwise("inspectors_as_seeded", I, "InspectionOpened", lambda whole: whole["data"]["inspectors"].reverse()),
    otherwise("inspectors_as_seeded", I, "InspectionOpened", data(unit_id=str(an_id("no unit")))),
    otherwise("found_by_those_sent", I, "InspectionReported", data(findings=5)),
    otherwise("found_by_those_sent", I, "FindingRecorded", data(inspector_id=str(an_id("inspector 9")))),
    otherwise("found_by_those_sent", I, "InspectionReported", act_as(subject=str(an_id("inspector 9")))),
    otherwise("followed_up", I, "FollowUpsScheduled", data(due_on=["2026-09-16", "2026-12-15"])),
    again("erased_only_unheld", N, "PersonalDataErased", erase_the_awarded),
    also("erased_only_unheld", (N, "PersonalDataErased", 0), (N, "ErasureRefused", 0), erase_the_awarded),
    without("shortlisted_are_held", N, "LegalHoldPlaced", ((N, "SelectionMade", 0), 0)),
    without("erasure_acknowledged", R, "PersonalDataErasureAcknowledged", ((N, "PersonalDataErased", 0), 0)),
    otherwise("caused", R, "CaseOpened", lambda whole: whole.pop("cause")),
    otherwise("caused", P, "NoticeDrafted", lambda whole: whole.pop("cause")),
    otherwise("caused", R, "CaseOpened", data(nomination_id=str(an_id("nomination 4")))),
    otherwise("caused", R, "AwardWithheld", lambda whole: whole.pop("cause")),
    otherwise("caused", N, "LegalHoldPlaced", data(nomination_id=str(an_id("nomination 3")))),
    Planted(
        "commanded_once",
        copied((R, "RoundOpened", 0), (R, "RoundOpened", 0), as_it_was, by_another_command=False),
        (((R, "RoundOpened", 0), 1),),
    ),
    otherwise("role_may", *SHORTLIST[:2], act_as(role="评委")),
    otherwise("role_may", R, "ObjectionRuled", act_as(role="办公室", account="office")),
    otherwise("own_matters", R, "ScoreSigned", act_as(subject=str(an_id("reviewer 0")))),
    otherwise("own_matters", N, "NominationSubmitted", act_as(subject=str(unit(2)))),
    otherwise("known_account", R, "ObjectionRuled", act_as(account="nobody")),
    otherwise("known_account", P, "ExemplarPublished", act_as(account="system:review")),
    otherwise("known_account", G, "SignedOut", act_as(account="nobody")),
]


def found(folder: Path) -> list[Breach]:
    return list(breaches(read(open_copies(folder), lambda _log, _done: None)))


def test_an_untouched_campaign_breaks_no_rule(copy: Path) -> None:
    assert found(copy) == []
    answer = ask("rules", copy)
    assert (answer.code, "违反" in answer.out) == (Exit.CLEAN, False)


def test_a_campaign_made_anew_without_a_change_breaks_no_rule(played: Path, tmp_path: Path) -> None:
    assert found(remade(played, tmp_path / "anew", lambda event, _story: [event.envelope])) == []


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{number}-{one.rule}" for number, one in enumerate(PLANTED)])
def test_a_planted_breach_is_named_where_it_is(played: Path, tmp_path: Path, planted: Planted) -> None:
    folder = remade(played, tmp_path / "anew", planted.change)
    assert verify(open_copies(folder), lambda _log, _done: None).findings == []
    events = story(played)
    expected = {(name[0], events[name].position + moved) for name, moved in planted.at}
    assert {(one.log, one.position) for one in found(folder) if one.rule == planted.rule} == expected


def test_a_breach_ends_with_1_and_is_told_with_its_requirement(played: Path, tmp_path: Path) -> None:
    folder = remade(played, tmp_path / "anew", edited(*SHORTLIST, act_as(role="评委")))
    position = story(played)[SHORTLIST].position
    answer = ask("rules", folder)
    assert answer.code == Exit.FOUND
    assert f"✗ G-01 评审（review）第 {position} 号（role_may）：评委（office）不能办理 ShortlistFixed" in answer.out
    as_told = told("rules", folder)["breaches"][0]
    assert (as_told["rule"], as_told["requirement"], as_told["position"]) == ("role_may", "G-01", position)


def test_every_rule_has_a_planted_breach_and_a_requirement() -> None:
    assert {one.rule for one in PLANTED} == {one.name for one in RULES}
    assert len({one.name for one in RULES}) == len(RULES)
    assert all(re.fullmatch(r"[NRPIXG]-\d\d", one.requirement) for one in RULES)


def test_who_may_do_it_is_said_of_every_event() -> None:
    of_services = {kind for vocabulary in VOCABULARIES.values() for kind in vocabulary.versions}
    assert MAY.keys() == of_services | {kind.__name__ for kind in KERNEL_EVENTS}
