"""Whenever nomination or review say something, what publicity does about it."""

from __future__ import annotations

from contracts import nomination, review
from contracts.nomination import NominationWithdrawn, PersonalDataErased, SeasonOpened
from contracts.review import AwardDecided, ShortlistFixed
from eventlog.event import Recorded
from eventlog.log import Transaction
from services import erasure
from services.publicity import handlers
from services.reaction import caused_by
from services.surroundings import Hearing

NAME = "publicity"


def when_season_opened(event: Recorded, tx: Transaction) -> None:
    opened: SeasonOpened = event.data
    handlers.plan_notice(opened, tx, caused_by(event, NAME))


def when_shortlist_fixed(event: Recorded, tx: Transaction) -> None:
    fixed: ShortlistFixed = event.data
    handlers.draft_notice(fixed, tx, caused_by(event, NAME))


def when_award_decided(event: Recorded, tx: Transaction) -> None:
    decided: AwardDecided = event.data
    handlers.publish_exemplar(decided, tx, caused_by(event, NAME))


def when_nomination_withdrawn(event: Recorded, tx: Transaction) -> None:
    withdrawn: NominationWithdrawn = event.data
    handlers.withdraw_entry(withdrawn, tx, caused_by(event, NAME))


def when_personal_data_erased(event: Recorded, tx: Transaction) -> None:
    erasure.acknowledge(event, tx, NAME)


HEARD = (
    Hearing(
        source="nomination",
        published=nomination.PUBLISHES,
        reactions={
            SeasonOpened: when_season_opened,
            NominationWithdrawn: when_nomination_withdrawn,
            PersonalDataErased: when_personal_data_erased,
        },
    ),
    Hearing(
        source="review",
        published=review.PUBLISHES,
        reactions={ShortlistFixed: when_shortlist_fixed, AwardDecided: when_award_decided},
    ),
)
