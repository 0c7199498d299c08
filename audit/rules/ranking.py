"""From score sheets to the shortlist: aggregates, ranks and tiers recomputed (R-06, R-11, R-12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from audit import recompute
from audit.recompute import Candidate, Panelled, Standing
from audit.records import Records
from audit.rules.reviewing import panel
from audit.rules.rule import Found, rule
from contracts.nomination import RulePack, Tier
from contracts.review import ReviewCompleted, ShortlistFixed, TierResult
from eventlog.event import Recorded
from services.review.events import CaseWithdrawn, ReviewersAssigned, ScoreAggregated, ScoreSigned, TieBroken

LEAST_REVIEWERS = 3


@rule("R-06", "合成的得分由评分表复算相同，去掉的是一个最高分和一个最低分")
def aggregate(records: Records) -> Found:
    for event, told in records.of(ScoreAggregated):
        signed = sheets(records, event)
        rules = records.rules(told.season_id)
        if rules is None or (result := panelled(rules, signed)) is None:
            continue
        facts = {
            "得分": (told.mean, result.score),
            "全部平均": (told.plain_mean, result.untrimmed),
            "首要指标平均": (told.leading_mean, result.leading),
            "未过否决项": (told.failed, result.failed),
            "评分表份数": (told.reviewers, len(signed)),
        }
        for name, (stated, computed) in facts.items():
            if stated != computed:
                yield event, f"{name}记为 {stated}，复算为 {computed}"
        if not _dropped_the_outermost(told, signed, result):
            yield event, "去掉的不是一个最高分和一个最低分"


@rule("R-06", "评审完成时应评的评委都已签名，各不相同，公布的得分与合成的相同")
def completed_by_all(records: Records) -> Found:
    for event, completed in records.of(ReviewCompleted):
        rules = records.rules(completed.season_id)
        signers = {one.reviewer_id for one in sheets(records, event)}
        earlier = [one.data for one in records.before(event)]
        assigned = panel(earlier)
        if signers != assigned or len(signers) < LEAST_REVIEWERS or (rules and len(signers) != rules.panel_size):
            yield event, f"应评 {len(assigned)} 位，签名的评委 {len(signers)} 位"
        if completed.reviewers != len(signers):
            yield event, f"记为 {completed.reviewers} 位评委，签名的有 {len(signers)} 位"
        aggregated = [one for one in earlier if isinstance(one, ScoreAggregated)]
        if not aggregated or completed.score != (None if aggregated[-1].failed else aggregated[-1].mean):
            yield event, f"公布的得分 {completed.score} 与合成的不同"


@rule("R-11", "建议名单的名次按得分和并列规则复算相同，并列不由机器决定")
def ranked(records: Records) -> Found:
    for event, fixed in records.of(ShortlistFixed):
        if (rules := records.rules(fixed.season_id)) is None:
            continue
        found = {one.candidate.case.nomination_id: one for one in standings_at(records, fixed.season_id, event, rules)}
        places = [one for one in found.values() if one.tier is not None]
        for one in places:
            if one.tied:
                yield event, f"第 {one.rank} 名在{one.tier}末位并列，须由评委组表决"
        if [entry.rank for entry in fixed.entries] != list(range(1, len(fixed.entries) + 1)):
            yield event, "名次不连续"
        for entry, place in zip(fixed.entries, places, strict=False):
            standing = found.get(entry.nomination_id)
            if standing is None:
                yield event, f"{entry.nomination_id} 没有评完，或未过否决项、已经撤回"
            elif (standing.candidate.merit, standing.voted) != (place.candidate.merit, place.voted):
                yield event, f"第 {entry.rank} 名应是 {place.candidate.case.nomination_id}"
            elif (entry.score, entry.unit_id) != (standing.candidate.result.score, standing.candidate.case.unit_id):
                yield event, f"第 {entry.rank} 名的得分或单位与评审的不同"


@rule("R-11", "评委组表决赞成的不少于反对的，只就名额不够的并列表决，列全并列的人")
def voted_on_a_tie(records: Records) -> Found:
    for event, broken in records.of(TieBroken):
        if broken.votes_for < broken.votes_against:
            yield event, f"赞成 {broken.votes_for} 票，反对 {broken.votes_against} 票，没有通过"
        if (rules := records.rules(broken.season_id)) is None:
            continue
        ties: dict[object, list[UUID]] = defaultdict(list)
        for one in standings_at(records, broken.season_id, event, rules):
            if one.tied:
                ties[one.candidate.merit].append(one.candidate.case.nomination_id)
        if sorted(broken.order) not in map(sorted, ties.values()):
            yield event, "表决的不是须表决的并列，或没有列全"


@rule("R-12", "各等次不超过名额，不低于最低分，空缺属实，不降格递补")
def tiers_filled(records: Records) -> Found:
    for event, fixed in records.of(ShortlistFixed):
        if (rules := records.rules(fixed.season_id)) is None:
            continue
        places = [one for one in standings_at(records, fixed.season_id, event, rules) if one.tier is not None]
        for tier in rules.tiers:
            entries = [entry for entry in fixed.entries if entry.tier == tier.name]
            if len(entries) > tier.places:
                yield event, f"{tier.name}列了 {len(entries)} 名，名额 {tier.places} 名"
            for entry in entries:
                if entry.score < tier.minimum_score:
                    yield event, f"第 {entry.rank} 名 {entry.score} 分，{tier.name}最低 {tier.minimum_score} 分"
        if [entry.tier for entry in fixed.entries] != [one.tier for one in places]:
            yield event, "各等次的人数与复算的不同"
        if fixed.tiers != tuple(_results(rules.tiers, places)):
            yield event, "各等次的名额或空缺与复算的不同"


@rule("R-12", "评完全部材料才提出建议名单，而且只提一次")
def all_scored(records: Records) -> Found:
    for event, fixed in records.of(ShortlistFixed):
        if any(one.type == ShortlistFixed.__name__ for one in records.before(event)):
            yield event, "建议名单已经提出过"
        over = _earlier(records, ReviewCompleted, event) | _earlier(records, CaseWithdrawn, event)
        for one, assigned in records.of(ReviewersAssigned):
            if assigned.season_id == fixed.season_id and assigned.nomination_id not in over:
                yield event, f"材料 {assigned.nomination_id} 还没有评完（分派在第 {one.position} 号）"


def sheets(records: Records, event: Recorded) -> list[ScoreSigned]:
    """The scores signed in the event's stream before it."""
    return [one.data for one in records.before(event) if isinstance(one.data, ScoreSigned)]


