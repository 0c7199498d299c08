"""Panels and scores: drawn, recused, signed once, in their phase, by the rubric (R-01 to R-04, R-09)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from audit import recompute
from audit.records import Records
from audit.rules.nominating import outside
from audit.rules.rule import Found, rule
from contracts.nomination import Criterion, NominationSubmitted, NominationWithdrawn, PhaseName
from contracts.review import ReviewCompleted, ShortlistFixed
from eventlog.event import Recorded
from services.review.events import (
    CaseOpened,
    CaseWithdrawn,
    PanelsDrawn,
    ReviewerEnrolled,
    ReviewerReplaced,
    ReviewersAssigned,
    ScoreSigned,
)

TENTH = Decimal("0.1")


@rule("R-01", "每份材料的评委人数与规则包相同，各不相同，都已入库")
def panel_size(records: Records) -> Found:
    enrolled = {data.reviewer_id: event.position for event, data in records.of(ReviewerEnrolled)}
    for event, assigned in records.of(ReviewersAssigned):
        rules = records.rules(assigned.season_id)
        if rules and len(set(assigned.reviewers)) != rules.panel_size:
            yield event, f"不同的评委有 {len(set(assigned.reviewers))} 位，应为 {rules.panel_size} 位"
        for one in assigned.reviewers:
            if enrolled.get(one, event.position) >= event.position:
                yield event, f"评委 {one} 没有入库"


@rule("R-12", "报送而没有撤回的推荐件，提出建议名单之前都进入了评审")
def nobody_left_out(records: Records) -> Found:
    withdrawn = {data.nomination_id: event for event, data in records.of(NominationWithdrawn)}
    opened = {data.nomination_id: event for event, data in records.of(CaseOpened)}
    for shortlist, fixed in records.of(ShortlistFixed):
        for event, submitted in records.of(NominationSubmitted):
            settled = [one[submitted.nomination_id] for one in (withdrawn, opened) if submitted.nomination_id in one]
            if submitted.season_id == fixed.season_id and all(one.hlc > shortlist.hlc for one in settled):
                yield event, f"没有进入评审，建议名单却已提出（评审日志第 {shortlist.position} 号）"


@rule("R-01", "评委由公开的种子抽取，复算相同")
def panel_as_drawn(records: Records) -> Found:
    for event, drawn in records.of(PanelsDrawn):
        rules = records.rules(drawn.season_id)
        if rules is None:
            continue
        panels = recompute.panels(
            drawn.seed, rules.panel_size, _waiting(records, drawn.season_id, event), _enrolled(records, event)
        )
        assigned = {
            data.nomination_id: (one, set(data.reviewers))
            for one, data in records.of(ReviewersAssigned)
            if data.season_id == drawn.season_id
        }
        for nomination, panel in panels.items():
            if nomination not in assigned:
                yield event, f"材料 {nomination} 没有分派"
            elif assigned[nomination][1] != panel:
                yield assigned[nomination][0], "评委与按种子复算的不同"
        for nomination in assigned.keys() - panels.keys():
            yield assigned[nomination][0], "这份材料不在抽取之列"


@rule("R-02", "评委不评本单位推荐的人")
def no_own_unit(records: Records) -> Found:
    for event, assigned in records.of(ReviewersAssigned):
        for one in assigned.reviewers:
            if _is_own(records, one, assigned.nomination_id):
                yield event, f"评委 {one} 与被推荐人同单位"
    for event, signed in records.of(ScoreSigned):
        if _is_own(records, signed.reviewer_id, signed.nomination_id):
            yield event, f"评委 {signed.reviewer_id} 与被推荐人同单位"
        assigned_to = [one.data for one in records.before(event) if isinstance(one.data, ReviewersAssigned)]
        if any(one.reviewer_id == signed.reviewer_id for data in assigned_to for one in data.recused):
            yield event, f"评委 {signed.reviewer_id} 已经回避"


@rule("R-02", "换下的评委在组内，还没有签名")
def replaced_unsigned(records: Records) -> Found:
    for event, replaced in records.of(ReviewerReplaced):
        earlier = [one.data for one in records.before(event)]
        if replaced.reviewer_id not in panel(earlier):
            yield event, f"评委 {replaced.reviewer_id} 不在评委组里"
        if _has_signed(replaced.reviewer_id, earlier):
            yield event, f"评委 {replaced.reviewer_id} 已经签名"


@rule("R-02", "接替的评委由同一种子抽取，复算相同")
def successor_as_drawn(records: Records) -> Found:
    seeds = {drawn.season_id: drawn.seed for _, drawn in records.of(PanelsDrawn)}
    for event, replaced in records.of(ReviewerReplaced):
        may = _may_succeed(records, event, replaced)
        seed = seeds.get(replaced.season_id, "")
        if recompute.successor(seed, replaced.nomination_id, replaced.reviewer_id, may) != replaced.successor_id:
            yield event, "接替的评委与按种子复算的不同"


@rule("R-09", "分派到的评委才能评分，签名一次，评完或撤回之后不再有评分")
def signed_once(records: Records) -> Found:
    for event, signed in records.of(ScoreSigned):
        earlier = [one.data for one in records.before(event)]
        if signed.reviewer_id not in panel(earlier):
            yield event, f"材料没有分派给评委 {signed.reviewer_id}"
        if _has_signed(signed.reviewer_id, earlier):
            yield event, f"评委 {signed.reviewer_id} 已经签名"
        if any(isinstance(one, ReviewCompleted | CaseWithdrawn) for one in earlier):
            yield event, "评审已经结束"


@rule("N-06", "评分在评审阶段之内")
def scored_in_phase(records: Records) -> Found:
    for event, signed in records.of(ScoreSigned):
        season = records.seasons.get(signed.season_id)
        if season and outside(season[1], PhaseName.REVIEW, event):
            yield event, "不在评审阶段"


@rule("R-04", "每份评分表逐项给分，总分按权重复算相同")
def total_by_rubric(records: Records) -> Found:
    for event, signed in records.of(ScoreSigned):
        rules = records.rules(signed.season_id)
        if rules is None:
            continue
        points = recompute.points_of(signed)
        if fault := _unfit(rules.rubric, points, len(signed.scores)):
            yield event, fault
        elif (total := recompute.total(rules.rubric, points)) != signed.total:
            yield event, f"总分记为 {signed.total}，复算为 {total}"


def panel(earlier: Iterable[object]) -> set[UUID]:
    """Whose sheets a case waits for, after these events of its stream."""
    members: set[UUID] = set()
    for one in earlier:
        if isinstance(one, ReviewersAssigned):
            members |= set(one.reviewers)
        elif isinstance(one, ReviewerReplaced):
            members = members - {one.reviewer_id} | {one.successor_id}
    return members


def _has_signed(reviewer: UUID, earlier: Iterable[object]) -> bool:
    return any(isinstance(one, ScoreSigned) and one.reviewer_id == reviewer for one in earlier)


def _may_succeed(records: Records, event: Recorded, replaced: ReviewerReplaced) -> Counter[UUID]:
    """How many cases each of those has who could have been drawn."""
    burden: Counter[UUID] = Counter()
    for one, assigned in records.of(ReviewersAssigned):
        if assigned.season_id == replaced.season_id and one.position < event.position:
            burden.update(assigned.reviewers)
    for one, other in records.of(ReviewerReplaced):
        if other.season_id == replaced.season_id and one.position < event.position:
            burden[other.reviewer_id] -= 1
            burden[other.successor_id] += 1
    earlier = [one.data for one in records.before(event)]
    gone = {one.reviewer_id for one in earlier if isinstance(one, ReviewerReplaced)}
    unfit = panel(earlier) | gone
    return Counter(
        {
            one: burden[one]
            for one in _enrolled(records, event)
            if one not in unfit and not _is_own(records, one, replaced.nomination_id)
        }
    )


def _unfit(rubric: tuple[Criterion, ...], points: Mapping[str, Decimal], given: int) -> str | None:
    if points.keys() != {one.name for one in rubric} or given != len(rubric):
        return "评分指标与细则不同"
    for one in rubric:
        value = points[one.name]
        if not 0 <= value <= recompute.FULL or value != value.quantize(TENTH):
            return f"“{one.name}”给了 {value} 分"
        if one.pass_fail and value not in (0, recompute.FULL):
            return f"否决项“{one.name}”给了 {value} 分"
    return None


def _is_own(records: Records, reviewer: UUID, nomination: UUID) -> bool:
    case = records.cases.get(nomination)
    return case is not None and records.reviewer_units.get(reviewer) == case.unit_id


def _waiting(records: Records, season: UUID, event: Recorded) -> dict[UUID, UUID]:
    """The cases that were open and not withdrawn, with their units."""
    gone = {data.nomination_id for one, data in records.of(CaseWithdrawn) if one.position < event.position}
    return {
        data.nomination_id: data.unit_id
        for one, data in records.of(CaseOpened)
        if data.season_id == season and one.position < event.position and data.nomination_id not in gone
    }


def _enrolled(records: Records, event: Recorded) -> dict[UUID, UUID]:
    return {
        data.reviewer_id: data.unit_id for one, data in records.of(ReviewerEnrolled) if one.position < event.position
    }


RULES = (
    panel_size, nobody_left_out, panel_as_drawn, no_own_unit, replaced_unsigned, successor_as_drawn, signed_once,
    scored_in_phase, total_by_rubric,
)  # fmt: skip
