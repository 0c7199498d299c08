"""given(events).when(decision).then(events) or .refuses(code): a rule of the domain in three lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from contracts.errors import Problem, Refused

S = TypeVar("S")


@dataclass(frozen=True)
class Outcome:
    decided: Sequence[object] | Problem

    def then(self, *events: object) -> None:
        assert self.decided == list(events)

    def refuses(self, code: str) -> None:
        """By a problem, or by an event when the refusal is worth auditing."""
        refusals = [self.decided] if isinstance(self.decided, Problem) else self.decided
        assert [one.code for one in refusals if isinstance(one, Problem | Refused)] == [code]


@dataclass(frozen=True)
class Given(Generic[S]):
    state: S

    def when(self, decide: Callable[[S], Sequence[object]]) -> Outcome:
        try:
            return Outcome(list(decide(self.state)))
        except Problem as problem:
            return Outcome(problem)


def given(evolve: Callable[[S, object], S], initial: S, *events: object) -> Given[S]:
    return Given(reduce(evolve, events, initial))
