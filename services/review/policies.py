"""Whenever nomination or publicity say something, what review does about it."""

from __future__ import annotations

from contracts import nomination, publicity
from contracts.nomination import (
    NominationsClosed,
    NominationSubmitted,
    NominationWithdrawn,
    PersonalDataErased,
    SeasonOpened,
)
from contracts.publicity import NoticeClosed, NoticePublished
from eventlog.event import Recorded
from eventlog.log import Transaction
from services import erasure
from services.reaction import caused_by
from services.review import handlers
from services.surroundings import Hearing

NAME = "review"


def when_season_opened(event: Recorded, tx: Transaction) -> None:
    opened: SeasonOpened = event.data
    handlers.open_round(opened, tx, caused_by(event, NAME))


def when_nominations_closed(event: Recorded, tx: Transaction) -> None:
    closed: NominationsClosed = event.data
    handlers.end_nominations(closed, tx, caused_by(event, NAME))


def when_nomination_submitted(event: Recorded, tx: Transaction) -> None:
    submitted: NominationSubmitted = event.data
    handlers.open_case(submitted, tx, caused_by(event, NAME))


def when_nomination_withdrawn(event: Recorded, tx: Transaction) -> None:
    withdrawn: NominationWithdrawn = event.data
    handlers.withdraw_case(withdrawn, tx, caused_by(event, NAME))


def when_notice_published(event: Recorded, tx: Transaction) -> None:
    published: NoticePublished = event.data
    handlers.open_notice(published.season_id, tx, caused_by(event, NAME))


def when_notice_closed(event: Recorded, tx: Transaction) -> None:
    closed: NoticeClosed = event.data
    handlers.end_notice(closed.season_id, tx, caused_by(event, NAME))


def when_personal_data_erased(event: Recorded, tx: Transaction) -> None:
    erasure.acknowledge(event, tx, NAME)


HEARD = (
    Hearing(
        source="nomination",
        published=nomination.PUBLISHES,
        reactions={
            SeasonOpened: when_season_opened,
            NominationsClosed: when_nominations_closed,
            NominationSubmitted: when_nomination_submitted,
            NominationWithdrawn: when_nomination_withdrawn,
            PersonalDataErased: when_personal_data_erased,
        },
    ),
    Hearing(
        source="publicity",
        published=publicity.PUBLISHES,
        reactions={NoticePublished: when_notice_published, NoticeClosed: when_notice_closed},
    ),
)
