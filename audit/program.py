"""``biaobing audit``: questions to a copy of the logs, with nothing running. Exit codes: :mod:`audit.outcome`."""

from __future__ import annotations

import typer

from audit.commands.check_proof import check_proof
from audit.commands.copy import copy
from audit.commands.diff import diff
from audit.commands.export import export
from audit.commands.open import open_personal
from audit.commands.proof import proof
from audit.commands.replay import replay
from audit.commands.rules import rules
from audit.commands.timeline import timeline
from audit.commands.verify import verify
from audit.commands.what_if import what_if
from audit.commands.why import why
from audit.outcome import Exit
from audit.terminal import ending

app = typer.Typer(
    help="在日志副本上核查，不需要任何服务在运行。",
    epilog="结束码：" + "；".join(f"{code} {code.told}" for code in Exit) + "。",
    no_args_is_help=True,
    add_completion=False,
)
for question in (copy, verify, replay, timeline, diff, rules, why, what_if, export, proof, check_proof):
    app.command()(ending(question))
app.command("open")(ending(open_personal))
