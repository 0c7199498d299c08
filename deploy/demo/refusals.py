"""What the demo's faulty rows were told, kept beside the data: a workbook that cannot be read makes no event."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.demo.faults import FaultyRow
from gateway.workbook.template import FIRST_ROW

_ROW = re.compile(r"/[A-Z]*(\d+)")


class WrongRefusal(Exception):
    """A faulty row was accepted, or told something else than what is wrong with it."""


@dataclass(frozen=True)
class Told:
    """One faulty row and the sentence it got."""

    code: str
    message: str


@dataclass
class Refusals:
    """By the step they happened in, so that a repeated step counts once."""

    path: Path

    def keep(self, step: str, told: Sequence[Told]) -> None:
        kept = self._load()
        kept[step] = [[one.code, one.message] for one in told]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        part.replace(self.path)

    def all(self) -> list[Told]:
        return [Told(*one) for told in self._load().values() for one in told]

    def _load(self) -> dict[str, list[list[str]]]:
        if not self.path.exists():
            return {}
        kept: dict[str, list[list[str]]] = json.loads(self.path.read_text("utf-8"))
        return kept


def told_by(answer: Mapping[str, Any], rows: Sequence[FaultyRow], before: int) -> list[Told]:
    """What each faulty row was told; ``before`` good rows stand above them. Raises :class:`WrongRefusal`."""
    heard = _heard(answer)
    told = []
    for number, row in enumerate(rows, start=before):
        sentences = {code: message for place, code, message in heard if place == number}
        if row.code not in sentences:
            raise WrongRefusal(f"“{row.story}”应答 {row.code}，实答 {sentences or '没有问题'}")
        told.append(Told(row.code, sentences[row.code]))
    return told


def _heard(answer: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """(row counted from 0, code, sentence) of an import report or of a problem."""
    if "verdicts" in answer:
        return [(one["row"], one["code"], one["message"]) for one in answer["verdicts"] if one["code"]]
    placed = [(_ROW.fullmatch(one["pointer"]), one) for one in answer["errors"]]
    return [(int(place[1]) - FIRST_ROW, one["code"], one["detail"]) for place, one in placed if place is not None]
