"""The five processes on one machine, without containers: started together, and started again when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import structlog
from psycopg import sql

from deploy.assembly import SERVICES
from deploy.settings import PREFIX, Settings

NAMES = (*SERVICES, "gateway")
LONGEST_WAIT_SECONDS = 5.0
STEADY_SECONDS = 10.0
END_SECONDS = 10.0


_CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
"""Sorted by code point, as SQLite does: lists come in the same order in every shape."""


@dataclass
class Child:
    """One process; ``wait`` grows while it keeps dying young."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.2
    not_before: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 -- our own program
                self.command, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        self.started = time.monotonic()

    def look(self) -> None:
        """Notices a death, and starts again when the wait is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            structlog.get_logger().warning("process died", process=self.name, code=self.process.returncode)
            self.wait = 0.2 if now - self.started > STEADY_SECONDS else min(self.wait * 2, LONGEST_WAIT_SECONDS)
            self.not_before = now + self.wait
            self.process = None
        if self.process is None and now >= self.not_before:
            self.start()


@dataclass
class Supervisor:
    settings: Settings
    children: dict[str, Child] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        folder = self.settings.data / "process-logs"
        folder.mkdir(parents=True, exist_ok=True)
        environment = environment_of(self.settings)
        program = [sys.executable, "-m", "deploy.start"]
        for name in NAMES:
            command = [*program, "gateway"] if name == "gateway" else [*program, "service", name]
            self.children[name] = Child(name, command, environment, folder / f"{name}.log")
            self.children[name].start()

    def run(self) -> None:
        """Watches until :attr:`stopping` is set, then ends them all."""
        while not self.stopping.wait(0.1):
            for child in self.children.values():
                child.look()
        self.end()

    def end(self) -> None:
        running = [child.process for child in self.children.values() if child.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as the variables a child process reads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {
        "DATA_DIR": settings.data,
        "BROKER_URL": settings.broker_url,
        "DATABASE_URL": settings.database_url,
        "HTTP_HOST": settings.http_host,
        "HTTP_PORT": settings.http_port,
        "CLOCK_FILE": settings.clock_file,
        "HTTPS": settings.https,
        "ORIGIN": settings.origin,
    }
    return kept | {PREFIX + name: str(value) for name, value in told.items() if value is not None}


def create_databases(settings: Settings) -> None:
    """Makes the five databases that are missing; the account needs the right to."""
    assert settings.database_url is not None
    server = settings.database_url.replace("postgresql+psycopg://", "postgresql://").rstrip("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for name in NAMES:
            if f"biaobing_{name}" not in there:
                connection.execute(_CREATE.format(sql.Identifier(f"biaobing_{name}")))
