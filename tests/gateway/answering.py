"""A service for the tests of :mod:`gateway.rpc`, run as a process of its own: answers, refuses, or keeps silent.

It says ``ready`` on its output when it can be called. The process must be cooperative before it imports this.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from nameko.containers import ServiceContainer
from nameko.rpc import rpc

from contracts.errors import Conflict
from contracts.rpc import Accepted, refusal
from eventlog.codec import to_json

SILENT_SECONDS = 4.0
"""Longer than a query may take, shorter than a test waits for the late answer."""


class Answering:
    name = "inspection"

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def execute(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["operation"] == "PublishPool":
            return refusal(Conflict("inspection.pool_published"))
        events = (request["operation"], request["command_id"], str(request["expected_version"]))
        return {"result": to_json(Accepted(position=7, version=2, events=events))}

    @rpc  # type: ignore[untyped-decorator]  # as above
    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["operation"] == "ListFollowUps":
            threading.Event().wait(SILENT_SECONDS)
            return {"result": {"rows": []}}
        if request["operation"] == "ListInspections":
            raise RuntimeError("unforeseen")
        return {
            "result": {
                "season_id": request["body"]["season_id"], "version": 1, "state": "未公布", "pool": [],
                "pool_text": "", "pool_hash": "", "seed_source": "", "seed": "", "units": [],
            }
        }  # fmt: skip


def main(url: str) -> None:
    container = ServiceContainer(Answering, config={"AMQP_URI": url, "serializer": "json"})
    container.start()
    print("ready", flush=True)  # noqa: T201 -- the test waits for it
    container.wait()
