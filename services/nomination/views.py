"""What nomination's read models answer, one function per question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, func, select

from contracts.actor import Actor, Role
from contracts.errors import Forbidden, NotFound
from contracts.fields import Withheld
from contracts.nomination import (
    ListNominations,
    ListSeasons,
    ListUnits,
    NameNominees,
    NominationForm,
    NominationPage,
    NominationRow,
    NominationView,
    Nominee,
    NomineeList,
    ReasonCount,
    SeasonList,
    SeasonOpened,
    SeasonView,
    ShowNomination,
    UnitList,
    UnitRow,
)
from eventlog.codec import from_json
from services.nomination.store import DECLINED, NOMINATION, REFUSAL, SEASON, SUBMITTED, UNIT
from standards.names import search_key

MAJORITY = "汉族"
_READS_DEEDS = frozenset(Role) - {Role.UNIT, Role.INSPECTOR}
"""Who needs the deeds of anybody: staff, publicity, and reviewers, from whom the gateway hides whose they are."""
_SHOWN = ("name", "workplace", "position", "title")


def list_seasons(_query: ListSeasons, connection: Connection, _actor: Actor) -> SeasonList:
    rows = connection.execute(select(SEASON).order_by(SEASON.c.year.desc(), SEASON.c.season_id)).all()
    return SeasonList(rows=tuple(_season(connection, row) for row in rows))


def list_units(query: ListUnits, connection: Connection, _actor: Actor) -> UnitList:
    season = str(query.season_id)
    counts = _counts_by_unit(connection, season)
    declined = set(connection.execute(select(DECLINED.c.unit_id).where(DECLINED.c.season_id == season)).scalars())
    rows = connection.execute(select(UNIT).order_by(UNIT.c.level, UNIT.c.name)).all()
    return UnitList(
        rows=tuple(
            UnitRow(
                unit_id=UUID(row.unit_id),
                name=row.name,
                sector=row.sector,
                level=row.level,
                nominations=counts.get(row.unit_id, 0),
                declined=row.unit_id in declined,
            )
            for row in rows
        )
    )


def list_nominations(query: ListNominations, connection: Connection, actor: Actor) -> NominationPage:
    wanted = select(NOMINATION).where(NOMINATION.c.season_id == str(query.season_id))
    own = actor.role is Role.UNIT
    unit = actor.subject_id if own else query.unit_id
    if own or unit is not None:
        wanted = wanted.where(NOMINATION.c.unit_id == str(unit))
    if query.kind is not None:
        wanted = wanted.where(NOMINATION.c.kind == query.kind.value)
    if query.search is not None:
        wanted = wanted.where(NOMINATION.c.search_key.contains(search_key(query.search), autoescape=True))
    if query.after is not None:
        submitted_at, _, nomination_id = query.after.partition(" ")
        later = NOMINATION.c.submitted_at > submitted_at
        same = (NOMINATION.c.submitted_at == submitted_at) & (NOMINATION.c.nomination_id > nomination_id)
        wanted = wanted.where(later | same)
    ordered = wanted.order_by(NOMINATION.c.submitted_at, NOMINATION.c.nomination_id).limit(query.limit + 1)
    found = [_nomination(row) for row in connection.execute(ordered)]
    shown = found[: query.limit]
    return NominationPage(rows=tuple(shown), following=shown[-1].cursor if len(found) > query.limit else None)


def show_nomination(query: ShowNomination, connection: Connection, actor: Actor) -> NominationView:
    wanted = select(NOMINATION).where(NOMINATION.c.nomination_id == str(query.nomination_id))
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("nomination.not_found")
    if actor.role is Role.UNIT and row.unit_id != str(actor.subject_id):
        raise Forbidden("identity.not_own", role=actor.role.value)
    return NominationView(row=_nomination(row), version=row.version, form=_form(row))


def name_nominees(query: NameNominees, connection: Connection, actor: Actor) -> NomineeList:
    wanted = (
        select(NOMINATION, UNIT.c.name.label("unit"))
        .join(UNIT, UNIT.c.unit_id == NOMINATION.c.unit_id)
        .where(NOMINATION.c.nomination_id.in_([str(one) for one in query.nomination_ids]))
        .order_by(NOMINATION.c.nomination_id)
    )
    rows = connection.execute(wanted)
    return NomineeList(
        rows=tuple(
            _nominee(row) if actor.role in _READS_DEEDS or _wrote(actor, row) else _named(_nominee(row)) for row in rows
        )
    )


def _wrote(actor: Actor, row: Row[Any]) -> bool:
    return actor.role is Role.UNIT and row.unit_id == str(actor.subject_id)


def _named(nominee: Nominee) -> Nominee:
    return replace(nominee, gender="", ethnicity="", deeds="")


def _nominee(row: Row[Any]) -> Nominee:
    form = _form(row)
    if form is None:
        erased = Withheld.ERASED.value
        return Nominee(
            nomination_id=UUID(row.nomination_id), unit_id=UUID(row.unit_id), unit=row.unit, name=erased, gender="",
            ethnicity="", workplace="", position="", title=erased, deeds="",
        )  # fmt: skip
    return Nominee(
        nomination_id=UUID(row.nomination_id),
        unit_id=UUID(row.unit_id),
        unit=row.unit,
        name=form.name,
        gender="女" if form.gender.value == "女" else "",
        ethnicity="" if form.ethnicity == MAJORITY else form.ethnicity,
        workplace=form.workplace,
        position=form.position,
        title=form.title,
        deeds=form.deeds,
    )


def _nomination(row: Row[Any]) -> NominationRow:
    # A list needs four of the form's fields, not the whole made anew.
    form = orjson.loads(row.form) if row.form else dict.fromkeys(_SHOWN, Withheld.ERASED.value)
    shown: dict[str, Any] = {
        "cursor": f"{row.submitted_at} {row.nomination_id}",
        "nomination_id": row.nomination_id,
        "unit_id": row.unit_id,
        "rank_in_unit": row.rank_in_unit,
        **{name: form[name] for name in _SHOWN},
        "kind": row.kind,
        "frontline": row.frontline,
        "words": row.words,
        "state": row.state,
        "submitted_at": row.submitted_at,
    }
    view: NominationRow = from_json(NominationRow, shown)
    return view


def _form(row: Row[Any]) -> NominationForm | None:
    form: NominationForm | None = from_json(NominationForm, orjson.loads(row.form)) if row.form else None
    return form


def _season(connection: Connection, row: Row[Any]) -> SeasonView:
    opened: SeasonOpened = from_json(SeasonOpened, orjson.loads(row.opened))
    refusals = select(REFUSAL).where(REFUSAL.c.season_id == row.season_id).order_by(REFUSAL.c.code)
    declined = select(func.count()).select_from(DECLINED).where(DECLINED.c.season_id == row.season_id)
    return SeasonView(
        season_id=opened.season_id,
        version=row.version,
        name=opened.name,
        year=opened.year,
        county=opened.county,
        basis=opened.basis,
        phases=opened.phases,
        rules=opened.rules,
        nominations_open=row.nominations_open,
        units=connection.execute(select(func.count()).select_from(UNIT)).scalar_one(),
        declined=connection.execute(declined).scalar_one(),
        nominations=sum(_counts_by_unit(connection, row.season_id).values()),
        refusals=tuple(ReasonCount(code=one.code, count=one.refused) for one in connection.execute(refusals)),
    )


def _counts_by_unit(connection: Connection, season_id: str) -> dict[str, int]:
    query = (
        select(NOMINATION.c.unit_id, func.count().label("nominations"))
        .where(NOMINATION.c.season_id == season_id, NOMINATION.c.state == SUBMITTED)
        .group_by(NOMINATION.c.unit_id)
    )
    return {row.unit_id: row.nominations for row in connection.execute(query)}
