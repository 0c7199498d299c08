"""Nominations: in their phase, within the quota, one a person, withdrawn in time (N-06 to N-19)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.nomination import (
    HoldGround,
    NominationsClosed,
    NominationSubmitted,
    NominationWithdrawn,
    PersonalDataErased,
    PhaseName,
    SeasonOpened,
    UnitRegistered,
)
from eventlog.event import Recorded
from services.nomination.events import (
    LegalHoldPlaced,
    NominationDeclined,
    NominationFiled,
    NomineeReleased,
    NomineeReserved,
    PlaceReturned,
    PlaceTaken,
)
from standards.working_days import BEIJING


@rule("N-06", "推荐在推荐阶段之内报送，关闭之后不再报送")
def submitted_in_phase(records: Records) -> Found:
    closed = {data.season_id: event.position for event, data in reversed(list(records.of(NominationsClosed)))}
    for event, submitted in records.of(NominationSubmitted):
        if event.position > closed.get(submitted.season_id, event.position):
            yield event, "推荐阶段已经关闭"
        season = records.seasons.get(submitted.season_id)
        if season and outside(season[1], PhaseName.NOMINATION, event):
            yield event, f"{event.occurred_at.astimezone(BEIJING).date()} 不在推荐阶段"


@rule("N-06", "推荐阶段只关闭一次，关闭时的推荐件数属实")
def closed_once(records: Records) -> Found:
    for event, closed in records.of(NominationsClosed):
        if any(one.type == NominationsClosed.__name__ for one in records.before(event)):
            yield event, "推荐阶段已经关闭过"
        ids = _submitted_before(records, closed.season_id, event)
        if len(ids) != closed.nominations:
            yield event, f"记为 {closed.nominations} 份，实有 {len(ids)} 份"


@rule("N-11", "每个单位的推荐不超过名额")
def within_quota(records: Records) -> Found:
    taken: Counter[tuple[UUID, UUID]] = Counter()
    for event in records:
        if isinstance(event.data, NominationWithdrawn):
            taken[event.data.season_id, event.data.unit_id] -= 1
        elif isinstance(event.data, NominationSubmitted):
            taken[event.data.season_id, event.data.unit_id] += 1
            rules = records.rules(event.data.season_id)
            used = taken[event.data.season_id, event.data.unit_id]
            if rules and used > rules.unit_quota:
                yield event, f"本单位第 {used} 份，名额 {rules.unit_quota} 份"


@rule("N-11", "每份推荐占本单位一个名额，撤回即退还")
def places_kept(records: Records) -> Found:
    taken = Counter(data.nomination_id for _, data in records.of(PlaceTaken))
    returned = Counter(data.nomination_id for _, data in records.of(PlaceReturned))
    for event, submitted in records.of(NominationSubmitted):
        if taken[submitted.nomination_id] != 1:
            yield event, f"占了 {taken[submitted.nomination_id]} 个名额"
    for event, withdrawn in records.of(NominationWithdrawn):
        if returned[withdrawn.nomination_id] != 1:
            yield event, f"退还了 {returned[withdrawn.nomination_id]} 个名额"


@rule("N-10", "申明本次不推荐的单位没有推荐")
def declined_means_none(records: Records) -> Found:
    declined: dict[tuple[UUID, UUID], int] = {}
    for event, data in records.of(NominationDeclined):
        declined.setdefault((data.season_id, data.unit_id), event.position)
    for event, submitted in records.of(NominationSubmitted):
        if event.position > declined.get((submitted.season_id, submitted.unit_id), event.position):
            yield event, "本单位已申明本次不推荐"


@rule("N-15", "一人一届只有一份推荐")
def one_nomination_a_person(records: Records) -> Found:
    holders: dict[str, UUID] = {}
    reserved = Counter(data.nomination_id for _, data in records.of(NomineeReserved))
    for event in records:
        if isinstance(event.data, NomineeReserved):
            if str(event.stream) in holders:
                yield event, f"此人已有推荐件 {holders[str(event.stream)]}"
            holders[str(event.stream)] = event.data.nomination_id
        elif isinstance(event.data, NomineeReleased):
            holders.pop(str(event.stream), None)
    for event, submitted in records.of(NominationSubmitted):
        if reserved[submitted.nomination_id] != 1:
            yield event, "没有记下被推荐人本届已有推荐件"


@rule("N-38", "事迹材料不超过字数上限")
def within_word_limit(records: Records) -> Found:
    for event, submitted in records.of(NominationSubmitted):
        rules = records.rules(submitted.season_id)
        if rules and submitted.words > rules.word_limit:
            yield event, f"{submitted.words} 字，上限 {rules.word_limit} 字"


@rule("N-12", "发布的推荐与收下的推荐表一致，单位是登记过的")
def as_filed(records: Records) -> Found:
    units = {registered.unit_id for _, registered in records.of(UnitRegistered)}
    for event, submitted in records.of(NominationSubmitted):
        if submitted.unit_id not in units:
            yield event, f"没有登记过单位 {submitted.unit_id}"
        filed = [one for one in records.before(event) if isinstance(one.data, NominationFiled)]
        if not filed:
            yield event, "没有推荐表"
            continue
        data, form = filed[-1].data, records.forms[filed[-1].position]
        stated = (submitted.season_id, submitted.unit_id, submitted.kind, submitted.words)
        ordered = (submitted.rank_in_unit, submitted.frontline)
        if stated != (data.season_id, data.unit_id, data.kind, data.words):
            yield event, "单位、新老典型或字数与推荐表不同"
        if ordered != (form["rank_in_unit"], form["frontline"]):
            yield event, "推荐顺序或是否一线与推荐表不同"


@rule("N-13", "收下的推荐表上本人知情并同意，单位集体研究不晚于报送")
def agreed_to(records: Records) -> Found:
    for event, _ in records.of(NominationFiled):
        form = records.forms[event.position]
        if form["acknowledged"] is not True:
            yield event, "没有本人知情并同意"
        if form["decided_on"] is None:
            yield event, "没有单位集体研究日期"
        elif date.fromisoformat(form["decided_on"]) > event.occurred_at.astimezone(BEIJING).date():
            yield event, f"集体研究日期 {form['decided_on']} 晚于报送"


@rule("N-19", "撤回只有一次，由报送的单位提出，在得知决定授奖之前，也在删除个人信息之前")
def withdrawn_in_time(records: Records) -> Found:
    for event, withdrawn in records.of(NominationWithdrawn):
        earlier = [one.data for one in records.before(event)]
        submitted = [one for one in earlier if isinstance(one, NominationSubmitted)]
        if not submitted or submitted[-1].unit_id != withdrawn.unit_id:
            yield event, "撤回的不是本单位报送的推荐"
        if any(isinstance(one, NominationWithdrawn) for one in earlier):
            yield event, "已经撤回过"
        for one in records.stream("nomination", "custody", withdrawn.nomination_id):
            if one.position < event.position and isinstance(one.data, PersonalDataErased):
                yield event, "撤回在删除个人信息之后"
            if one.position < event.position and one.data == awarded(withdrawn.nomination_id):
                yield event, "撤回在得知决定授奖之后"


def awarded(nomination: UUID) -> LegalHoldPlaced:
    """What nomination notes when it hears of an award."""
    return LegalHoldPlaced(nomination_id=nomination, ground=HoldGround.AWARDED)


def outside(season: SeasonOpened, name: PhaseName, event: Recorded) -> bool:
    """Whether the event's day, in Beijing, is not of the phase; a season may do without the phase."""
    day = event.occurred_at.astimezone(BEIJING).date()
    phase = next((one for one in season.phases if one.name is name), None)
    return phase is not None and not phase.starts_on <= day <= phase.ends_on


def _submitted_before(records: Records, season: UUID, event: Recorded) -> set[UUID]:
    def earlier(kind: type[NominationSubmitted | NominationWithdrawn]) -> set[UUID]:
        return {
            data.nomination_id
            for one, data in records.of(kind)
            if data.season_id == season and one.position < event.position
        }

    return earlier(NominationSubmitted) - earlier(NominationWithdrawn)


RULES = (
    submitted_in_phase, closed_once, within_quota, places_kept, declined_means_none, one_nomination_a_person,
    within_word_limit, as_filed, agreed_to, withdrawn_in_time,
)  # fmt: skip
