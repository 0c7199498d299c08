"""Whenever nomination or publicity say something, what inspection does about it."""

from __future__ import annotations

from contracts import nomination, publicity
from contracts.nomination import PersonalDataErased, SeasonOpened, UnitRegistered
from contracts.publicity import ExemplarPublished
from eventlog.event import Recorded
from eventlog.log import Transaction
from services import erasure
from services.inspection import handlers
from services.reaction import caused_by
from services.surroundings import Hearing

NAME = "inspection"


def when_season_opened(event: Recorded, tx: Transaction) -> None:
    opened: SeasonOpened = event.data
    handlers.plan_draw(opened, tx, caused_by(event, NAME))


def when_unit_registered(event: Recorded, tx: Transaction) -> None:
    registered: UnitRegistered = event.data
    handlers.note_unit(registered, tx, caused_by(event, NAME))


def when_exemplar_published(event: Recorded, tx: Transaction) -> None:
    published: ExemplarPublished = event.data
    handlers.schedule_follow_ups(published, tx, caused_by(event, NAME))


def when_personal_data_erased(event: Recorded, tx: Transaction) -> None:
    erasure.acknowledge(event, tx, NAME)


HEARD = (
    Hearing(
        source="nomination",
        published=nomination.PUBLISHES,
        reactions={
            SeasonOpened: when_season_opened,
            UnitRegistered: when_unit_registered,
            PersonalDataErased: when_personal_data_erased,
        },
    ),
    Hearing(
        source="publicity",
        published=publicity.PUBLISHES,
        reactions={ExemplarPublished: when_exemplar_published},
    ),
)
