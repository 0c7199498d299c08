"""How far a nomination came, and why no further."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TypeVar
from uuid import UUID

from audit.recompute import Standing
from audit.records import Records
from audit.rules.ranking import standings_at
from contracts.errors import SENTENCES
from contracts.nomination import NominationSubmitted, NominationWithdrawn
from contracts.publicity import ExemplarPublished, NoticePublished
from contracts.review import AwardDecided, AwardWithheld, ReviewCompleted, ShortlistEntry, ShortlistFixed
from eventlog.event import Recorded
from services.nomination.events import NominationRefused
from services.review.events import AwardDeferred, ReviewersAssigned

E = TypeVar("E")


class Ending(Enum):
    """The value is what reports say."""

    SHOWN = "已授奖并展示"
    AWARDED = "已授奖"
    WITHHELD = "不授奖"
    DEFERRED = "暂缓决定"
    ON_NOTICE = "已公示"
    SHORTLISTED = "已入围"
    NOT_SHORTLISTED = "未入围"
    FAILED = "未过否决项"
    COMPLETED = "已评完"
    UNDER_REVIEW = "评审中"
    SUBMITTED = "已报送"
    WITHDRAWN = "已撤回"
    REFUSED = "没有收下"


def ending_of(records: Records, nomination: UUID) -> tuple[Ending, str]:
    """The ending, and in a sentence why it is that; of a nomination that the log knows."""
    filing = records.stream("nomination", "nomination", nomination)
    case = records.stream("review", "case", nomination)
    if (refused := last(filing, NominationRefused)) and not last(filing, NominationSubmitted):
        return Ending.REFUSED, SENTENCES[refused.code].format_map(refused.facts)
    if shown := last(records.stream("publicity", "exemplar", nomination), ExemplarPublished):
        return Ending.SHOWN, f"授予{shown.tier}，已作为榜样展示。"
    if decided := last(case, AwardDecided):
        return Ending.AWARDED, f"{decided.decided_on} 决定授予{decided.tier}，{decided.score} 分。"
    if withheld := last(case, AwardWithheld):
        return Ending.WITHHELD, f"异议成立，{withheld.tier}的这个名额空缺。"
    if last(filing, NominationWithdrawn):
        return Ending.WITHDRAWN, "推荐在决定之前撤回。"
    if deferred := last(case, AwardDeferred):
        return Ending.DEFERRED, SENTENCES[deferred.code].format_map(deferred.facts)
    return _before_the_decision(records, nomination, case)


def _before_the_decision(records: Records, nomination: UUID, case: Sequence[Recorded]) -> tuple[Ending, str]:
    completed = last(case, ReviewCompleted)
    if completed is not None and completed.score is None:
        return Ending.FAILED, "过半评委在否决项上判为不合格，分数再高也不能补回（R-04）。"
    fixed = shortlist_of(records, nomination)
    if fixed is not None and (entry := entry_of(fixed[1], nomination)):
        notices = records.stream("publicity", "notice", fixed[1].season_id)
        if last(notices, NoticePublished):
            return Ending.ON_NOTICE, f"以{entry.tier}公示，还没有决定。"
        return Ending.SHORTLISTED, f"第 {entry.rank} 名，拟{entry.tier}，还没有公示。"
    if fixed is not None and completed is not None:
        return Ending.NOT_SHORTLISTED, _out_of_reach(records, nomination, *fixed)
    if completed is not None:
        return Ending.COMPLETED, f"得分 {completed.score}，还没有提出建议名单。"
    if last(case, ReviewersAssigned):
        return Ending.UNDER_REVIEW, "评委还没有全部签名。"
    return Ending.SUBMITTED, "已经报送，还没有分派评委。"


def last(events: Sequence[Recorded], kind: type[E]) -> E | None:
    """The data of the last event of a type."""
    return next((event.data for event in reversed(events) if isinstance(event.data, kind)), None)


def shortlist_of(records: Records, nomination: UUID) -> tuple[Recorded, ShortlistFixed] | None:
    """That of the nomination's season."""
    case = records.cases.get(nomination)
    of_season = (one for one in records.of(ShortlistFixed) if case and one[1].season_id == case.season_id)
    return next(of_season, None)


def entry_of(fixed: ShortlistFixed, nomination: UUID) -> ShortlistEntry | None:
    return next((one for one in fixed.entries if one.nomination_id == nomination), None)


def standings_of(records: Records, event: Recorded, fixed: ShortlistFixed) -> list[Standing]:
    """The whole season's ranking as recomputed from the score sheets."""
    rules = records.rules(fixed.season_id)
    return [] if rules is None else standings_at(records, fixed.season_id, event, rules)


def _out_of_reach(records: Records, nomination: UUID, event: Recorded, fixed: ShortlistFixed) -> str:
    standings = standings_of(records, event, fixed)
    mine = next((one for one in standings if one.candidate.case.nomination_id == nomination), None)
    rules = records.rules(fixed.season_id)
    if mine is None or rules is None:
        return "评完在提出建议名单之后。"
    score = mine.candidate.result.score
    reached = [tier for tier in rules.tiers if score >= tier.minimum_score]
    told = f"得分 {score}，复算在 {len(standings)} 人中第 {mine.rank} 名"
    if not reached:
        return f"{told}；低于最末等次{rules.tiers[-1].name}的最低分 {rules.tiers[-1].minimum_score}。"
    filled = [one for one in standings if one.tier == reached[-1].name]
    return (
        f"{told}；{reached[-1].name}的 {reached[-1].places} 个名额已满，末名 {filled[-1].candidate.result.score} 分。"
    )
