"""Who plays in the demo, under which accounts and with which ids.

Ids are those the gateway will give: it derives them from the account and the key of the command that makes a thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID, uuid5

from contracts.actor import Actor, Role
from contracts.review import CriterionScore
from deploy.demo import people
from deploy.demo.county import UNITS, Unit
from gateway.resources.conventions import command_id_of

PASSWORD = "yunling-demo-2026"  # noqa: S105 -- of the demo's made-up accounts alone
OFFICE, LEADER, AUDITOR = "office", "leader", "auditor"


@dataclass(frozen=True)
class Account:
    name: str
    role: Role
    subject_id: UUID | None


@dataclass(frozen=True)
class Cast:
    seed: int

    @cached_property
    def nominees(self) -> tuple[people.MadeUpNominee, ...]:
        return people.nominees(self.seed)

    @cached_property
    def reviewers(self) -> tuple[people.Official, ...]:
        return people.reviewers(self.seed)

    @cached_property
    def inspectors(self) -> tuple[people.Official, ...]:
        return people.inspectors(self.seed)

    @property
    def season_id(self) -> UUID:
        return self._made("season", "season_id")

    @property
    def public_seed(self) -> str:
        """Seven made-up lottery numbers, one public value nobody knew the day before."""
        digits = hashlib.sha256(f"lottery {self.seed}".encode()).hexdigest()
        return " ".join(str(int(digits[place : place + 4], 16) % 36) for place in range(0, 28, 4))

    def key(self, step: str) -> str:
        """The Idempotency-Key of a step; steps with long names are told apart by their digest."""
        return f"demo-{self.seed}-{hashlib.sha256(step.encode()).hexdigest()[:32]}"

    def unit_id(self, unit: Unit) -> UUID:
        return self._made(f"unit {unit.code}", "unit_id")

    def reviewer_id(self, reviewer: people.Official) -> UUID:
        return self._made(f"reviewer {reviewer.person_id}", "reviewer_id")

    def inspector_id(self, inspector: people.Official) -> UUID:
        return self._made(f"inspector {inspector.person_id}", "inspector_id")

    @property
    def objection_id(self) -> UUID:
        return self._made("objection", "objection_id")

    def accounts(self) -> Iterator[Account]:
        yield Account(OFFICE, Role.OFFICE, None)
        yield Account(LEADER, Role.LEADER, None)
        yield Account(AUDITOR, Role.AUDITOR, None)
        for unit in UNITS:
            yield Account(unit_account(unit), Role.UNIT, self.unit_id(unit))
        for number, reviewer in enumerate(self.reviewers, start=1):
            yield Account(f"reviewer{number:02}", Role.REVIEWER, self.reviewer_id(reviewer))
        for number, inspector in enumerate(self.inspectors, start=1):
            yield Account(f"inspector{number}", Role.INSPECTOR, self.inspector_id(inspector))

    def account_of(self, subject_id: UUID) -> str:
        return next(account.name for account in self.accounts() if account.subject_id == subject_id)

    def _made(self, step: str, field: str) -> UUID:
        return uuid5(command_id_of(Actor(account=OFFICE, role=Role.OFFICE), self.key(step)), field)


def unit_account(unit: Unit) -> str:
    return unit.code.lower()


def comment_on(scores: Sequence[CriterionScore]) -> str:
    """What a reviewer writes when a score is remarkable; every demo score below 60 or from 95 up is explained."""
    remarkable = any(score.points < Decimal(62) or Decimal(94) < score.points < Decimal(100) for score in scores)
    return "已核对佐证，按细则给分。（演示）" if remarkable else ""
