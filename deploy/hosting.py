"""Hosts nameko services in this process: one, or all four with the gateway beside them.

To be imported after :mod:`deploy.green`.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import eventlet
import eventlet.wsgi
from nameko.containers import ServiceContainer

from deploy import assembly
from deploy.proving import LOGS
from deploy.running import running
from deploy.settings import Settings
from deploy.waiting import WaitedInVain, until
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from gateway.proofs import Proofs

COSIGNED_SECONDS = 4.0
"""A checkpoint comes every second, and cosignatures a second after it."""


def host_service(settings: Settings, name: str) -> None:
    """Runs one service until the process is told to end."""
    with running(settings.data):
        config = assembly.service_config(settings, name, assembly.broker(settings))
        container = ServiceContainer(assembly.service_class(name), config=config)
        signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(container.stop))
        signal.signal(signal.SIGINT, lambda *_: eventlet.spawn_n(container.stop))
        container.start()
        container.wait()


@contextmanager
def embedded(settings: Settings) -> Iterator[None]:
    """The four services and the gateway, running in this process while the block lasts."""
    with running(settings.data), _embedded(settings):
        yield


@contextmanager
def _embedded(settings: Settings) -> Iterator[None]:
    common = assembly.broker(settings)
    containers = [
        ServiceContainer(assembly.service_class(name), config=assembly.service_config(settings, name, common))
        for name in assembly.SERVICES
    ]
    for container in containers:
        container.start()
    listener = eventlet.listen((settings.http_host, settings.http_port))
    app, notary, waiting = assembly.gateway(settings)
    server = eventlet.spawn(eventlet.wsgi.server, listener, app, log_output=False, keepalive=60)
    stopping = threading.Event()
    loops = [eventlet.spawn(loop.run, stopping) for loop in (notary.checkpointer, waiting)]
    askers = [eventlet.spawn(asker.run, stopping) for asker in notary.askers]
    try:
        yield
    finally:
        server.kill()
        listener.close()
        _await_cosignatures(settings)
        for thread in askers:
            thread.kill()
        stopping.set()
        for thread in loops:
            thread.wait()
        # All at once: one that asks another for its log while stopping must not wait for an answer nobody gives.
        pool = eventlet.GreenPool()
        for container in containers:
            pool.spawn_n(container.stop)
        pool.waitall()


def _await_cosignatures(settings: Settings) -> None:
    """Whoever takes the logs home now has their last checkpoints with everybody's signature, if those come soon."""
    proofs = Proofs(settings.data)
    logs = [EventLog(name, assembly.store(settings, name), EventTypes((), ())) for name in LOGS]

    def cosigned(log: EventLog) -> bool:
        head, proof = log.head().next_position, proofs.of(log.source)
        return proof.size == head and len(proof.cosigners) == len(LOGS) - 1

    with suppress(WaitedInVain):
        until(lambda: all(map(cosigned, logs)), COSIGNED_SECONDS, "cosignatures")
    for log in logs:
        log.store.close()


def serve_embedded(settings: Settings) -> None:
    """Until interrupted."""
    with embedded(settings):
        wait_for_end()


def wait_for_end() -> None:
    """Returns when the process is asked to end."""
    ended = eventlet.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.ready() or ended.send(None))
    ended.wait()


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((host, port)) != 0
