"""``make simulate``: many seeds at once, or one again with its last steps.

Exit codes: 0 no promise was broken; 1 one was, and the seed is printed; 2 a kind of fault or a situation never came
about, so that the run says nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.simulation.faults import RATES
from tests.simulation.many import run_many
from tests.simulation.run import Totals, memory_folder
from tests.simulation.situations import SITUATIONS

BROKEN, INVALID = 1, 2
TELLING = 1000
"""With fewer seeds something may have come about by chance never."""

console = Console()


def main(
    seeds: Annotated[int, typer.Option(help="跑多少个种子")] = 2000,
    first: Annotated[int, typer.Option(help="从哪个种子开始")] = 0,
    seed: Annotated[int | None, typer.Option(help="只跑这一个种子，看它的最后几步")] = None,
    jobs: Annotated[int, typer.Option(help="并行数")] = 2,
) -> None:
    """确定性仿真：真正的追加、转发、接收和投影，每一步和每次故障都由种子决定。"""
    chosen = range(first, first + seeds) if seed is None else range(seed, seed + 1)
    started = time.monotonic()
    totals, failing = Totals(), 0
    with memory_folder() as folder, _progress(len(chosen)) as progress, closing(run_many(chosen, jobs, folder)) as done:
        for part, broken in done:
            totals += part
            failing += len(broken)
            for said in broken:
                progress.console.print(said, style="red", markup=False, highlight=False)
            ran = part.seeds + len(broken)
            progress.update(progress.task_ids[0], advance=ran, steps=totals.steps, failing=failing)
    _print(totals, time.monotonic() - started)
    if failing:
        raise typer.Exit(BROKEN)
    if missing := [name for name in (*RATES, *SITUATIONS) if not (totals.faults + totals.situations)[name]]:
        console.print(f"从未出现：{'；'.join(missing)}", style="yellow" if len(chosen) < TELLING else "red")
        raise typer.Exit(0 if len(chosen) < TELLING else INVALID)


@contextmanager
def _progress(seeds: int) -> Iterator[Progress]:
    columns = (
        TextColumn("种子"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[steps]:,} 步"),
        TextColumn("违反 {task.fields[failing]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        progress.add_task("", total=seeds, steps=0, failing=0)
        yield progress


def _print(totals: Totals, seconds: float) -> None:
    console.print(_table("故障", totals.faults, RATES))
    console.print(_table("情形", totals.situations, SITUATIONS))
    console.print(
        f"{totals.seeds:,} 个种子没有违反，{totals.steps:,} 步，{totals.events:,} 个事件，"
        f"{totals.commands:,} 条命令，其中 {totals.acknowledged:,} 条得到了受理的答复。"
        f"用时 {seconds:.0f} 秒，每秒 {totals.seeds / seconds:.1f} 个种子。",
        highlight=False,
    )
    if totals.acknowledged:
        console.print(f"受理后丢失的比例有 95% 的把握低于 {3 / totals.acknowledged:.1e}（三法则）。", highlight=False)


def _table(heading: str, counts: Counter[str], names: Sequence[str] | dict[str, float]) -> Table:
    table = Table(heading, "次数")
    table.columns[1].justify = "right"
    for name in names:
        table.add_row(name, f"{counts[name]:,}")
    return table


if __name__ == "__main__":
    typer.run(main)
