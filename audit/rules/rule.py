"""What a rule is, and what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.records import Records
from eventlog.event import Recorded

Found = Iterator[tuple[Recorded, str]]
"""Each event that breaks the rule, and how."""


@dataclass(frozen=True)
class Breach:
    rule: str
    requirement: str
    log: str
    position: int
    message: str


@dataclass(frozen=True)
class Rule:
    """``promise`` says what an untouched process keeps to."""

    name: str
    requirement: str
    promise: str
    check: Callable[[Records], Found]

    def breaches(self, records: Records) -> Iterator[Breach]:
        for event, how in self.check(records):
            yield Breach(self.name, self.requirement, event.source, event.position, how)


def rule(requirement: str, promise: str) -> Callable[[Callable[[Records], Found]], Rule]:
    return lambda check: Rule(check.__name__, requirement, promise, check)
