"""A reviewer in the panel pool: enrolled once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from contracts.errors import Conflict
from contracts.review import EnrolReviewer
from services.review.events import ReviewerEnrolled


def evolve(_state: bool, _event: object) -> bool:  # noqa: FBT001 -- the whole state is: enrolled or not
    return True


def enrol(command: EnrolReviewer, enrolled: bool) -> Sequence[object]:  # noqa: FBT001 -- as above
    if enrolled:
        raise Conflict("reviewer.already_enrolled")
    return [ReviewerEnrolled(**asdict(command))]
