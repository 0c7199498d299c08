"""What was done because of another log says so, and rightly (X-01); a command acts once (X-19)."""

from __future__ import annotations

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.nomination import HoldGround
from contracts.review import ObjectionRuled
from eventlog.event import Recorded
from services.nomination.events import LegalHoldPlaced

CAUSES: dict[str, tuple[str, str, str]] = {
    "RoundOpened": ("nomination", "SeasonOpened", "season_id"),
    "NominationsEnded": ("nomination", "NominationsClosed", "season_id"),
    "CaseOpened": ("nomination", "NominationSubmitted", "nomination_id"),
    "CaseWithdrawn": ("nomination", "NominationWithdrawn", "nomination_id"),
    "NoticeOpened": ("publicity", "NoticePublished", "season_id"),
    "NoticeEnded": ("publicity", "NoticeClosed", "season_id"),
    "NoticePlanned": ("nomination", "SeasonOpened", "season_id"),
    "EntryWithdrawn": ("nomination", "NominationWithdrawn", "nomination_id"),
    "NoticeDrafted": ("review", "ShortlistFixed", "season_id"),
    "ExemplarPublished": ("review", "AwardDecided", "nomination_id"),
    "UnitNoted": ("nomination", "UnitRegistered", "unit_id"),
    "DrawPlanned": ("nomination", "SeasonOpened", "season_id"),
    "SelectionMade": ("review", "ShortlistFixed", "season_id"),
    "LegalHoldLifted": ("review", "ObjectionRuled", "nomination_id"),
    "PersonalDataErasureAcknowledged": ("nomination", "PersonalDataErased", "nomination_id"),
    "FollowUpsScheduled": ("publicity", "ExemplarPublished", "nomination_id"),
}
"""By type: the log and type of the event that must have caused it, and the id both speak of."""
HOLDS = {
    HoldGround.SHORTLISTED: "ShortlistFixed",
    HoldGround.AWARDED: "AwardDecided",
    HoldGround.OBJECTION: "ObjectionRaised",
}
"""By the ground of a hold: what review said that placed it."""
DECISIONS = {"AwardDecided", "AwardWithheld", "AwardDeferred", "AwardLapsed"}
"""Caused by the notice's end, or by the ruling just before them in their stream."""


@rule("X-01", "由别的日志引起的事件都记着起因，起因就是应有的那件事")
def caused(records: Records) -> Found:
    for event in records:
        due = CAUSES.get(event.type)
        if isinstance(event.data, LegalHoldPlaced):
            due = ("review", HOLDS.get(event.data.ground, ""), "nomination_id")
        if event.type in DECISIONS and not _after_a_ruling(records, event):
            due = ("publicity", "NoticeClosed", "season_id")
        if due is not None and not _is_caused(records, event, *due):
            yield event, f"起因应是 {due[0]} 的 {due[1]}"


@rule("X-19", "一个命令只生效一次")
def commanded_once(records: Records) -> Found:
    seen: dict[tuple[str, str], int] = {}
    for event in records:
        first = seen.setdefault((event.source, event.id), event.position)
        if first != event.position:
            yield event, f"与第 {first} 号是同一个事件（{event.id}）"


def _is_caused(records: Records, event: Recorded, source: str, kind: str, thing: str) -> bool:
    cause = records.cause_of(event)
    if cause is None or (cause.source, cause.type) != (source, kind):
        return False
    spoken_of = [cause.data, *getattr(cause.data, "entries", ())]
    return getattr(event.data, thing) in [getattr(one, thing, None) for one in spoken_of]


def _after_a_ruling(records: Records, event: Recorded) -> bool:
    earlier = records.before(event)
    return bool(
        event.cause is None
        and earlier
        and isinstance(earlier[-1].data, ObjectionRuled)
        and earlier[-1].actor == event.actor
        and earlier[-1].correlation_id == event.correlation_id
    )


RULES = (caused, commanded_once)
