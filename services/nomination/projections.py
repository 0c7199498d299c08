"""Events of nomination to the rows its pages ask for."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from contracts.fields import Withheld
from contracts.nomination import (
    NominationsClosed,
    NominationSubmitted,
    NominationWithdrawn,
    PersonalDataErased,
    SeasonOpened,
    UnitRegistered,
)
from eventlog.codec import to_text
from eventlog.event import Recorded
from eventlog.projection import Projection, upsert
from eventlog.timeline import Timeline
from services.nomination.events import ImportRefused, NominationDeclined, NominationFiled, NominationRefused
from services.nomination.store import DECLINED, NOMINATION, NOMINEE, REFUSAL, SEASON, SUBMITTED, UNIT, WITHDRAWN
from standards.names import search_key


def _season_opened(connection: Connection, opened: SeasonOpened, event: Recorded) -> None:
    connection.execute(
        insert(SEASON).values(
            season_id=str(opened.season_id),
            version=event.version,
            year=opened.year,
            opened=to_text(opened),
            nominations_open=True,
        )
    )


def _nominations_closed(connection: Connection, closed: NominationsClosed, event: Recorded) -> None:
    row = SEASON.c.season_id == str(closed.season_id)
    connection.execute(update(SEASON).where(row).values(nominations_open=False, version=event.version))


def _unit_registered(connection: Connection, unit: UnitRegistered, _: Recorded) -> None:
    connection.execute(
        insert(UNIT).values(unit_id=str(unit.unit_id), name=unit.name, sector=unit.sector, level=unit.level)
    )


def _declined(connection: Connection, declined: NominationDeclined, _: Recorded) -> None:
    connection.execute(insert(DECLINED).values(season_id=str(declined.season_id), unit_id=str(declined.unit_id)))


def _filed(connection: Connection, filed: NominationFiled, event: Recorded) -> None:
    known = None if isinstance(filed.form, Withheld) else filed.form
    connection.execute(
        insert(NOMINATION).values(
            nomination_id=str(filed.nomination_id),
            # The published twin follows in the same append.
            version=event.version + 1,
            season_id=str(filed.season_id),
            unit_id=str(filed.unit_id),
            rank_in_unit=0,
            search_key=search_key(known.name) if known else "",
            kind=filed.kind.value,
            frontline=False,
            words=filed.words,
            state=SUBMITTED,
            submitted_at=event.occurred_at.isoformat(),
            form=to_text(known) if known else None,
        )
    )
    if known:
        key = {"season_id": str(filed.season_id), "identity": filed.identity}
        upsert(
            connection, NOMINEE, key, {"nominee_id": str(filed.nominee_id), "nomination_id": str(filed.nomination_id)}
        )


def _submitted(connection: Connection, submitted: NominationSubmitted, _: Recorded) -> None:
    row = NOMINATION.c.nomination_id == str(submitted.nomination_id)
    shown = {"rank_in_unit": submitted.rank_in_unit, "frontline": submitted.frontline}
    connection.execute(update(NOMINATION).where(row).values(**shown))


def _withdrawn(connection: Connection, withdrawn: NominationWithdrawn, event: Recorded) -> None:
    row = NOMINATION.c.nomination_id == str(withdrawn.nomination_id)
    connection.execute(update(NOMINATION).where(row).values(state=WITHDRAWN, version=event.version))


def _erased(connection: Connection, erased: PersonalDataErased, _: Recorded) -> None:
    nomination = str(erased.nomination_id)
    connection.execute(
        update(NOMINATION).where(NOMINATION.c.nomination_id == nomination).values(form=None, search_key="")
    )
    connection.execute(delete(NOMINEE).where(NOMINEE.c.nomination_id == nomination))


def _refused(connection: Connection, refused: NominationRefused, _: Recorded) -> None:
    _count(connection, refused.season_id, refused.code, 1)


def _import_refused(connection: Connection, refused: ImportRefused, _: Recorded) -> None:
    for code, count in sorted(refused.reasons.items()):
        _count(connection, refused.season_id, code, count)


def _count(connection: Connection, season_id: UUID, code: str, more: int) -> None:
    key = {"season_id": str(season_id), "code": code}
    query = select(REFUSAL.c.refused).where(*(REFUSAL.c[name] == value for name, value in key.items()))
    so_far = connection.execute(query).scalar_one_or_none() or 0
    upsert(connection, REFUSAL, key, {"refused": so_far + more})


PROJECTIONS = (
    Projection(
        "seasons",
        1,
        [SEASON, UNIT, DECLINED],
        {
            SeasonOpened: _season_opened,
            NominationsClosed: _nominations_closed,
            UnitRegistered: _unit_registered,
            NominationDeclined: _declined,
        },
    ),
    Projection(
        "nominations",
        2,
        [NOMINATION, NOMINEE, REFUSAL],
        {
            NominationFiled: _filed,
            NominationSubmitted: _submitted,
            NominationWithdrawn: _withdrawn,
            PersonalDataErased: _erased,
            NominationRefused: _refused,
            ImportRefused: _import_refused,
        },
    ),
    Timeline(),
)
