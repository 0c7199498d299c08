from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.processes import Child, descendants, free_port, is_running
from tests.waiting import until

STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
print("ready", flush=True)
while True:
    time.sleep(60)
"""


def _stubborn(tmp_path: Path) -> Child:
    log = tmp_path / "log"
    child = Child([sys.executable, "-c", STUBBORN], log=log, environ=os.environ)
    until(lambda: log.read_text().count("ready") == 2, within=20, what="两个进程就绪")
    return child


def test_kill_ends_children_that_left_the_process_group(tmp_path: Path) -> None:
    child = _stubborn(tmp_path)
    family = [child.process.pid, *descendants(child.process.pid)]
    assert len(family) == 2
    child.kill()
    assert [is_running(pid) for pid in family] == [False, False]
    assert child.process.returncode == -signal.SIGKILL


def test_end_kills_what_does_not_go_when_asked(tmp_path: Path) -> None:
    child = _stubborn(tmp_path)
    child.end(within=0.2)
    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_child_ends_when_we_are_killed(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys, tests.servers.processes as processes\n"
        "log = pathlib.Path(sys.argv[1])\n"
        "print(processes.Child(['sleep', '600'], log=log, environ=os.environ).process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "log")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    until(lambda: not is_running(pid), within=20, what="子进程随我们结束")


def test_free_ports_lie_below_those_of_outgoing_connections() -> None:
    assert all(20000 <= free_port() <= 32000 for _ in range(20))
