"""All events of a copy at hand: by type, by stream, by place, and what they say of seasons, reviewers and cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from audit.copies.log_copy import LogCopy
from audit.leaves import opened
from audit.lineage import continuations, moved_back
from audit.verify import Progress
from contracts.nomination import RulePack, SeasonOpened
from eventlog import canonical
from eventlog.event import Recorded
from services.nomination.events import NominationFiled
from services.review.events import CaseOpened, ReviewerEnrolled

E = TypeVar("E")
_STEP = 500


class Records:
    """Holds every event decoded, about 3 kB each: it is asked what the process was, not whether the bytes are whole.

    Events are given by position within their log, and log after log.
    """

    def __init__(
        self, events: Iterable[tuple[Recorded, Sequence[str]]], forms: Mapping[int, Mapping[str, Any]]
    ) -> None:
        """Each event comes with the hashes other logs may name it by: its own and, in a log that goes on after a loss,
        those it had in the logs before.
        """
        self.forms = forms
        """By position of NominationFiled: the form as it stands in the leaf, where what is personal is a commitment."""
        self._by_type: dict[str, list[Recorded]] = defaultdict(list)
        self._by_stream: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
        self._by_place: dict[tuple[str, int], Recorded] = {}
        self._by_hash: dict[tuple[str, str], Recorded] = {}
        for event, hashes in events:
            self._by_type[event.type].append(event)
            self._by_stream[event.source, str(event.stream)].append(event)
            self._by_place[event.source, event.position] = event
            self._by_hash.update(((event.source, one), event) for one in hashes)

    def of(self, kind: type[E]) -> Iterator[tuple[Recorded, E]]:
        """Each event of a type with its data."""
        return ((event, event.data) for event in self._by_type[kind.__name__])

    def stream(self, log: str, category: str, thing: UUID) -> Sequence[Recorded]:
        return self._by_stream[log, f"{category}-{thing}"]

    def before(self, event: Recorded) -> Sequence[Recorded]:
        """The earlier events of its stream."""
        return [one for one in self._by_stream[event.source, str(event.stream)] if one.position < event.position]

    def cause_of(self, event: Recorded) -> Recorded | None:
        """The foreign event it names; None where it names none, and where none here is what it was then."""
        return None if event.cause is None else self._by_hash.get((event.cause.source, event.cause.leafhash))

    def __iter__(self) -> Iterator[Recorded]:
        return iter(self._by_place.values())

    @cached_property
    def seasons(self) -> dict[UUID, tuple[Recorded, SeasonOpened]]:
        """The first opening of each season."""
        found: dict[UUID, tuple[Recorded, SeasonOpened]] = {}
        for event, season in self.of(SeasonOpened):
            found.setdefault(season.season_id, (event, season))
        return found

    def rules(self, season: UUID) -> RulePack | None:
        """None for a season that nobody opened."""
        return self.seasons[season][1].rules if season in self.seasons else None

    @cached_property
    def reviewer_units(self) -> dict[UUID, UUID]:
        return {enrolled.reviewer_id: enrolled.unit_id for _, enrolled in self.of(ReviewerEnrolled)}

    @cached_property
    def cases(self) -> dict[UUID, CaseOpened]:
        return {case.nomination_id: case for _, case in self.of(CaseOpened)}


def read(copies: Sequence[LogCopy], progress: Progress) -> Records:
    forms: dict[int, Mapping[str, Any]] = {}

    def events() -> Iterator[tuple[Recorded, Sequence[str]]]:
        for copy in copies:
            generations = len(continuations(copy))
            for count, row in enumerate(copy.rows(), start=1):
                event = opened(copy.name, row)
                if isinstance(event.data, NominationFiled):
                    forms[event.position] = canonical.loads(row.leaf)["e"]["data"]["form"]
                if count % _STEP == 0:
                    progress(copy.name, count)
                before = [moved_back(row.leaf, row.position - moved) for moved in range(1, generations + 1)]
                yield event, [event.leafhash, *map(canonical.leaf_hash, before)]
            progress(copy.name, copy.head().next_position)

    return Records(events(), forms)
