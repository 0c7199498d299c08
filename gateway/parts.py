"""What one application is made of. The Flask application carries it; nothing of it is global."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from eventlog.clock import Clock
from gateway.accounts import Accounts
from gateway.desk import Calls
from gateway.proofs import Proofs
from gateway.sessions import Sessions

NAME = "biaobing"


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """``site``: the folder publicity writes the public pages to. ``https``: whether browsers reach us by TLS only."""

    site: Path
    proofs: Proofs
    clock: Clock
    https: bool


@dataclass(frozen=True, kw_only=True)
class Parts:
    services: Calls
    accounts: Accounts
    sessions: Sessions
    settings: GatewaySettings


def parts() -> Parts:
    """Those of the application that serves this request."""
    return cast("Parts", current_app.extensions[NAME])
