"""Which events each log may hold, and which read models are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventlog.codec import EventTypes, schema_version
from eventlog.kernel_events import KERNEL_EVENTS
from eventlog.projection import Projection
from gateway import events as gateway_events
from gateway import store as gateway_store
from services.inspection import events as inspection_events
from services.inspection.projections import PROJECTIONS as INSPECTION
from services.nomination import events as nomination_events
from services.nomination.projections import PROJECTIONS as NOMINATION
from services.publicity import events as publicity_events
from services.publicity.projections import PROJECTIONS as PUBLICITY
from services.review import events as review_events
from services.review.projections import PROJECTIONS as REVIEW


@dataclass(frozen=True)
class Vocabulary:
    """``versions`` has the newest known schema version by type."""

    types: EventTypes
    versions: Mapping[str, int]
    projections: Sequence[Projection]


def _vocabulary(private: Sequence[type], published: Sequence[type], projections: Sequence[Projection]) -> Vocabulary:
    versions = {kind.__name__: schema_version(kind) for kind in (*KERNEL_EVENTS, *private, *published)}
    return Vocabulary(EventTypes(private, published), versions, projections)


VOCABULARIES = {
    "nomination": _vocabulary(nomination_events.PRIVATE, nomination_events.PUBLISHED, NOMINATION),
    "review": _vocabulary(review_events.PRIVATE, review_events.PUBLISHED, REVIEW),
    "publicity": _vocabulary(publicity_events.PRIVATE, publicity_events.PUBLISHED, PUBLICITY),
    "inspection": _vocabulary(inspection_events.PRIVATE, inspection_events.PUBLISHED, INSPECTION),
    "gateway": _vocabulary(gateway_events.PRIVATE, (), gateway_store.PROJECTIONS),
}
"""By log name, in the order reports show them."""
