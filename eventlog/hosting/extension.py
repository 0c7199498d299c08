"""A nameko dependency that opens a service's log and runs its loops in the service's process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from nameko.extensions import DependencyProvider

SURROUNDINGS = "SURROUNDINGS"
"""Key of nameko's configuration under which the process puts what it gives to its service."""


class Loop(Protocol):
    def run(self, stopping: threading.Event) -> None:
        """Works until told to stop."""


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A service put together: what its RPC methods talk to, and what runs beside them."""

    service: Any
    loops: Sequence[Loop]


class LogHost(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """``assemble`` makes a :class:`Hosted` of the surroundings; the worker gets ``Hosted.service``."""

    def __init__(self, assemble: Callable[[Any], Hosted]) -> None:
        self._assemble = assemble
        self._stopping = threading.Event()

    def setup(self) -> None:
        self._hosted = self._assemble(self.container.config[SURROUNDINGS])

    def start(self) -> None:
        for loop in self._hosted.loops:
            self.container.spawn_managed_thread(partial(loop.run, self._stopping))

    def stop(self) -> None:
        self._stopping.set()

    def get_dependency(self, worker_ctx: object) -> Any:
        del worker_ctx
        return self._hosted.service
