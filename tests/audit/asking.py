"""``biaobing audit`` in this process: what it ends with and what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from audit.program import app


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


def ask(*question: object) -> Answer:
    """Whatever is no answer of the program's own is raised."""
    done = CliRunner().invoke(app, [str(part) for part in question], catch_exceptions=False)
    return Answer(done.exit_code, done.stdout, done.stderr)


def told(*question: object) -> Any:
    """The answer as a program reads it."""
    return json.loads(ask(*question, "--json").out)
