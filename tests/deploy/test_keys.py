"""The keys of the actor tokens: private ones are the owner's alone, and processes that start together agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, TokenVerifier
from deploy.keys import SIGNERS, open_keys

OPEN = """
import sys, json
from pathlib import Path
from deploy.keys import open_keys
sys.stdin.readline()
keys = open_keys(Path(sys.argv[1]))
print(json.dumps([keys.public, {name: keys.private(name) for name in keys.public}]))
"""
OFFICE = Actor(account="office", role=Role.OFFICE)


def test_private_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = open_keys(tmp_path).folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.jwk")} == {0o600}
    assert {path.name for path in folder.iterdir()} == {
        f"{signer}.{ending}" for signer in SIGNERS for ending in ("jwk", "pub")
    }


def test_a_public_key_file_holds_no_private_part(tmp_path: Path) -> None:
    keys = open_keys(tmp_path)
    assert [name for name, key in keys.public.items() if "d" in json.loads(key)] == []
    assert len(set(keys.public.values())) == len(SIGNERS)


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = open_keys(tmp_path)
    assert open_keys(tmp_path) == first
    assert open_keys(tmp_path).private(GATEWAY) == first.private(GATEWAY)


def test_what_one_process_signs_every_other_verifies(tmp_path: Path) -> None:
    token = TokenSigner(GATEWAY, open_keys(tmp_path).private(GATEWAY)).sign(OFFICE, "review")
    assert TokenVerifier(open_keys(tmp_path).public, "review").actor(token) == OFFICE


def test_a_start_cut_off_between_the_two_files_is_mended_by_the_next(tmp_path: Path) -> None:
    first = open_keys(tmp_path)
    private = first.private("review")
    (first.folder / "review.pub").unlink()
    again = open_keys(tmp_path)
    assert (again.private("review"), again.public) == (private, first.public)


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """All wait at the same gate, so that they race for every key."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate()[0] for child in children]
    assert {child.returncode for child in children} == {0}
    assert len(set(told)) == 1
    public, private = json.loads(told[0])
    for signer in SIGNERS:
        token = TokenSigner(signer, private[signer]).sign(Actor(account="x", role=Role.SYSTEM), "review")
        assert TokenVerifier(public, "review").actor(token).account == "x"
