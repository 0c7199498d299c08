"""A running program proves its logs: every event is signed, and cosigned by the other four logs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from audit.outcome import Exit
from contracts.actor import Role
from deploy import assembly
from deploy.processes import environment_of
from deploy.proving import LOGS, key_files, publication_folder
from deploy.running import StillRunning, alone
from deploy.settings import Settings
from eventlog.proof import tree
from eventlog.proof.keys import open_checkpoint
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TiledTree
from tests.audit.asking import ask, told
from tests.deploy.test_processes import ALONE
from tests.servers.processes import Child, free_port
from tests.waiting import until

PASSWORD = "eight-characters-or-more"
OTHERS = {"gateway": set(LOGS) - {"gateway"}, "nomination": set(LOGS) - {"nomination"}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = replace(ALONE, data=tmp_path / "data", http_port=free_port())
    accounts = assembly.accounts(made)
    accounts.open_account("office", PASSWORD, Role.OFFICE, None)
    accounts.log.store.close()
    return made


@contextmanager
def running(settings: Settings) -> Iterator[Child]:
    """``biaobing up`` on these settings; ended by the block, or here."""
    program = Path(sys.executable).with_name("biaobing")
    log = settings.data / "up.log"
    child = Child([program, "up"], log=log, environ=environment_of(settings), request=signal.SIGINT)
    try:
        yield child
    finally:
        child.end(within=30)


def register(settings: Settings) -> bool:
    """Registers a unit, once the program answers."""
    url = f"http://{settings.http_host}:{settings.http_port}/api/v1/units"
    unit = {"name": f"演示单位 {uuid4()}", "sector": "农业", "level": "乡镇"}
    try:
        answer = requests.post(
            url, json=unit, auth=("office", PASSWORD), headers={"Idempotency-Key": str(uuid4())}, timeout=10
        )
    except requests.ConnectionError:
        return False
    return answer.ok


def head(settings: Settings, log: str) -> int:
    store = assembly.store(settings, log)
    with store.reading() as connection:
        reached: int = connection.exec_driver_sql("SELECT next_position FROM log_head").scalar_one()
    store.close()
    return reached


def signed(settings: Settings, log: str) -> tuple[int, set[str]]:
    """(events covered, logs that cosigned) of the published checkpoint, after its tiles were held against it."""
    publication = Publication(publication_folder(settings, log))
    published = publication.note()
    if published is None:
        return 0, set()
    listed = key_files(settings, log).listed()
    found = open_checkpoint(str(published).encode(), listed).checkpoint
    tiled = TiledTree(publication.files, found.size)
    assert tree.root_of(map(tree.leaf_hash, tiled.leaves())) == found.root
    others = {one.key.as_cosigner(): name for name in LOGS for one in key_files(settings, name).listed()}
    return found.size, {others[key] for key in published.verified([*others, listed[0].key]) if key in others}


def cosigned(settings: Settings, log: str) -> bool:
    """By all the others."""
    return signed(settings, log)[1] == set(LOGS) - {log}


def test_every_log_is_cosigned_by_all_others_and_whole_when_the_program_ends(settings: Settings) -> None:
    with running(settings) as program:
        until(lambda: register(settings), within=60, what="the program answers")
        with pytest.raises(StillRunning), alone(settings.data):
            pass
        for log in OTHERS:
            until(partial(cosigned, settings, log), within=30, what=f"cosignatures of {log}")
        assert register(settings)
        program.end(within=30)
        assert program.process.returncode == 0, program.tail()
    for log, others in OTHERS.items():
        assert signed(settings, log) == (head(settings, log), others)
        assert head(settings, log) > 0


def test_a_program_nobody_has_used_yet_is_proven_empty(settings: Settings) -> None:
    with running(settings) as program:
        for log in LOGS:
            until(partial(cosigned, settings, log), within=60, what=f"cosignatures of {log}")
        program.end(within=30)
    assert [signed(settings, log)[0] for log in LOGS] == [head(settings, log) for log in LOGS]
    assert head(settings, "review") == 0
    assert {one["log"] for one in told("verify", settings.data)["signed"]} == set(LOGS)
    assert ask("verify", settings.data).code == Exit.CLEAN
    shutil.rmtree(publication_folder(settings, "review"))
    assert ask("verify", settings.data).code == Exit.PROOF_MISSING


def test_a_killed_program_goes_on_signing_where_it_was(settings: Settings) -> None:
    with running(settings) as program:
        until(lambda: register(settings), within=60, what="the program answers")
        until(lambda: signed(settings, "nomination")[0] == 1, within=30, what="the first checkpoint")
        program.kill()
    with running(settings):
        until(lambda: register(settings), within=60, what="the program answers again")
        until(
            lambda: signed(settings, "nomination") == (2, OTHERS["nomination"]),
            within=30,
            what="the second checkpoint, cosigned",
        )


def test_a_key_rotated_while_the_program_runs_signs_the_next_checkpoint(settings: Settings) -> None:
    with running(settings):
        until(lambda: register(settings), within=60, what="the program answers")
        until(lambda: signed(settings, "nomination")[0] == 1, within=30, what="the first checkpoint")
        subprocess.run(
            [Path(sys.executable).with_name("biaobing"), "keys", "rotate", "nomination"],
            env=os.environ | environment_of(settings), check=True, capture_output=True,
        )  # fmt: skip
        until(lambda: len(key_files(settings, "nomination").signers()) == 1, within=30, what="the old key is retired")
        until(lambda: signed(settings, "nomination")[1] == OTHERS["nomination"], within=30, what="all cosignatures")
    assert [one.last_size for one in key_files(settings, "nomination").listed()] == [None, 1]
