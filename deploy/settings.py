"""The configuration: every variable is named here, read here and nowhere else; an unknown one is an error."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from environs import Env, EnvError
from marshmallow.validate import Regexp

PREFIX = "BIAOBING_"
TEST_PREFIX = "BIAOBING_TEST_"
"""Addresses of servers for the project's own tests; the program leaves them alone."""


class BadSettings(Exception):
    """The sentence names the variable and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``broker_url`` None: within the process. ``database_url`` None: SQLite files in ``data``; otherwise a
    PostgreSQL server, where each service uses the database of its own name. ``clock_file`` None: the machine's clock.
    ``origin`` begins the name of every log; the first start fixes it.
    """

    data: Path
    broker_url: str | None
    database_url: str | None
    http_host: str
    http_port: int
    clock_file: Path | None
    https: bool
    origin: str


_ORIGIN = "日志的来源名不能有空格和加号，例如 awards.example.gov.cn"
_NAMES = ("DATA_DIR", "BROKER_URL", "DATABASE_URL", "HTTP_HOST", "HTTP_PORT", "CLOCK_FILE", "HTTPS", "ORIGIN")


def read() -> Settings:
    """Raises :class:`BadSettings`."""
    known = {PREFIX + name for name in _NAMES}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known:
            raise BadSettings(f"不认识的设置 {name}。可用的有：{'、'.join(sorted(known))}。")
    env = Env(prefix=PREFIX)
    try:
        clock_file = env.str("CLOCK_FILE", None)
        return Settings(
            data=Path(env.str("DATA_DIR", "data")),
            broker_url=env.str("BROKER_URL", None),
            database_url=env.str("DATABASE_URL", None),
            http_host=env.str("HTTP_HOST", "127.0.0.1"),
            http_port=env.int("HTTP_PORT", 8600),
            clock_file=Path(clock_file) if clock_file else None,
            https=env.bool("HTTPS", False),
            origin=env.str("ORIGIN", "biaobing.invalid", validate=Regexp(r"[^\s+]+\Z", error=_ORIGIN)),
        )
    except EnvError as error:
        raise BadSettings(f"设置的值不对：{error}") from error
