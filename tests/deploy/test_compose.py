"""The containers of one machine: no process can read another's secrets, or its database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.keys import SIGNERS

COMPOSE: dict[str, Any] = yaml.safe_load(Path("deploy/container/compose.yaml").read_text("utf-8"))
DATA = "/var/lib/biaobing/data"


def mounts(service: str) -> dict[str, str]:
    """Volume by the place it is mounted at."""
    volumes: list[str] = COMPOSE["services"][service]["volumes"]
    return {one.split(":")[1]: one.split(":")[0] for one in volumes}


@pytest.mark.parametrize("process", SIGNERS)
def test_the_data_of_a_process_is_on_a_volume_that_no_other_mounts(process: str) -> None:
    own = mounts(process)[DATA]
    assert [other for other in COMPOSE["services"] if own in mounts(other).values()] == [process]


@pytest.mark.parametrize("process", SIGNERS)
def test_what_a_process_shares_is_public(process: str) -> None:
    shared = {place.removeprefix(f"{DATA}/") for place in mounts(process) if place != DATA}
    assert {"keys", "proof"} <= shared <= {"keys", "proof", "site"}


@pytest.mark.parametrize("process", SIGNERS)
def test_a_process_enters_the_database_by_an_account_of_its_own(process: str) -> None:
    url: str = COMPOSE["services"][process]["environment"]["BIAOBING_DATABASE_URL"]
    assert f"//biaobing_{process}:${{BIAOBING_{process.upper()}_PASSWORD}}@" in url


def test_every_volume_is_declared() -> None:
    used = {volume for service in COMPOSE["services"] for volume in mounts(service).values() if volume[0] != "."}
    assert used == COMPOSE["volumes"].keys()
