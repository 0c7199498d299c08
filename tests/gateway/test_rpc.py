"""The pool of proxies against a real broker and a service in a process of its own."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, new_key_pair
from contracts.errors import Conflict
from contracts.inspection import DrawUnits, ListFollowUps, ListInspections, PublishPool, ShowDraw
from eventlog.hosting.calls import CallBroken
from gateway.problems import Unavailable
from gateway.rpc import QUERY_SECONDS, Services
from tests.gateway import county

OFFICE = Actor(account="office", role=Role.OFFICE)
DRAW = DrawUnits(season_id=county.SEASON_ID, seed="2231.48")

# nameko leaves the socket of a lost connection to the garbage collector, which says so wherever it happens to run.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ANSWERING = """
import eventlet, sys
eventlet.monkey_patch()
from tests.gateway.answering import main
main(sys.argv[1])
"""


class Wire:
    """A TCP way to the broker that can be cut, counts who comes, and turns away whoever comes while not open."""

    def __init__(self, host: str, port: int) -> None:
        self._broker = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self.accepted = 0
        self.is_open: Callable[[], bool] = lambda: True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.accepted += 1
                if not self.is_open():
                    near.close()
                    continue
                far = socket.create_connection(self._broker)
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)


@pytest.fixture
def inspection(vhost: str) -> Iterator[str]:
    """The broker's address; a service named inspection answers there."""
    command = [sys.executable, "-W", "ignore", "-c", ANSWERING, vhost]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield vhost
        process.terminate()


@pytest.fixture
def wire(inspection: str) -> Iterator[Wire]:
    parts = urlsplit(inspection)
    assert parts.hostname is not None
    made = Wire(parts.hostname, parts.port or 5672)
    yield made
    made.close()


@pytest.fixture
def services(inspection: str, wire: Wire) -> Iterator[Services]:
    parts = urlsplit(inspection)
    url = inspection.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{wire.port}")
    private, _ = new_key_pair()
    made = Services({"AMQP_URI": url, "serializer": "json"}, TokenSigner(GATEWAY, private))
    yield made
    made.close()
    gc.collect()


def test_a_command_is_answered_as_its_contract_says_and_a_refusal_is_raised(services: Services) -> None:
    command_id = uuid4()
    accepted = services.execute("inspection", DRAW, OFFICE, command_id, expected_version=1)
    assert (accepted.position, accepted.version) == (7, 2)
    assert accepted.events == ("DrawUnits", str(command_id), "1")
    pool = PublishPool(season_id=county.SEASON_ID, seed_source="深证综指收盘点位")
    with pytest.raises(Conflict, match="已经公布"):
        services.execute("inspection", pool, OFFICE, uuid4())


def test_a_query_is_answered_as_its_contract_says(services: Services) -> None:
    view = services.ask("inspection", ShowDraw(season_id=county.SEASON_ID), OFFICE)
    assert (view.season_id, view.state, view.pool) == (county.SEASON_ID, "未公布", ())


def test_a_service_that_is_not_there_is_said_to_be_unavailable(services: Services) -> None:
    with pytest.raises(Unavailable) as told:
        services.ask("review", ShowDraw(season_id=county.SEASON_ID), OFFICE)
    assert told.value.code == "service.unavailable"


def test_a_service_s_own_fault_is_not_taken_for_an_outage(services: Services) -> None:
    with pytest.raises(CallBroken):
        services.ask("inspection", ListInspections(season_id=county.SEASON_ID), OFFICE)
    assert services.ask("inspection", ShowDraw(season_id=county.SEASON_ID), OFFICE).version == 1


def test_whoever_asks_after_a_time_out_gets_the_answer_to_their_own_question(services: Services) -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        services.ask("inspection", ListFollowUps(season_id=county.SEASON_ID), OFFICE)
    assert time.monotonic() - began == pytest.approx(QUERY_SECONDS, abs=1.0)
    # The late answer arrives while these are asked.
    for _ in range(20):
        assert services.ask("inspection", ShowDraw(season_id=county.SEASON_ID), OFFICE).state == "未公布"


def test_a_proxy_is_used_again_after_an_answer_and_never_after_a_fault(services: Services, wire: Wire) -> None:
    def connections_of(query: object) -> int:
        before = wire.accepted
        with suppress(CallBroken):
            services.ask("inspection", query, OFFICE)
        return wire.accepted - before

    answered, failing = ShowDraw(season_id=county.SEASON_ID), ListInspections(season_id=county.SEASON_ID)
    new = connections_of(answered)
    assert new > 0
    assert connections_of(answered) == 0
    assert connections_of(failing) == 0
    assert connections_of(answered) > 0


def test_x19_a_lost_connection_is_made_again_within_the_call_with_the_same_command_id(
    services: Services, wire: Wire
) -> None:
    services.execute("inspection", DRAW, OFFICE, uuid4())
    command_id = uuid4()
    with capture_logs() as logged:
        wire.is_open = lambda: bool(logged)  # until the first attempt has failed and said so
        wire.cut()
        accepted = services.execute("inspection", DRAW, OFFICE, command_id)
    assert accepted.events[1] == str(command_id)
    assert [entry["event"] for entry in logged] == ["connection lost, asking again"]


def test_without_a_broker_the_service_is_said_to_be_unavailable(services: Services, wire: Wire) -> None:
    wire.close()
    with pytest.raises(Unavailable):
        services.ask("inspection", ShowDraw(season_id=county.SEASON_ID), OFFICE)
