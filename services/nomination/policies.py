"""Whenever review decides on a nomination, what nomination must keep of it."""

from __future__ import annotations

from contracts import review
from contracts.nomination import HoldGround
from contracts.review import AwardDecided, ObjectionRaised, ObjectionRuled, ShortlistFixed
from eventlog.event import Recorded
from eventlog.log import Transaction
from services.nomination import handlers
from services.reaction import caused_by
from services.surroundings import Hearing

NAME = "nomination"


def when_shortlist_fixed(event: Recorded, tx: Transaction) -> None:
    fixed: ShortlistFixed = event.data
    handlers.note_shortlist(fixed, tx, caused_by(event, NAME))


def when_award_decided(event: Recorded, tx: Transaction) -> None:
    decided: AwardDecided = event.data
    handlers.place_hold(decided.nomination_id, HoldGround.AWARDED, tx, caused_by(event, NAME))


def when_objection_raised(event: Recorded, tx: Transaction) -> None:
    raised: ObjectionRaised = event.data
    handlers.place_hold(raised.nomination_id, HoldGround.OBJECTION, tx, caused_by(event, NAME))


def when_objection_ruled(event: Recorded, tx: Transaction) -> None:
    ruled: ObjectionRuled = event.data
    handlers.lift_hold(ruled.nomination_id, HoldGround.OBJECTION, tx, caused_by(event, NAME))


HEARD = (
    Hearing(
        source="review",
        published=review.PUBLISHES,
        reactions={
            ShortlistFixed: when_shortlist_fixed,
            AwardDecided: when_award_decided,
            ObjectionRaised: when_objection_raised,
            ObjectionRuled: when_objection_ruled,
        },
    ),
)
