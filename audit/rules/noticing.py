"""The public notice: of the shortlist, long enough, and objections while it lasts (X-05, P-09, R-17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.nomination import PeriodUnit, RulePack
from contracts.publicity import NoticeClosed, NoticePublished
from contracts.review import ObjectionRaised, ObjectionRuled, ShortlistFixed
from eventlog.event import Recorded
from services.publicity.events import CalendarTableAdopted, EntryWithdrawn, NoticeExtended
from services.review.events import NoticeEnded, NoticeOpened
from standards.refusal import Refusal
from standards.working_days import Calendar, CalendarTable, PeriodRule, period_end

_AS_GOOD_AS_AT_ONCE = timedelta(minutes=1)


@rule("X-05", "公示期按规则包和官方工作日表复算，不短于应有的天数")
def long_enough(records: Records) -> Found:
    for event, published in records.of(NoticePublished):
        if (rules := records.rules(published.season_id)) is None:
            continue
        yield from _too_short(records, event, rules, published, published.ends_at)
        if abs(published.published_at - event.occurred_at) > _AS_GOOD_AS_AT_ONCE:
            yield event, f"所记的发布时刻是 {published.published_at:%Y-%m-%d %H:%M}，不是发布的时刻"


@rule("X-04", "放假安排变了，正在公示的只延长，不短于按新表复算的天数")
def only_extended(records: Records) -> Found:
    for event, extended in records.of(NoticeExtended):
        earlier = [one.data for one in records.before(event)]
        published = next((one for one in earlier if isinstance(one, NoticePublished)), None)
        rules = records.rules(extended.season_id)
        if published is None or any(isinstance(one, NoticeClosed) for one in earlier):
            yield event, "不在公示期间"
        elif extended.ended_at != end_of(earlier) or extended.ends_at <= extended.ended_at:
            yield event, f"原定 {end_of(earlier):%Y-%m-%d %H:%M}，改为 {extended.ends_at:%Y-%m-%d %H:%M}，没有延长"
        elif rules is not None:
            yield from _too_short(records, event, rules, published, extended.ends_at)


@rule("X-05", "公示期满才办结，只发布一次，只办结一次")
def closed_after_its_end(records: Records) -> Found:
    for event, _ in records.of(NoticePublished):
        if any(one.type == NoticePublished.__name__ for one in records.before(event)):
            yield event, "这份公示已经发布过"
    for event, closed in records.of(NoticeClosed):
        earlier = [one.data for one in records.before(event)]
        published = [one for one in earlier if isinstance(one, NoticePublished)]
        if not published:
            yield event, "公示没有发布"
        elif min(closed.closed_at, event.occurred_at) < end_of(earlier):
            yield event, f"公示期到 {end_of(earlier):%Y-%m-%d %H:%M} 才满"
        if any(isinstance(one, NoticeClosed) for one in earlier):
            yield event, "公示已经办结过"


@rule("P-09", "公示的名单就是建议名单，只少了得知已经撤回的")
def lists_the_shortlist(records: Records) -> Found:
    shortlists = {data.season_id: data for _, data in records.of(ShortlistFixed)}
    for event, published in records.of(NoticePublished):
        shortlist = shortlists.get(published.season_id)
        listed = {(one.nomination_id, one.unit_id, one.tier) for one in published.entries}
        gone = {one.data.nomination_id for one in records.before(event) if isinstance(one.data, EntryWithdrawn)}
        proposed = {
            (one.nomination_id, one.unit_id, one.tier)
            for one in (shortlist.entries if shortlist else ())
            if one.nomination_id not in gone
        }
        for nomination, _, tier in sorted(listed - proposed):
            yield event, f"{nomination}（{tier}）不在建议名单里"
        for nomination, _, tier in sorted(proposed - listed):
            yield event, f"建议名单里的 {nomination}（{tier}）没有公示"


@rule("R-17", "异议针对公示名单中的人，在公示期间提出")
def objected_on_notice(records: Records) -> Found:
    listed = {one.nomination_id for _, data in records.of(ShortlistFixed) for one in data.entries}
    for event, raised in records.of(ObjectionRaised):
        if raised.nomination_id not in listed:
            yield event, "被提异议的人不在建议名单里"
        opened = [one.position for one, data in records.of(NoticeOpened) if data.season_id == raised.season_id]
        ended = [one.position for one, data in records.of(NoticeEnded) if data.season_id == raised.season_id]
        if not opened or event.position < opened[0] or (ended and event.position > ended[0]):
            yield event, "不在公示期间"
        if any(_is(one.data, ObjectionRaised, raised.objection_id) for one in records.before(event)):
            yield event, "这件异议已经登记过"


@rule("R-21", "裁定针对登记过的异议，每件只裁定一次")
def ruled_once(records: Records) -> Found:
    for event, ruled in records.of(ObjectionRuled):
        earlier = [one.data for one in records.before(event)]
        if not any(_is(one, ObjectionRaised, ruled.objection_id) for one in earlier):
            yield event, f"没有登记过异议 {ruled.objection_id}"
        if any(_is(one, ObjectionRuled, ruled.objection_id) for one in earlier):
            yield event, f"异议 {ruled.objection_id} 已经裁定过"


def end_of(earlier: Sequence[object]) -> datetime:
    """As last told by a notice that was published."""
    return [one.ends_at for one in earlier if isinstance(one, NoticePublished | NoticeExtended)][-1]


def _too_short(
    records: Records, event: Recorded, rules: RulePack, published: NoticePublished, ends_at: datetime
) -> Found:
    """By the calendar as it was when the event happened."""
    try:
        due = period_end(published.published_at, period_rule(rules), _calendar_at(records, event))
    except Refusal as unknown:
        yield event, f"无法复算：{unknown}"
        return
    if ends_at < due:
        yield event, f"公示到 {ends_at:%Y-%m-%d %H:%M}，应到 {due:%Y-%m-%d %H:%M}"


def _calendar_at(records: Records, event: Recorded) -> Calendar:
    calendar = Calendar()
    for one, adopted in records.of(CalendarTableAdopted):
        if one.position < event.position:
            days = frozenset(adopted.holidays), frozenset(adopted.workdays)
            calendar = calendar.with_table(CalendarTable(adopted.year, adopted.document, *days))
    return calendar


def period_rule(rules: RulePack) -> PeriodRule:
    return PeriodRule(
        only_working_days=rules.notice_unit is PeriodUnit.WORKING_DAYS,
        days=rules.notice_days,
        count_first_day=rules.notice_counts_first_day,
        cut_off=time.fromisoformat(rules.notice_cut_off),
    )


def _is(data: object, kind: type[ObjectionRaised | ObjectionRuled], objection: object) -> bool:
    return isinstance(data, kind) and data.objection_id == objection


RULES = (long_enough, only_extended, closed_after_its_end, lists_the_shortlist, objected_on_notice, ruled_once)
