"""Group commit: commands that come while another is carried out share its transaction, and its one flush to the disk.

Whoever finds nobody leading leads: carries out its own command and all that came meanwhile, in the order they came, and
commits once. Everybody is answered after that commit. When the transaction fails, of whatever, each of them is carried
out again in one of its own; that is seldom, and spares all others a savepoint around every command.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection

R = TypeVar("R")

MOST = 4
"""Commands in one transaction. The first of them waits for the last, and what other services make of them comes in one
burst: with 64, a county under full load saw review's cases three times as late (bench/latency.py).
"""


class _Command:
    """``answer`` and ``error`` count once it is ``settled``."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.answer: Any = None
        self.error: Exception | None = None
        self.settled = False


class CommitGroup:
    """``writing`` opens a transaction, as :meth:`eventlog.store.Store.writing` does."""

    def __init__(self, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._writing = writing
        self._waiting: deque[_Command] = deque()
        self._led = False
        self.changed = threading.Condition()

    def carry_out(self, work: Callable[[Connection], R]) -> R:
        """Returns what ``work`` returned, or raises what it raised, after its commit; it may be called twice."""
        mine = _Command(work)
        with self.changed:
            self._waiting.append(mine)
            self.changed.wait_for(lambda: mine.settled or not self._led)
            if leads := not mine.settled:
                self._led = True
        if leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        answer: R = mine.answer
        return answer

    def _lead(self, mine: _Command) -> None:
        group: list[_Command] = []
        try:
            while not mine.settled:
                group = []
                if not self._together(group):
                    for command in group:
                        self._alone(command)
        finally:
            # Who leads may be told to end; then another leads the rest, who find it done if it was committed.
            self._waiting.extendleft(one for one in reversed(group) if one is not mine and not one.settled)
            with self.changed:
                self._led = False
                self.changed.notify_all()

    def _together(self, group: list[_Command]) -> bool:
        """Moves commands into ``group``; whether they are settled, all of them."""
        try:
            with self._writing() as connection:
                while self._waiting and len(group) < MOST:
                    group.append(self._waiting.popleft())
                    group[-1].answer = group[-1].work(connection)
        except Exception as error:  # noqa: BLE001 -- it is raised again where the command came from
            if len(group) > 1:
                return False
            if not group:
                # There is no transaction to be had; each who waits would wait as long for the same answer.
                group += [self._waiting.popleft() for _ in range(len(self._waiting))]
            for command in group:
                command.error = error
        for command in group:
            command.settled = True
        return True

    def _alone(self, command: _Command) -> None:
        try:
            with self._writing() as connection:
                command.answer = command.work(connection)
        except Exception as error:  # noqa: BLE001 -- as above
            command.error = error
        command.settled = True
