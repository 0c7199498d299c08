"""``biaobing demo``: the whole season on the embedded shape, with progress, a summary, and the pages to look at.

To be imported after :mod:`deploy.green`.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from argon2 import PasswordHasher
from eventlet.patcher import original
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from contracts.errors import Conflict
from deploy import assembly
from deploy.clock import CampaignClock
from deploy.demo.campaign import Campaign, Report
from deploy.demo.cast import PASSWORD, Cast
from deploy.demo.plan import read_plan
from deploy.demo.refusals import Refusals
from deploy.demo.summary import accounts_table, summary_tables
from deploy.hosting import embedded, wait_for_end
from deploy.settings import Settings

THREADS = 4
INTERRUPTED = 130
STOPPED = "已停下。已办的都在 {data} 里，再运行一次就从停下的地方继续。"


class OtherDemo(Exception):
    """The data directory holds something else; the sentence says what and what to do."""


def perform(settings: Settings, stage: str, seed: int, *, serve: bool) -> None:
    """Plays up to and including ``stage`` (one of ``deploy.demo.campaign.STAGES``), going on where it stopped."""
    console = Console()
    claim(settings.data, seed)
    settings = replace(settings, clock_file=settings.data / "clock.json")
    assert settings.clock_file is not None
    clock, cast = CampaignClock(settings.clock_file), Cast(seed)
    open_accounts(settings, cast)
    base_url = f"http://{settings.http_host}:{settings.http_port}"
    signal.signal(signal.SIGINT, lambda *_: _leave(settings.data))
    with embedded(settings):
        with _progress(console) as report:
            refusals = Refusals(settings.data / "refused-rows.json")
            campaign = Campaign(base_url, cast, read_plan(), clock, refusals, report, THREADS)
            campaign.run(stage)
        for table in summary_tables(campaign):
            console.print(table)
        clock.flow_from(clock.now())
        if serve:
            console.print(accounts_table(cast))
            console.print(f"打开 {base_url}/ 登录查看，公开页面在 {base_url}/public/。按 Ctrl-C 停止；")
            console.print(f"数据都在 {settings.data} 目录，用 biaobing up --data {settings.data} 可再次打开。")
            wait_for_end()


def _leave(data: Path) -> None:
    """At once: what is done is committed, and a half-done step is repeated by its key. An orderly end of services that
    are in the middle of things would only take longer; kill -9 loses nothing either.
    """
    # Not the patched write: it hands over to another green thread, which in a signal handler raises or never returns.
    original("os").write(2, f"\n{STOPPED.format(data=data)}\n".encode())
    os._exit(INTERRUPTED)


def claim(data: Path, seed: int) -> None:
    """One directory is one county's: another seed, or somebody's real data, is not played over."""
    data.mkdir(parents=True, exist_ok=True)
    marker = data / "demo.json"
    if marker.exists():
        played = json.loads(marker.read_text("utf-8"))["seed"]
        if played != seed:
            raise OtherDemo(f"{data} 里是种子 {played} 的演示县。请用 DATA=另一个目录，或仍用 SEED={played}。")
        return
    if (data / "logs").exists():
        raise OtherDemo(f"{data} 里已有不是演示的数据，演示不会写进去。请用 DATA=另一个目录。")
    part = marker.with_suffix(".part")
    part.write_text(json.dumps({"seed": seed}), "utf-8")
    part.replace(marker)


def open_accounts(settings: Settings, cast: Cast) -> None:
    """Those that are missing. Their one password is printed, so hashing it slowly would protect nothing."""
    opened = assembly.accounts(settings, PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1))
    for account in cast.accounts():
        try:
            opened.open_account(account.name, PASSWORD, account.role, account.subject_id)
        except Conflict:
            continue  # by an earlier run
    opened.log.store.close()


@contextmanager
def _progress(console: Console) -> Iterator[Report]:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done)

    with bar:
        yield report
