"""All rules, in the order of the process."""

from __future__ import annotations

from collections.abc import Iterator

from audit.records import Records
from audit.rules import actors, awarding, causes, custody, inspecting, nominating, noticing, ranking, reviewing, season
from audit.rules.rule import Breach, Rule

RULES: tuple[Rule, ...] = (
    *season.RULES, *nominating.RULES, *reviewing.RULES, *ranking.RULES, *noticing.RULES, *awarding.RULES,
    *inspecting.RULES, *custody.RULES, *causes.RULES, *actors.RULES,
)  # fmt: skip


def breaches(records: Records) -> Iterator[Breach]:
    for one in RULES:
        yield from one.breaches(records)
