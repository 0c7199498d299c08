"""``make mutants``: plants each bug in a copy of the tree and runs the tests that must notice.

Exit codes: 0 every bug was caught; 1 one was not, or its patch no longer applies, or its test could not be run.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tests.mutants.planted import Planted, planted
from tests.mutants.trial import Verdict, copy_tree, try_out

MOST_SAID = 120
console = Console()


def main(
    names: Annotated[list[str] | None, typer.Argument(help="只试名字以此开头的，例如 M04")] = None,
    jobs: Annotated[int, typer.Option(help="并行数")] = 2,
) -> None:
    """把每个故意的缺陷植入一份副本，点名的测试必须失败。"""
    chosen = [one for one in planted() if not names or one.name.startswith(tuple(names))]
    with TemporaryDirectory(prefix="biaobing-mutants-") as folder, Progress(console=console) as progress:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            trees.put(copy_tree(Path(folder) / str(number)))
        bar = progress.add_task("植入缺陷", total=len(chosen))
        verdicts: list[Verdict] = []
        with ThreadPoolExecutor(jobs) as pool:
            for some in pool.map(lambda one: _in_turn(one, trees), chosen):
                verdicts += some
                progress.advance(bar)
    console.print(_table(verdicts))
    missed = {one.planted.name for one in verdicts if not one.caught}
    for one in verdicts:
        if not one.caught:
            console.print(f"{one.planted.path.name}：{one.said}", style="red", markup=False, highlight=False)
    console.print(f"{len(chosen)} 个缺陷，抓住 {len(chosen) - len(missed)} 个。", highlight=False)
    raise typer.Exit(bool(missed) or not chosen)


def _in_turn(one: Planted, trees: SimpleQueue[Path]) -> list[Verdict]:
    tree = trees.get()
    try:
        return try_out(one, tree)
    finally:
        trees.put(tree)


def _table(verdicts: list[Verdict]) -> Table:
    table = Table("缺陷", "点名的测试说", "结果", "秒", show_lines=True)
    for one in verdicts:
        test = "" if one.witness is None else f"{one.witness.test.removeprefix('tests/')}\n"
        result = "[green]抓住[/green]" if one.caught else "[red]没抓住[/red]"
        said = escape(test + one.said[:MOST_SAID]) if one.caught else escape(test)
        table.add_row(one.planted.name, said, result, f"{one.seconds:.0f}")
    return table


if __name__ == "__main__":
    typer.run(main)
