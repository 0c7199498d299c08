"""What services do because of each other's events: once, however often the event is delivered."""

from __future__ import annotations

import pytest

from eventlog.receiver import Receiver
from eventlog.subscriber import Subscriber
from tests.services.county import SERVICES, County, awarded, drawn

LISTENERS = ("review", "publicity", "inspection")


def _receivers(county: County, service: str) -> list[Receiver]:
    return [loop.receiver for loop in county.hosted[service].loops if isinstance(loop, Subscriber)]


def _effects(county: County, service: str) -> dict[str, object]:
    """Everything but the subscriber's own cursor."""
    return {name: rows for name, rows in county.everything(service).items() if name != "subscription"}


@pytest.mark.parametrize("service", LISTENERS)
def test_every_event_delivered_three_times_has_one_effect(county: County, service: str) -> None:
    awarded(county)
    stood = _effects(county, service)
    for receiver in _receivers(county, service):
        messages = county.hosted[receiver.source_name].log.read_published(0, 1000)
        for _ in range(3):
            receiver.receive(messages)
    assert _effects(county, service) == stood


@pytest.mark.parametrize("service", LISTENERS)
def test_a_subscriber_that_lost_its_cursor_does_nothing_twice(county: County, service: str) -> None:
    """A restored backup may hold a cursor older than its log; reactions are idempotent by themselves."""
    awarded(county)
    stood = _effects(county, service)
    with county.hosted[service].log.store.writing() as connection:
        connection.exec_driver_sql("UPDATE subscription SET next_pub_seq = 0")
    county.settle()
    assert _effects(county, service) == stood
    assert [parked for receiver in _receivers(county, service) for parked in receiver.parked()] == []


def test_every_event_a_service_makes_of_another_names_its_cause(county: County) -> None:
    awarded(county)
    by_place = {(name, event.position): event for name in SERVICES for event in county.hosted[name].log.read()}
    caused = [event for event in by_place.values() if event.cause is not None]
    assert len(caused) > 10
    for event in caused:
        assert event.cause is not None
        source = by_place[event.cause.source, event.cause.position]
        assert source.leafhash == event.cause.leafhash
        assert source.hlc < event.hlc
        assert source.correlation_id == event.correlation_id


def test_nothing_is_parked_in_a_whole_campaign(county: County) -> None:
    awarded(county)
    drawn(county)
    assert [one for service in SERVICES for receiver in _receivers(county, service) for one in receiver.parked()] == []
