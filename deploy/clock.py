"""The campaign clock: lets a demo or a training run live through a season in minutes.

The file holds the campaign's moment and, when time is to flow on, the machine's moment at which it was set. All
processes of a shape read the same file.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path


class CampaignClock:
    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        if not self._path.exists():
            return datetime.now(UTC).replace(microsecond=0)
        told = json.loads(self._path.read_text("utf-8"))
        moment = datetime.fromisoformat(told["campaign"])
        if told["flows_from"] is not None:
            moment += datetime.now(UTC) - datetime.fromisoformat(told["flows_from"])
        return moment.replace(microsecond=0)

    def stand_at(self, moment: datetime) -> None:
        """Time stands still there until it is set again."""
        self._write(moment, None)

    def flow_from(self, moment: datetime) -> None:
        """Time goes on from there at its usual pace."""
        self._write(moment, datetime.now(UTC))

    def _write(self, moment: datetime, flows_from: datetime | None) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        told = {
            "campaign": moment.astimezone(UTC).isoformat(),
            "flows_from": None if flows_from is None else flows_from.isoformat(),
        }
        part.write_text(json.dumps(told), "utf-8")
        part.replace(self._path)
