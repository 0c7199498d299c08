"""Inspections drawn as anybody can recompute, by those who were sent; follow-ups on their days (I-03, I-07, N-42)."""

from __future__ import annotations

import calendar
from datetime import date
from uuid import UUID

from audit import recompute
from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.inspection import InspectionDrawn, InspectionReported
from contracts.publicity import ExemplarPublished
from services.inspection.events import (
    FindingRecorded,
    FollowUpsScheduled,
    InspectionOpened,
    InspectorEnrolled,
    PoolPublished,
    UnitNoted,
)
from standards.random_draw import draw, pool_hash
from standards.refusal import Refusal
from standards.working_days import BEIJING


@rule("I-03", "名单池的摘要复算相同，池里是登记过的全部单位，只公布一次")
def pool_as_published(records: Records) -> Found:
    for event, published in records.of(PoolPublished):
        if _hash(published.pool) != published.pool_hash:
            yield event, "名单池的摘要与复算的不同"
        known = {data.unit_id for one, data in records.of(UnitNoted) if one.position < event.position}
        if set(published.pool) != known:
            yield event, f"名单池有 {len(published.pool)} 个单位，可抽的有 {len(known)} 个"
        if any(isinstance(one.data, PoolPublished) for one in records.before(event)):
            yield event, "名单池已经公布过"


@rule("I-03", "抽取用的是先公布的名单池，抽中的单位由种子复算相同，只抽一次")
def drawn_as_seeded(records: Records) -> Found:
    for event, drawn in records.of(InspectionDrawn):
        earlier = [one.data for one in records.before(event)]
        pools = [one for one in earlier if isinstance(one, PoolPublished)]
        if not pools or (pools[-1].pool, pools[-1].pool_hash, pools[-1].seed_source) != (
            drawn.pool, drawn.pool_hash, drawn.seed_source
        ):  # fmt: skip
            yield event, "抽取之前没有公布这个名单池"
        rules = records.rules(drawn.season_id)
        if rules and drawn.units != _drawn(drawn, rules.draw_count):
            yield event, "抽中的单位与按种子复算的不同"
        if any(isinstance(one, InspectionDrawn) for one in earlier):
            yield event, "这一届已经抽取过"


@rule("I-03", "派出的检查都在抽中之列，检查员由种子复算相同，不查本单位")
def inspectors_as_seeded(records: Records) -> Found:
    draws = {data.season_id: (event, data) for event, data in records.of(InspectionDrawn)}
    for event, opened in records.of(InspectionOpened):
        drawn = draws.get(opened.season_id)
        if drawn is None or opened.unit_id not in drawn[1].units or drawn[0].position > event.position:
            yield event, "这个单位没有抽中"
            continue
        enrolled = {
            data.inspector_id: data.unit_id
            for one, data in records.of(InspectorEnrolled)
            if one.position < event.position
        }
        if opened.inspectors != recompute.inspectors(drawn[1].seed, opened.unit_id, enrolled):
            yield event, "检查员与按种子复算的不同"
        if any(enrolled.get(one) == opened.unit_id for one in opened.inspectors):
            yield event, "检查员与被查单位同单位"


@rule("I-07", "问题与结果出自派去的检查员，问题数属实，出具结果之后不再有问题")
def found_by_those_sent(records: Records) -> Found:
    for event, found in records.of(FindingRecorded):
        earlier = [one.data for one in records.before(event)]
        if not any(isinstance(one, InspectionOpened) and found.inspector_id in one.inspectors for one in earlier):
            yield event, f"检查没有派给 {found.inspector_id}"
        if any(isinstance(one, InspectionReported) for one in earlier):
            yield event, "已经出具结果"
    for event, reported in records.of(InspectionReported):
        earlier = [one.data for one in records.before(event)]
        sent = {str(one) for data in earlier if isinstance(data, InspectionOpened) for one in data.inspectors}
        if event.actor.get("subject") not in sent:
            yield event, "出具结果的不是派去的检查员"
        findings = sum(isinstance(one, FindingRecorded) for one in earlier)
        if reported.findings != findings:
            yield event, f"记为 {reported.findings} 个问题，登记了 {findings} 个"
        if any(isinstance(one, InspectionReported) for one in earlier):
            yield event, "已经出具过结果"


@rule("N-42", "跟踪回访的日期按规则包的月数复算相同")
def followed_up(records: Records) -> Found:
    shown = {data.nomination_id: data for _, data in records.of(ExemplarPublished)}
    for event, scheduled in records.of(FollowUpsScheduled):
        rules, exemplar = records.rules(scheduled.season_id), shown.get(scheduled.nomination_id)
        if rules is None or exemplar is None:
            continue
        day = exemplar.published_at.astimezone(BEIJING).date()
        due = tuple(_months_later(day, months) for months in rules.follow_up_months)
        if (scheduled.months, scheduled.due_on) != (rules.follow_up_months, due):
            yield event, "月数或日期与复算的不同"


def _hash(pool: tuple[UUID, ...]) -> str | None:
    try:
        return pool_hash([str(one) for one in pool])
    except Refusal:
        return None


def _drawn(event: InspectionDrawn, count: int) -> tuple[UUID, ...] | None:
    try:
        return tuple(UUID(one) for one in draw(event.seed, [str(one) for one in event.pool], count))
    except Refusal:
        return None


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


RULES = (pool_as_published, drawn_as_seeded, inspectors_as_seeded, found_by_those_sent, followed_up)