def panelled(rules: RulePack, signed: Sequence[ScoreSigned]) -> Panelled | None:
    """None where a sheet does not fit the rubric, which is a breach of its own."""
    points = [recompute.points_of(one) for one in signed]
    names = {one.name for one in rules.rubric}
    if not points or any(not names <= one.keys() for one in points):
        return None
    return recompute.panelled(rules.rubric, rules.trim_from, points)


def standings_at(records: Records, season: UUID, event: Recorded, rules: RulePack) -> list[Standing]:
    """The season's ranking when the event happened, with the votes until then."""
    candidates = candidates_at(records, season, event, rules)
    return recompute.standings(candidates, rules.tiers, votes_at(records, season, event))


def votes_at(records: Records, season: UUID, event: Recorded) -> list[tuple[UUID, ...]]:
    """What the panel voted on ties before the event (R-11)."""
    told = records.of(TieBroken)
    return [data.order for one, data in told if data.season_id == season and one.position < event.position]


def candidates_at(records: Records, season: UUID, event: Recorded, rules: RulePack) -> list[Candidate]:
    """Who could be ranked when the event happened: completed, not failed, not withdrawn; scores as recomputed."""
    gone = _earlier(records, CaseWithdrawn, event)
    found = []
    for completion, completed in records.of(ReviewCompleted):
        case = records.cases.get(completed.nomination_id)
        if completed.season_id != season or completion.position > event.position or completed.nomination_id in gone:
            continue
        result = panelled(rules, sheets(records, completion))
        if case is not None and result is not None and not result.failed:
            found.append(Candidate(case=case, result=result))
    return found


def _dropped_the_outermost(told: ScoreAggregated, signed: Sequence[ScoreSigned], result: Panelled) -> bool:
    totals = {one.reviewer_id: one.total for one in signed}
    dropped = sorted(totals[one] for one in set(told.dropped) if one in totals)
    return dropped == ([min(totals.values()), max(totals.values())] if result.trimmed else [])


def _results(tiers: Sequence[Tier], places: Sequence[Standing]) -> Iterator[TierResult]:
    for tier in tiers:
        taken = sum(one.tier == tier.name for one in places)
        yield TierResult(tier=tier.name, places=tier.places, vacant=tier.places - taken)


def _earlier(records: Records, kind: type[ReviewCompleted | CaseWithdrawn], event: Recorded) -> set[UUID]:
    return {data.nomination_id for one, data in records.of(kind) if one.position < event.position}


RULES = (aggregate, completed_by_all, ranked, voted_on_a_tie, tiers_filled, all_scored)
