"""The season as it was and as it would have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from uuid import UUID

from audit import recompute
from audit.outcome import Unusable
from audit.recompute import Candidate, Standing
from audit.records import Records
from audit.rules import ranking
from audit.what_if.changes import Changes, Trial, apply
from contracts.nomination import NominationSubmitted, RulePack
from contracts.review import AwardDecided, ReviewCompleted, ShortlistFixed
from eventlog.event import Recorded
from services.review.events import CaseOpened, CaseWithdrawn

TO_VOTE = "待表决"
"""Stands for the tier of whoever is equal in merit where places run out (R-11)."""


class Turn(Enum):
    """What the other rules would have done to somebody."""

    GAINS = "得到等次"
    LOSES = "失去等次"
    MOVES = "等次变化"
    STAYS = "不变"


@dataclass(frozen=True)
class Place:
    """All null for somebody who is not ranked at all; ``tier`` null for somebody who is, without one."""

    rank: int | None = None
    score: Decimal | None = None
    tier: str | None = None


@dataclass(frozen=True)
class Compared:
    """One nomination; ``awarded`` is the tier that was decided in fact."""

    nomination_id: UUID
    unit_id: UUID
    was: Place
    would_be: Place
    awarded: str | None

    @property
    def turn(self) -> Turn:
        if self.was.tier == self.would_be.tier:
            return Turn.STAYS
        if self.was.tier is None:
            return Turn.GAINS
        return Turn.LOSES if self.would_be.tier is None else Turn.MOVES


@dataclass(frozen=True)
class Simulation:
    """``compared`` by the simulated rank, those without one last."""

    season_id: UUID
    rules: RulePack
    trial: Trial
    compared: tuple[Compared, ...]


@dataclass(frozen=True)
class _Reviewed:
    """A completed case with its score sheets, points by criterion."""

    case: CaseOpened
    sheets: Sequence[Mapping[str, Decimal]]


def simulate(records: Records, season: UUID | None, changes: Changes) -> Simulation:
    """``season`` may be left out where only one has a shortlist. Raises :class:`Unusable`."""
    event, fixed = _shortlist(records, season)
    rules = records.rules(fixed.season_id)
    if rules is None:
        raise Unusable(f"日志里没有开启过 {fixed.season_id} 这一届。")
    reviewed = _reviewed(records, fixed.season_id, event)
    trial = apply(changes, rules, [sheet for one in reviewed for sheet in one.sheets])
    was = _places(ranking.standings_at(records, fixed.season_id, event, rules))
    listed = {one.nomination_id: Place(one.rank, one.score, one.tier) for one in fixed.entries}
    if listed != {nomination: place for nomination, place in was.items() if place.tier is not None}:
        raise Unusable("按原规则复算与日志里的建议名单不符，不能拿来比较。请先用 audit rules 核对。")
    votes = ranking.votes_at(records, fixed.season_id, event)
    would_be = _places(_retried(_within_quota(records, reviewed, trial.rules.unit_quota), trial, votes))
    awarded = {data.nomination_id: data.tier for _, data in records.of(AwardDecided)}
    compared = [
        Compared(id_, one.case.unit_id, was.get(id_, Place()), would_be.get(id_, Place()), awarded.get(id_))
        for one in reviewed
        if (id_ := one.case.nomination_id)
    ]
    last = len(compared) + 1
    compared.sort(key=lambda one: (one.would_be.rank or last, one.was.rank or last, one.nomination_id))
    return Simulation(fixed.season_id, rules, trial, tuple(compared))


def _shortlist(records: Records, season: UUID | None) -> tuple[Recorded, ShortlistFixed]:
    found = [(event, data) for event, data in records.of(ShortlistFixed) if season in (None, data.season_id)]
    if not found:
        raise Unusable("日志里没有提出过建议名单，没有可以重算的一届。")
    if len(found) > 1:
        seasons = "、".join(str(data.season_id) for _, data in found)
        raise Unusable(f"日志里有几届，请用 --season 指明一届：{seasons}。")
    return found[0]


def _reviewed(records: Records, season: UUID, event: Recorded) -> list[_Reviewed]:
    """Whoever was completed and not withdrawn when the shortlist was fixed, also those who failed."""
    gone = {data.nomination_id for one, data in records.of(CaseWithdrawn) if one.position < event.position}
    return [
        _Reviewed(
            case=records.cases[data.nomination_id],
            sheets=[recompute.points_of(signed) for signed in ranking.sheets(records, one)],
        )
        for one, data in records.of(ReviewCompleted)
        if data.season_id == season and one.position < event.position and data.nomination_id not in gone
    ]


def _within_quota(records: Records, reviewed: Sequence[_Reviewed], quota: int) -> list[_Reviewed]:
    """Of each unit the first in its own order (N-11)."""
    order = {data.nomination_id: (data.rank_in_unit, event.position) for event, data in records.of(NominationSubmitted)}
    by_unit: dict[UUID, list[UUID]] = defaultdict(list)
    for one in reviewed:
        by_unit[one.case.unit_id].append(one.case.nomination_id)
    kept = {one for unit in by_unit.values() for one in sorted(unit, key=lambda id_: order[id_])[:quota]}
    return [one for one in reviewed if one.case.nomination_id in kept]


def _retried(reviewed: Iterable[_Reviewed], trial: Trial, votes: Sequence[Sequence[UUID]]) -> list[Standing]:
    rules = trial.rules
    candidates = [
        Candidate(case=one.case, result=recompute.panelled(rules.rubric, rules.trim_from, one.sheets, trial.averaging))
        for one in reviewed
    ]
    return recompute.standings([one for one in candidates if not one.result.failed], rules.tiers, votes)


def _places(standings: Iterable[Standing]) -> dict[UUID, Place]:
    return {
        one.candidate.case.nomination_id: Place(one.rank, one.candidate.result.score, TO_VOTE if one.tied else one.tier)
        for one in standings
    }
