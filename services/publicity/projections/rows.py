"""Events of publicity to the rows its pages ask for."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, insert, select, update

from contracts.publicity import ExemplarPublished, NoticeClosed, NoticePublished
from eventlog.codec import to_text
from eventlog.event import Recorded
from eventlog.projection import Projection, upsert
from eventlog.timeline import Timeline
from services.publicity.domain.notice import rule_in_words
from services.publicity.events import CalendarTableAdopted, EntryWithdrawn, NoticeDrafted, NoticeExtended, NoticePlanned
from services.publicity.store import CALENDAR_TABLE, CLOSED, DRAFTED, EXEMPLAR, NOTICE, ON_NOTICE, PLANNED


def _planned(connection: Connection, planned: NoticePlanned, event: Recorded) -> None:
    connection.execute(
        insert(NOTICE).values(
            season_id=str(planned.season_id),
            version=event.version,
            state=PLANNED,
            tiers=to_text([tier.name for tier in planned.rules.tiers]),
            entries="[]",
            withdrawn="[]",
            rule=rule_in_words(planned.rules),
        )
    )


def _drafted(connection: Connection, drafted: NoticeDrafted, event: Recorded) -> None:
    entries = to_text(drafted.entries)
    _set(connection, event, state=DRAFTED, entries=entries)


def _withdrawn(connection: Connection, withdrawn: EntryWithdrawn, event: Recorded) -> None:
    row = NOTICE.c.season_id == str(withdrawn.season_id)
    before = orjson.loads(connection.execute(select(NOTICE.c.withdrawn).where(row)).scalar_one())
    _set(connection, event, withdrawn=to_text([*before, str(withdrawn.nomination_id)]))


def _published(connection: Connection, published: NoticePublished, event: Recorded) -> None:
    _set(
        connection,
        event,
        state=ON_NOTICE,
        entries=to_text(published.entries),
        published_at=published.published_at.isoformat(),
        ends_at=published.ends_at.isoformat(),
    )


def _extended(connection: Connection, extended: NoticeExtended, event: Recorded) -> None:
    _set(connection, event, ends_at=extended.ends_at.isoformat())


def _adopted(connection: Connection, adopted: CalendarTableAdopted, event: Recorded) -> None:
    days = {"holidays": adopted.holidays, "workdays": adopted.workdays}
    told = {name: to_text(listed) for name, listed in days.items()}
    values = {"document": adopted.document, **told, "adopted_at": event.occurred_at.isoformat()}
    upsert(connection, CALENDAR_TABLE, {"year": adopted.year}, values)


def _closed(connection: Connection, closed: NoticeClosed, event: Recorded) -> None:
    _set(connection, event, state=CLOSED, closed_at=closed.closed_at.isoformat())


def _set(connection: Connection, event: Recorded, **values: str) -> None:
    row = NOTICE.c.season_id == str(event.stream.id)
    connection.execute(update(NOTICE).where(row).values(version=event.version, **values))


def _exemplar_published(connection: Connection, published: ExemplarPublished, _: Recorded) -> None:
    connection.execute(
        insert(EXEMPLAR).values(
            nomination_id=str(published.nomination_id),
            season_id=str(published.season_id),
            unit_id=str(published.unit_id),
            tier=published.tier,
            published_at=published.published_at.isoformat(),
            path=published.path,
        )
    )


PROJECTIONS = (
    Projection(
        "notices",
        2,
        [NOTICE, EXEMPLAR, CALENDAR_TABLE],
        {
            NoticePlanned: _planned,
            NoticeDrafted: _drafted,
            EntryWithdrawn: _withdrawn,
            NoticePublished: _published,
            NoticeExtended: _extended,
            NoticeClosed: _closed,
            ExemplarPublished: _exemplar_published,
            CalendarTableAdopted: _adopted,
        },
    ),
    Timeline(),
)
