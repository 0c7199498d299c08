"""The demo's people: 300 nominees with complete forms, 30 reviewers, 6 inspectors. All are made up and marked 演示."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import TypeVar
from uuid import UUID, uuid5

from contracts.nomination import Gender, Honour, HonourLevel, NominationForm
from deploy.demo.county import TOWNS, UNITS, Unit
from deploy.demo.deeds import Deeds, Field, fields, write_deeds
from deploy.demo.dice import dice
from deploy.demo.names import Identity, identities
from deploy.demo.spelling import Subject

_T = TypeVar("_T")

NOMINEES = 300
REVIEWERS = 30
INSPECTORS = 6
DECLINING_UNITS = ("YL-018", "YL-047", "YL-051")
"""These put nobody forward this season (N-10)."""

_PEOPLE_NAMESPACE = UUID("2f0a7c1e-6b0d-5d5e-8a71-b0f4e3a9c6d2")
_OLD_ENOUGH_FOR_OLD = 45
_DECISION_DAYS = (date(2026, 3, 16), date(2026, 4, 24))
_EDUCATION = (("初中", 8), ("高中", 14), ("中专", 18), ("大专", 30), ("本科", 27), ("硕士研究生", 3))
_LEVELS = ((HonourLevel.COUNTY, 55), (HonourLevel.CITY, 33), (HonourLevel.PROVINCIAL, 11), (HonourLevel.NATIONAL, 1))
_GIVERS = {
    HonourLevel.COUNTY: ("全县", "云岭县人民政府", "云政发"),
    HonourLevel.CITY: ("全市", "市人民政府", "市政发"),
    HonourLevel.PROVINCIAL: ("全省", "省人民政府", "省政发"),
    HonourLevel.NATIONAL: ("全国", "国务院有关部门", "部发"),
}


@dataclass(frozen=True)
class MadeUpNominee:
    """``merit`` is what fair reviewers would give, in points of 100; only `deploy.demo.scores` looks at it."""

    nomination_id: UUID
    unit: Unit
    form: NominationForm
    merit: float


@dataclass(frozen=True)
class Official:
    """A reviewer or an inspector."""

    person_id: UUID
    name: str
    unit: Unit


@dataclass(frozen=True)
class _Draft:
    unit: Unit
    rank: int
    who: Identity
    subject: Subject
    frontline: bool
    born: date


def nominees(seed: int) -> tuple[MadeUpNominee, ...]:
    """300 nominees in the order of units and of rank in the unit; the same for the same seed."""
    rng = dice(seed, "people")
    drafts = list(_drafts(identities(NOMINEES, rng), rng))
    texts = write_deeds([draft.subject for draft in drafts], seed)
    merits = merit_ladder()
    rng.shuffle(merits)
    known = fields()
    return tuple(
        MadeUpNominee(
            nomination_id=uuid5(_PEOPLE_NAMESPACE, f"nominee {number}"),
            unit=draft.unit,
            form=_form(number, draft, text, known[draft.subject.field], rng),
            merit=merit,
        )
        for number, (draft, text, merit) in enumerate(zip(drafts, texts, merits, strict=True), start=1)
    )


def merit_ladder() -> list[float]:
    """Merits of the 300, best first: 4 stand out, 12 follow, 20 after them, the rest spread down to 66.

    A group's lowest merit lies more than `deploy.demo.scores.LARGEST_DEVIATION` above a tier's minimum score, and the
    next group's highest more than that below it. So with every seed, panel and drawing exactly 4 reach the first tier's
    92.00 and one of its five places stays vacant.
    """
    groups = ((4, 93.6, 93.4), (12, 90.4, 89.5), (20, 86.4, 85.5), (264, 82.0, 66.0))
    return [round(best - (best - last) * place / (size - 1), 3) for size, best, last in groups for place in range(size)]


def reviewers(seed: int) -> tuple[Official, ...]:
    """30 reviewers from 30 units (R-01)."""
    return _officials("reviewer", REVIEWERS, dice(seed, "reviewers"))


def inspectors(seed: int) -> tuple[Official, ...]:
    """6 inspectors from 6 units."""
    return _officials("inspector", INSPECTORS, dice(seed, "inspectors"))


def _officials(role: str, count: int, rng: random.Random) -> tuple[Official, ...]:
    units = rng.sample(UNITS, count)
    people = identities(count + 40, rng)[-count:]
    return tuple(
        Official(uuid5(_PEOPLE_NAMESPACE, f"{role} {number}"), who.name, unit)
        for number, (who, unit) in enumerate(zip(people, units, strict=True), start=1)
    )


def _drafts(people: Sequence[Identity], rng: random.Random) -> Iterator[_Draft]:
    posts = _posts()
    waiting = iter(people)
    turn = 0
    for unit, places in _places(rng):
        for rank in range(1, places + 1):
            field = unit.fields[turn % len(unit.fields)]
            turn += 1
            post = rng.choice(posts[unit.name] if unit.name in posts else posts[field])
            yield _draft(unit, rank, next(waiting), field, post, rng)


def _draft(unit: Unit, rank: int, who: Identity, field: str, post: str, rng: random.Random) -> _Draft:
    born = date(rng.randint(1967, 1995), rng.randint(1, 12), 1)
    started = min(born.year + rng.randint(20, 27), 2017)
    older = 2026 - born.year >= _OLD_ENOUGH_FOR_OLD
    subject = Subject(
        name=who.name,
        call=f"{'老' if older else '小'}{who.name[0]}" if who.has_surname else who.given,
        pronoun="她" if who.gender == "女" else "他",
        unit=unit.name,
        position=post.removesuffix("*"),
        field=field,
        town=unit.name if unit.name in TOWNS else rng.choice(TOWNS),
        started=started,
    )
    return _Draft(unit, rank, who, subject, post.endswith("*"), born)


def _places(rng: random.Random) -> list[tuple[Unit, int]]:
    """Four to six places a unit, 300 in all; units that decline have none."""
    units = [unit for unit in UNITS if unit.code not in DECLINING_UNITS]
    shuffled = rng.sample(units, len(units))
    fewer = 12
    more = NOMINEES - 5 * len(units) + fewer
    places = dict.fromkeys(units, 5)
    places |= dict.fromkeys(shuffled[:fewer], 4) | dict.fromkeys(shuffled[fewer : fewer + more], 6)
    return list(places.items())


def _posts() -> dict[str, list[str]]:
    loaded = tomllib.loads(files("deploy.demo").joinpath("positions.toml").read_text("utf-8"))
    return {**loaded["town"], **loaded["unit"]}


def _form(number: int, draft: _Draft, text: Deeds, own: Field, rng: random.Random) -> NominationForm:
    status = rng.choices(("中共党员", "群众", "民盟盟员", "农工党党员"), (62, 34, 2, 2))[0]
    first, last = _DECISION_DAYS
    return NominationForm(
        rank_in_unit=draft.rank,
        name=draft.who.name,
        gender=Gender(draft.who.gender),
        ethnicity=draft.who.ethnicity,
        birth_month=f"{draft.born:%Y-%m}",
        political_status=status,
        workplace=draft.unit.name,
        position=f"{draft.subject.position}（演示）",
        frontline=draft.frontline,
        education=_weighted(_EDUCATION, rng),
        honours=_honours(draft.subject.started, own, rng) if number % 4 == 0 else (),
        title=text.title,
        deeds=text.text,
        contact=f"演示电话000-{number:04d}",
        acknowledged=True,
        decided_on=first + timedelta(days=rng.randint(0, (last - first).days)),
    )


def _weighted(choices: Sequence[tuple[_T, int]], rng: random.Random) -> _T:
    values, weights = zip(*choices, strict=True)
    chosen: _T = rng.choices(values, weights)[0]
    return chosen


def _honours(started: int, own: Field, rng: random.Random) -> tuple[Honour, ...]:
    years = sorted(rng.sample(range(max(started + 3, 2014), 2026), rng.choice((1, 1, 2))))
    return tuple(_honour(year, own, rng) for year in years)


def _honour(year: int, own: Field, rng: random.Random) -> Honour:
    level = _weighted(_LEVELS, rng)
    scope, giver, mark = _GIVERS[level]
    return Honour(
        title=f"{scope}{rng.choice(own.awards)}（演示）",
        level=level,
        awarded_by=giver,
        document_number=f"{mark}〔{year}〕{rng.randint(3, 48)}号（演示）",
        awarded_on=date(year, rng.randint(1, 12), rng.randint(1, 28)),
    )
