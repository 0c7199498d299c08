"""What lies in a service's file after a run, read with the standard library: nothing here is the product's code."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.simulation.service import Service


@dataclass(frozen=True)
class Stored:
    """One row of the event table."""

    position: int
    stream: str
    version: int
    type: str
    pub_seq: int | None
    leaf: bytes

    @cached_property
    def whole(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.leaf)
        return found

    @property
    def envelope(self) -> dict[str, Any]:
        found: dict[str, Any] = self.whole["e"]
        return found

    @property
    def command(self) -> str:
        found: str = self.envelope["command"]
        return found

    @property
    def hlc(self) -> tuple[int, int]:
        ms, counter = self.whole["h"]
        return ms, counter

    @property
    def leafhash(self) -> str:
        return base64.b64encode(hashlib.sha256(b"\0" + self.leaf).digest()).decode()


def query(service: Service, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    return service.outside.execute(sql, arguments).fetchall()


def leaves(service: Service) -> list[Stored]:
    rows = query(service, "SELECT position, stream_id, version, type, pub_seq, leaf FROM event ORDER BY position")
    return [Stored(*row) for row in rows]


def head(service: Service) -> tuple[int, int]:
    """(next_position, next_pub_seq)"""
    position, pub_seq = query(service, "SELECT next_position, next_pub_seq FROM log_head")[0]
    return position, pub_seq


def relay_cursor(service: Service) -> int:
    rows = query(service, "SELECT next_pub_seq FROM relay_cursor")
    return rows[0][0] if rows else 0


def subscription_cursor(service: Service, source: str) -> int:
    rows = query(service, "SELECT next_pub_seq FROM subscription WHERE source = ?", source)
    return rows[0][0] if rows else 0


def digest(logs: Sequence[Sequence[Stored]], steps: int) -> str:
    """Of all steps and all leaves."""
    whole = hashlib.sha256(str(steps).encode())
    for log in logs:
        for one in log:
            whole.update(one.leaf)
    return whole.hexdigest()
