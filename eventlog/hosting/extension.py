"""A nameko service that opens a log, runs its loops, and answers the five RPC methods of ``contracts.rpc``."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from nameko.extensions import DependencyProvider
from nameko.rpc import rpc

from eventlog.log import EventLog
from eventlog.proof.notary import Notary
from eventlog.scrubbing import Scrubber

SURROUNDINGS = "SURROUNDINGS"
"""Key of nameko's configuration under which the process puts what it gives to its service."""


class Loop(Protocol):
    def run(self, stopping: threading.Event) -> None:
        """Works until told to stop."""


class Answers(Protocol):
    """Takes a request and gives a reply, both in their JSON form."""

    def execute(self, raw: Mapping[str, Any]) -> dict[str, Any]: ...

    def ask(self, raw: Mapping[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A service put together, and what runs beside it."""

    log: EventLog
    answers: Answers
    notary: Notary
    loops: Sequence[Loop]


class LogHost(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """``assemble`` makes a :class:`Hosted` of the surroundings."""

    def __init__(self, assemble: Callable[[Any], Hosted]) -> None:
        self._assemble = assemble
        self._stopping = threading.Event()

    def setup(self) -> None:
        self._hosted = self._assemble(self.container.config[SURROUNDINGS])

    def start(self) -> None:
        notary = self._hosted.notary
        self._threads = self._spawn([*self._hosted.loops, notary.checkpointer, Scrubber(self._hosted.log)])
        self._askers = self._spawn(notary.askers)

    def stop(self) -> None:
        self._stopping.set()
        # Whom they ask may have ended before us; nothing is lost when a question is dropped.
        for thread in self._askers:
            thread.kill()
        for thread in self._threads:
            thread.wait()

    def _spawn(self, loops: Sequence[Loop]) -> list[Any]:
        return [self.container.spawn_managed_thread(partial(loop.run, self._stopping)) for loop in loops]

    def get_dependency(self, worker_ctx: object) -> Hosted:
        del worker_ctx
        return self._hosted


class HostedService:
    """The RPC methods every service has; a service adds its ``name`` and its :class:`LogHost`."""

    hosted: Hosted

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def execute(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return self.hosted.answers.execute(request)

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return self.hosted.answers.ask(request)

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def read_published(self, first: int, limit: int) -> list[list[Any]]:
        """[pub_seq, position, leaf in base64] each; JSON would not keep the bytes."""
        published = self.hosted.log.read_published(first, limit)
        return [[one.pub_seq, one.position, base64.b64encode(one.leaf).decode("ascii")] for one in published]

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def add_checkpoint(self, text: str) -> list[Any]:
        """[status, text] of :meth:`eventlog.proof.witness.Witness.add_checkpoint`."""
        status, answer = self.hosted.notary.add_checkpoint(text)
        return [int(status), answer]

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def offer_checkpoint(self, old: int, cosignatures: str) -> str:
        return self.hosted.notary.offer_checkpoint(old, cosignatures)
