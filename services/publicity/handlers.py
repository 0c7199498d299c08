"""One function per command: load, decide, append. Commands of our own policies come last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.nomination import NominationWithdrawn, SeasonOpened
from contracts.publicity import CALENDAR_ID, AdoptCalendarTable, CloseNotice, PublishNotice
from contracts.review import AwardDecided, ShortlistFixed
from eventlog.event import Provenance
from eventlog.log import Appended, Transaction
from eventlog.stream import StreamName
from services.publicity.domain import exemplar, notice, working_calendar
from services.publicity.store import NOTICE, ON_NOTICE
from standards.working_days import Calendar

CALENDAR = StreamName("calendar", CALENDAR_ID)


def publish_notice(command: PublishNotice, tx: Transaction, by: Provenance) -> Appended:
    calendar = _calendar(tx)
    return _decide_notice(
        tx, command.season_id, lambda state: notice.publish(command, state, by.occurred_at, calendar), by
    )


def close_notice(command: CloseNotice, tx: Transaction, by: Provenance) -> Appended:
    return _decide_notice(tx, command.season_id, lambda state: notice.close(command, state, by.occurred_at), by)


def adopt_calendar_table(command: AdoptCalendarTable, tx: Transaction, by: Provenance) -> Appended:
    """The ends of the notices that run are counted again by it (X-04)."""
    adopted = tx.decide(
        CALENDAR, working_calendar.evolve, Calendar(), lambda state: working_calendar.adopt(command, state), by
    )
    if adopted.duplicate:
        return adopted
    calendar = _calendar(tx)
    running = select(NOTICE.c.season_id).where(NOTICE.c.state == ON_NOTICE).order_by(NOTICE.c.season_id)
    for season_id in tx.connection.execute(running).scalars().all():
        _decide_notice(tx, UUID(season_id), lambda state: notice.extend(state, calendar), by.derived(season_id))
    return adopted


def plan_notice(opened: SeasonOpened, tx: Transaction, by: Provenance) -> Appended:
    return _decide_notice(tx, opened.season_id, lambda state: notice.plan(opened, state), by)


def draft_notice(fixed: ShortlistFixed, tx: Transaction, by: Provenance) -> Appended:
    return _decide_notice(tx, fixed.season_id, lambda state: notice.draft(fixed, state), by)


def withdraw_entry(withdrawn: NominationWithdrawn, tx: Transaction, by: Provenance) -> Appended:
    return _decide_notice(tx, withdrawn.season_id, lambda state: notice.withdraw(withdrawn, state), by)


def publish_exemplar(decided: AwardDecided, tx: Transaction, by: Provenance) -> Appended:
    return tx.decide(
        StreamName("exemplar", decided.nomination_id),
        exemplar.evolve,
        exemplar.Exemplar(),
        lambda state: exemplar.publish(decided, state, by.occurred_at),
        by,
    )


def _calendar(tx: Transaction) -> Calendar:
    return tx.load(CALENDAR, working_calendar.evolve, Calendar())[0]


def _decide_notice(
    tx: Transaction, season_id: UUID, decision: Callable[[notice.Notice], Sequence[object]], by: Provenance
) -> Appended:
    return tx.decide(StreamName("notice", season_id), notice.evolve, notice.Notice(), decision, by)
