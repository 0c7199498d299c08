"""What the logs of the made-up county say about its first nomination."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.rpc import Detail, TimelineEntry
from tests.gateway import county


def entry(source: str, position: int, event: str, hlc: int, **details: str) -> TimelineEntry:
    return TimelineEntry(
        source=source,
        position=position,
        type=event,
        occurred_at=datetime.fromtimestamp(hlc, UTC),
        actor="office-1",
        role="办公室",
        subject=f"case-{county.NOMINATION_IDS[0]}",
        leafhash="x3Hq2mZ4k1Yv0b1cF8nQ9w7RrT5sU6pLaJdGhKeMiB0=",
        hlc_ms=hlc * 1000,
        hlc_counter=0,
        details=tuple(Detail(name=name, value=value) for name, value in details.items()),
    )


TIMELINES = {
    "nomination": (entry("nomination", 312, "NominationSubmitted", 1776388800, rank_in_unit="1", kind="新典型"),),
    "review": (
        entry("review", 88, "CaseOpened", 1778572800),
        entry("review", 4655, "ReviewCompleted", 1781244000, reviewers="5", score="92.72"),
        entry("review", 4903, "AwardDecided", 1783386000, tier="一等奖", score="92.72", decided_on="2026-07-07"),
    ),
    "publicity": (
        entry("publicity", 88, "NoticePublished", 1782090000, ends_at="2026-06-29T17:30:00+08:00", rule="5 个工作日"),
        entry("publicity", 96, "ExemplarPublished", 1783472400, tier="一等奖"),
    ),
    "inspection": (entry("inspection", 41, "FollowUpsScheduled", 1783476000),),
}
