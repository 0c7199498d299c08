"""The public notice of a season's shortlist: planned, drafted, published, closed (X-05, P-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID

from contracts.errors import Conflict
from contracts.nomination import NominationWithdrawn, PeriodUnit, RulePack, SeasonOpened
from contracts.publicity import CloseNotice, NoticeClosed, NoticeEntry, NoticePublished, PublishNotice
from contracts.review import ShortlistFixed
from services.publicity.events import EntryWithdrawn, NoticeDrafted, NoticeExtended, NoticePlanned
from standards.working_days import Calendar, PeriodRule, period_end, recomputed_end

_UNITS = {PeriodUnit.WORKING_DAYS: "个工作日", PeriodUnit.NATURAL_DAYS: "天"}


@dataclass(frozen=True)
class Notice:
    planned: NoticePlanned | None = None
    entries: tuple[NoticeEntry, ...] | None = None
    withdrawn: frozenset[UUID] = frozenset()
    published: NoticePublished | None = None
    closed: bool = False


def evolve(state: Notice, event: object) -> Notice:
    match event:
        case NoticePlanned():
            return Notice(planned=event)
        case NoticeDrafted():
            return replace(state, entries=event.entries)
        case EntryWithdrawn():
            return replace(state, withdrawn=state.withdrawn | {event.nomination_id})
        case NoticePublished():
            return replace(state, published=event)
        case NoticeExtended() if state.published is not None:
            return replace(state, published=replace(state.published, ends_at=event.ends_at))
        case NoticeClosed():
            return replace(state, closed=True)
    return state


def plan(opened: SeasonOpened, state: Notice) -> Sequence[object]:
    if state.planned is not None:
        return []
    return [
        NoticePlanned(
            season_id=opened.season_id,
            season=opened.name,
            county=opened.county,
            basis=opened.basis,
            rules=opened.rules,
            contact=opened.contact,
        )
    ]


def draft(fixed: ShortlistFixed, state: Notice) -> Sequence[object]:
    if state.entries is not None:
        return []
    entries = tuple(
        NoticeEntry(nomination_id=one.nomination_id, unit_id=one.unit_id, tier=one.tier) for one in fixed.entries
    )
    return [NoticeDrafted(season_id=fixed.season_id, entries=entries)]


def withdraw(withdrawn: NominationWithdrawn, state: Notice) -> Sequence[object]:
    """Also of whoever is on no list yet: the shortlist comes from another log, and may have been fixed before."""
    if state.planned is None:
        raise Conflict("notice.not_found")
    if withdrawn.nomination_id in state.withdrawn:
        return []
    return [EntryWithdrawn(season_id=withdrawn.season_id, nomination_id=withdrawn.nomination_id)]


def publish(command: PublishNotice, state: Notice, now: datetime, calendar: Calendar) -> Sequence[object]:
    """Raises ``YearWithoutTable`` when the period runs into a year nobody has a table of."""
    if state.planned is None or state.entries is None:
        raise Conflict("notice.not_found")
    if state.published is not None:
        raise Conflict("notice.already_published")
    rules = state.planned.rules
    return [
        NoticePublished(
            season_id=command.season_id,
            entries=tuple(one for one in state.entries if one.nomination_id not in state.withdrawn),
            published_at=now,
            ends_at=period_end(now, period_rule(rules), calendar),
            rule=rule_in_words(rules),
            calendar=calendar.version,
        )
    ]


def extend(state: Notice, calendar: Calendar) -> Sequence[object]:
    """After a table changed: people relied on the end that was told, so it may only move later (X-04)."""
    if state.planned is None or state.published is None or state.closed:
        return []
    ended_at, rule = state.published.ends_at, period_rule(state.planned.rules)
    ends_at = recomputed_end(ended_at, state.published.published_at, rule, calendar)
    if ends_at == ended_at:
        return []
    return [
        NoticeExtended(
            season_id=state.published.season_id, ended_at=ended_at, ends_at=ends_at, calendar=calendar.version
        )
    ]


def close(command: CloseNotice, state: Notice, now: datetime) -> Sequence[object]:
    if state.published is None:
        raise Conflict("notice.not_found")
    if state.closed:
        raise Conflict("notice.already_closed")
    if now < state.published.ends_at:
        raise Conflict("notice.not_over", ends_at=f"{state.published.ends_at:%Y-%m-%d %H:%M}")
    return [NoticeClosed(season_id=command.season_id, closed_at=now)]


def period_rule(rules: RulePack) -> PeriodRule:
    return PeriodRule(
        only_working_days=rules.notice_unit is PeriodUnit.WORKING_DAYS,
        days=rules.notice_days,
        count_first_day=rules.notice_counts_first_day,
        cut_off=time.fromisoformat(rules.notice_cut_off),
    )


def rule_in_words(rules: RulePack) -> str:
    counted = f"公示当日计入（{rules.notice_cut_off} 之后发布的从次日起算）"
    first = counted if rules.notice_counts_first_day else "公示当日不计入"
    return f"公示期 {rules.notice_days} {_UNITS[rules.notice_unit]}，{first}，末日 {rules.notice_cut_off} 截止"
