"""What each event says about one nomination, with the auditor's own figures beside the stated ones."""

from __future__ import annotations

from uuid import UUID

from audit.records import Records
from audit.rules.ranking import panelled, sheets
from audit.rules.reviewing import panel_as_drawn
from audit.why.ending import entry_of, standings_of
from contracts.errors import SENTENCES
from contracts.publicity import NoticePublished
from contracts.review import CriterionScore, ShortlistFixed
from contracts.timeline import entry_of as timeline_entry
from eventlog.event import Recorded
from gateway.telling import short
from gateway.wording import sentence_of
from services.nomination.events import NominationRefused
from services.review.events import AwardDeferred, PanelsDrawn, ReviewersAssigned, ScoreAggregated, ScoreSigned


def sentence(records: Records, event: Recorded, nomination: UUID) -> str:
    plain = sentence_of(timeline_entry(event))
    match event.data:
        case AwardDeferred() | NominationRefused():
            return SENTENCES[event.data.code].format_map(event.data.facts)
        case ScoreSigned():
            return f"评委 {short(event.data.reviewer_id)} 签名 {event.data.total} 分：{_points(event.data.scores)}"
        case ScoreAggregated():
            return f"{plain}；{_recomputed(records, event, event.data)}"
        case ReviewersAssigned():
            return _panel(event.data)
        case PanelsDrawn():
            same = not any(one.position == event.position for one, _ in panel_as_drawn.check(records))
            return f"{plain}；按种子复算{'' if same else '不'}相符"
        case ShortlistFixed():
            return _rank(records, event, event.data, nomination)
        case NoticePublished():
            tiers = [one.tier for one in event.data.entries if one.nomination_id == nomination]
            return f"{plain}，以{'、'.join(tiers) or '未列名'}公示"
    return plain


def _points(scores: tuple[CriterionScore, ...]) -> str:
    return "，".join(f"{one.criterion} {one.points}" for one in scores)


def _recomputed(records: Records, event: Recorded, told: ScoreAggregated) -> str:
    rules, signed = records.rules(told.season_id), sheets(records, event)
    result = None if rules is None else panelled(rules, signed)
    if result is None:
        return "评分表与细则不合，无法复算"
    left_out = "，".join(f"{one.total}" for one in signed if one.reviewer_id in told.dropped)
    same = "相符" if result.score == told.mean else "不符"
    return f"复算 {result.score}，{same}" + (f"；去掉的是 {left_out}" if left_out else "")


def _panel(assigned: ReviewersAssigned) -> str:
    recused = "，".join(f"{short(one.reviewer_id)}（{one.reason}）" for one in assigned.recused)
    return f"分派给评委 {'、'.join(short(one) for one in assigned.reviewers)}；回避：{recused or '无'}"


def _rank(records: Records, event: Recorded, fixed: ShortlistFixed, nomination: UUID) -> str:
    entry = entry_of(fixed, nomination)
    stated = f"第 {entry.rank} 名，{entry.score} 分，拟{entry.tier}" if entry else "不在建议名单上"
    mine = [one for one in standings_of(records, event, fixed) if one.candidate.case.nomination_id == nomination]
    if not mine:
        return f"{stated}；复算不参加排名"
    return f"{stated}；复算第 {mine[0].rank} 名，{mine[0].candidate.result.score} 分，{mine[0].tier or '没有等次'}"
