"""What the signed-in person has to do now, until when: the first thing on everybody's first page.

Pure functions of the views; each duty's sentence says the deed and its link leads to where it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from contracts.inspection import DrawView, FollowUpRow, InspectionRow
from contracts.nomination import Phase, PhaseName, SeasonView, UnitRow
from contracts.publicity import NoticeView
from contracts.review import CaseRow, ReviewerRow, RoundView
from gateway.telling import day, moment, today

SOON_DAYS = 3
FOLLOW_UP_AHEAD_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Duty:
    """``due`` is the last day; without it the duty waits for nobody else and can be done today."""

    sentence: str
    link: str
    due: date | None = None

    def urgency(self, on: date) -> tuple[str, str]:
        """(style, words) of the tag beside it."""
        if self.due is None:
            return "due", "现在可办"
        left = (self.due - on).days
        if left < 0:
            return "late", f"已过 {-left} 天"
        if left == 0:
            return "late", "今天到期"
        return ("due" if left <= SOON_DAYS else "calm"), f"{day(self.due)}，剩 {left} 天"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the services say about the season; None where it has not come that far or is not this person's to see."""

    on: date
    season: SeasonView
    round: RoundView | None = None
    notice: NoticeView | None = None
    draw: DrawView | None = None
    units: tuple[UnitRow, ...] = ()
    reviewers: tuple[ReviewerRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    inspections: tuple[InspectionRow, ...] = ()
    follow_ups: tuple[FollowUpRow, ...] = ()
    parked: int = 0


def phase_of(season: SeasonView, name: PhaseName) -> Phase | None:
    return next((phase for phase in season.phases if phase.name is name), None)


def end_of(season: SeasonView, name: PhaseName) -> date | None:
    phase = phase_of(season, name)
    return phase.ends_on if phase else None


def by_urgency(duties: list[Duty]) -> list[Duty]:
    """Dated ones by date; between them, what can be done today stands with today."""
    return sorted(duties, key=lambda duty: duty.due or date.min)


def of_office(now: Situation) -> list[Duty]:
    base = f"/seasons/{now.season.season_id}"
    found: list[Duty] = []
    if now.parked:
        found.append(Duty(sentence=f"{now.parked} 件跨服务消息搁置，等人处理", link="/log"))
    return [*found, *_nominating(now, base), *_reviewing(now, base), *_noticing(now, base), *_inspecting(now, base)]


def _nominating(now: Situation, base: str) -> list[Duty]:
    season = now.season
    if not season.nominations_open:
        return []
    ends_on = end_of(season, PhaseName.NOMINATION)
    if ends_on is None or now.on > ends_on:
        return [Duty(sentence="推荐阶段已到期，关闭推荐阶段", link=f"{base}/nominations/closing", due=ends_on)]
    silent = sum(row.nominations == 0 and not row.declined for row in now.units)
    if not silent:
        return []
    return [Duty(sentence=f"{silent} 个单位还没有推荐，也没有申明本次不推荐", link="/units?silent=1", due=ends_on)]


def _reviewing(now: Situation, base: str) -> list[Duty]:
    season, scoring = now.season, now.round
    if scoring is None or season.nominations_open or not scoring.cases:
        return []
    ends_on = end_of(season, PhaseName.REVIEW)
    if not scoring.sheets_expected:
        return [Duty(sentence=f"为 {scoring.cases} 份材料抽取评委", link=f"{base}/assignments", due=ends_on)]
    if scoring.sheets_signed < scoring.sheets_expected:
        late = [row for row in now.reviewers if row.scored < row.assigned]
        left = scoring.sheets_expected - scoring.sheets_signed
        return [Duty(sentence=f"{len(late)} 位评委还有 {left} 份评分表没有签名", link="/cases#reviewers", due=ends_on)]
    if scoring.ties:
        sentence = f"{scoring.ties[0].tier}末位并列，登记评委组表决"
        return [Duty(sentence=sentence, link=f"{base}/ties", due=ends_on)]
    if not scoring.tiers:
        return [Duty(sentence="材料已全部评完，提出建议名单", link=f"{base}/shortlist", due=ends_on)]
    return []


def _noticing(now: Situation, base: str) -> list[Duty]:
    scoring, notice = now.round, now.notice
    if scoring is None or not scoring.tiers:
        return []
    found = []
    if notice is None or notice.published_at is None:
        due = phase_of(now.season, PhaseName.NOTICE)
        return [Duty(sentence="建议名单已定，发布公示", link=f"{base}/notice", due=due.starts_on if due else None)]
    if scoring.open_objections:
        found.append(Duty(sentence=f"{scoring.open_objections} 件异议等领导小组裁定", link="/cases?objections=1"))
    if notice.closed_at is None and notice.ends_at is not None:
        ends_on = today(notice.ends_at)
        running = f"公示到 {moment(notice.ends_at)} 期满，期满后办结"
        sentence = "公示期已满，办结公示" if now.on > ends_on else running
        found.append(Duty(sentence=sentence, link=f"{base}/notice/closing", due=ends_on))
    return found


def _inspecting(now: Situation, base: str) -> list[Duty]:
    scoring, draw = now.round, now.draw
    found = []
    if scoring is not None and scoring.awards and draw is not None:
        if not draw.pool:
            found.append(Duty(sentence="公布抽查名单池", link=f"{base}/pool"))
        elif not draw.units:
            found.append(Duty(sentence=f"等“{draw.seed_source}”产生后，登记种子并抽取检查对象", link=f"{base}/draw"))
    if waiting := sum(row.visited_on is None for row in now.inspections):
        found.append(Duty(sentence=f"{waiting} 次检查还没有出具结果", link="/inspections"))
    ahead = now.on + timedelta(days=FOLLOW_UP_AHEAD_DAYS)
    near = [row for row in now.follow_ups if now.on <= row.due_on <= ahead]
    if near:
        found.append(
            Duty(
                sentence=f"{len(near)} 位榜样的跟踪回访将到期", link="/follow-ups", due=min(row.due_on for row in near)
            )
        )
    return found


def of_unit(now: Situation, unit_id: UUID) -> list[Duty]:
    own = next((row for row in now.units if row.unit_id == unit_id), None)
    if own is None or not now.season.nominations_open or own.declined:
        return []
    ends_on = end_of(now.season, PhaseName.NOMINATION)
    quota = now.season.rules.unit_quota
    if own.nominations == 0:
        sentence = f"报送推荐（本单位名额 {quota} 名），没有合适人选也可以申明本次不推荐"
    elif own.nominations < quota:
        sentence = f"已报 {own.nominations} 名，还可以再报 {quota - own.nominations} 名"
    else:
        return []
    return [Duty(sentence=sentence, link="/import", due=ends_on)]


def of_reviewer(now: Situation) -> list[Duty]:
    left = sum(row.my_score is None for row in now.cases)
    if not left:
        return []
    return [
        Duty(
            sentence=f"还有 {left} 份材料等您评分，共 {len(now.cases)} 份",
            link="/scoring",
            due=end_of(now.season, PhaseName.REVIEW),
        )
    ]


def of_leader(now: Situation) -> list[Duty]:
    scoring, notice = now.round, now.notice
    if scoring is None or not scoring.open_objections:
        return []
    ends_on = today(notice.ends_at) if notice is not None and notice.ends_at is not None else None
    return [Duty(sentence=f"裁定 {scoring.open_objections} 件异议", link="/cases?objections=1", due=ends_on)]


def of_inspector(now: Situation) -> list[Duty]:
    return [
        Duty(sentence=f"第 {number} 次检查还没有出具结果", link=f"/inspections/{row.inspection_id}")
        for number, row in enumerate(now.inspections, start=1)
        if row.visited_on is None
    ]


def of_auditor(now: Situation) -> list[Duty]:
    if not now.parked:
        return []
    return [Duty(sentence=f"{now.parked} 件跨服务消息搁置，查明原因", link="/log")]
