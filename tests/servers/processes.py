"""Child processes of ours: started in their own session, ended by their ids, children included."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOG_TAIL = 2000
LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None)
# linux/prctl.h
PR_SET_PDEATHSIG = 1


class Child:
    """A running program; its output goes to the end of `log`.

    `request` is the signal that asks it to end. Linux sends it too when we are killed ourselves:
    a test run that somebody cut short left its servers running.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environ: Mapping[str, str],
        user: str | None = None,
        request: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self._request = request
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                cwd=log.parent,
                start_new_session=True,
                preexec_fn=self._end_with_parent if LINUX else None,  # noqa: PLW1509 -- one system call, no lock
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def tail(self) -> str:
        """The last lines it wrote, for an error message."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]

    def _end_with_parent(self) -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, self._request)

    def end(self, *, within: float) -> None:
        """Asks it to end and kills what has not gone in time."""
        if not self.has_ended():
            self.process.send_signal(self._request)
            try:
                self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """SIGKILL for it and everything below it, and returns when all of them are gone.

        A server's children leave its process group (PostgreSQL's backends and Erlang's port
        program call setsid), so they are found by parentage; stopping the root first means
        that no new ones appear meanwhile.
        """
        if self.has_ended():
            return
        self.process.send_signal(signal.SIGSTOP)
        family = [self.process.pid, *descendants(self.process.pid)]
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        until(
            lambda: not any(is_running(pid) for pid in family),
            within=20,
            what=f"进程 {family} 结束",
        )


def _processes() -> dict[int, tuple[int, str]]:
    """Parent and state letter of every process of this machine."""
    if not Path("/proc/self/stat").exists():
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,state="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split() for line in listing.splitlines()]
        return {int(pid): (int(parent), state[0]) for pid, parent, state in rows}
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The program's name, in parentheses, may hold blanks and parentheses of its own.
            state, parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(stat.parent.name)] = (int(parent), state)
    return found


def descendants(root: int) -> list[int]:
    processes = _processes()
    family = [root]
    for member in family:
        family += [pid for pid, (parent, _) in processes.items() if parent == member]
    return family[1:]


def is_running(pid: int) -> bool:
    """False for a zombie too: an orphan stays one where process 1 does not reap."""
    _, state = _processes().get(pid, (0, "Z"))
    return state != "Z"


def free_port() -> int:
    """A loopback port below the range from which outgoing connections take theirs.

    A server that is killed and started again on its port must not find it taken by a client.
    """
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
