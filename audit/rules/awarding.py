"""Decisions: after the notice, without an open objection, as shortlisted; then exemplars (R-12, R-16, P-09)."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.publicity import ExemplarPublished, NoticePublished
from contracts.review import (
    AwardDecided,
    AwardWithheld,
    ObjectionRaised,
    ObjectionRuled,
    ShortlistEntry,
    ShortlistFixed,
)
from eventlog.event import Recorded
from services.review.events import AwardDeferred, AwardLapsed, CaseWithdrawn, NoticeEnded
from standards.working_days import BEIJING


@rule("R-16", "授奖之前公示已经办结，被推荐人在公示名单中")
def after_the_notice(records: Records) -> Found:
    noticed = {
        (data.season_id, one.nomination_id, one.tier) for _, data in records.of(NoticePublished) for one in data.entries
    }
    ended: dict[UUID, int] = {}
    for event, end in records.of(NoticeEnded):
        ended.setdefault(end.season_id, event.position)
    for event, decided in records.of(AwardDecided):
        if ended.get(decided.season_id, event.position) >= event.position:
            yield event, "公示没有办结"
        if (decided.season_id, decided.nomination_id, decided.tier) not in noticed:
            yield event, f"没有以{decided.tier}公示过"
        if decided.decided_on != event.occurred_at.astimezone(BEIJING).date():
            yield event, f"所记的决定日期是 {decided.decided_on}，不是决定的日子"


@rule("R-16", "公示办结时，建议名单上的每个人都决定、不授、暂缓或随推荐撤回")
def nobody_left_undecided(records: Records) -> Found:
    answered = {
        *(data.nomination_id for _, data in records.of(AwardDecided)),
        *(data.nomination_id for _, data in records.of(AwardWithheld)),
        *(data.nomination_id for _, data in records.of(AwardLapsed)),
        *(data.nomination_id for _, data in records.of(AwardDeferred)),
    }
    shortlists = {data.season_id: data.entries for _, data in records.of(ShortlistFixed)}
    for event, end in records.of(NoticeEnded):
        for entry in shortlists.get(end.season_id, ()):
            if entry.nomination_id not in answered:
                yield event, f"建议名单第 {entry.rank} 名 {entry.nomination_id} 没有下文"


@rule("R-16", "有异议未裁定或有异议成立时不授奖")
def without_open_objection(records: Records) -> Found:
    for event, _ in records.of(AwardDecided):
        still_open, upheld = _objections(records, event)
        if still_open:
            yield event, f"有 {len(still_open)} 件异议没有裁定"
        if upheld:
            yield event, f"有 {upheld} 件异议成立"


@rule("R-21", "异议成立才不授奖")
def withheld_for_a_reason(records: Records) -> Found:
    for event, _ in records.of(AwardWithheld):
        still_open, upheld = _objections(records, event)
        if still_open or not upheld:
            yield event, "没有成立的异议，或还有异议没有裁定"


@rule("N-19", "推荐撤回了，授奖才不再决定，而且此前没有决定过")
def lapsed_with_the_nomination(records: Records) -> Found:
    for event, _ in records.of(AwardLapsed):
        earlier = [one.data for one in records.before(event)]
        if not any(isinstance(one, CaseWithdrawn) for one in earlier):
            yield event, "推荐没有撤回"
        if any(isinstance(one, AwardDecided | AwardWithheld | AwardLapsed) for one in earlier):
            yield event, "已经决定过"


@rule("R-12", "决定的等次与得分就是建议名单上的，一人只决定一次，撤回的人不授奖")
def as_shortlisted(records: Records) -> Found:
    for event, decided in records.of(AwardDecided):
        entry = _entry(records, decided.season_id, decided.nomination_id)
        if entry is None:
            yield event, "不在建议名单上"
        elif (entry.tier, entry.score, entry.unit_id) != (decided.tier, decided.score, decided.unit_id):
            yield event, f"建议名单上是{entry.tier}、{entry.score} 分"
        for one in records.before(event):
            if isinstance(one.data, AwardDecided | AwardWithheld):
                yield event, f"第 {one.position} 号已经决定过"
            if isinstance(one.data, CaseWithdrawn):
                yield event, "推荐已经撤回"


@rule("R-12", "授奖人数不超过各等次的名额")
def within_places(records: Records) -> Found:
    given: Counter[tuple[UUID, str]] = Counter()
    for event, decided in records.of(AwardDecided):
        given[decided.season_id, decided.tier] += 1
        rules = records.rules(decided.season_id)
        places = {tier.name: tier.places for tier in rules.tiers} if rules else {}
        if given[decided.season_id, decided.tier] > places.get(decided.tier, 0):
            yield (
                event,
                f"{decided.tier}第 {given[decided.season_id, decided.tier]} 名，名额 {places.get(decided.tier, 0)} 名",
            )


@rule("P-09", "展示的榜样都已决定授奖，等次相同，一人只展示一次")
def exemplars_are_awarded(records: Records) -> Found:
    awards = {data.nomination_id: (event, data) for event, data in records.of(AwardDecided)}
    for event, published in records.of(ExemplarPublished):
        award = awards.get(published.nomination_id)
        if award is None or award[0].hlc >= event.hlc:
            yield event, "展示之前没有决定授奖"
        elif (award[1].tier, award[1].unit_id) != (published.tier, published.unit_id):
            yield event, f"决定的是{award[1].tier}"
        if any(isinstance(one.data, ExemplarPublished) for one in records.before(event)):
            yield event, "已经展示过"


def _entry(records: Records, season: UUID, nomination: UUID) -> ShortlistEntry | None:
    lists = (data for _, data in records.of(ShortlistFixed) if data.season_id == season)
    return next((one for data in lists for one in data.entries if one.nomination_id == nomination), None)


def _objections(records: Records, event: Recorded) -> tuple[set[UUID], int]:
    """Those not ruled before the event, and how many were upheld."""
    earlier = [one.data for one in records.before(event)]
    ruled = [one for one in earlier if isinstance(one, ObjectionRuled)]
    raised = {one.objection_id for one in earlier if isinstance(one, ObjectionRaised)}
    return raised - {one.objection_id for one in ruled}, sum(one.upheld for one in ruled)


RULES = (
    after_the_notice, nobody_left_undecided, without_open_objection, withheld_for_a_reason, lapsed_with_the_nomination,
    as_shortlisted, within_places, exemplars_are_awarded,
)  # fmt: skip
