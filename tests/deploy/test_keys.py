"""The keys of the actor tokens: each is its process's alone, and processes that start together agree."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, TokenVerifier
from contracts.errors import Forbidden
from deploy.keys import SIGNERS, own_key, public_key

OPEN = """
import sys
from pathlib import Path
from deploy.keys import own_key
sys.stdin.readline()
print(own_key(Path(sys.argv[1]), "review"))
"""
OFFICE = Actor(account="office", role=Role.OFFICE)


def test_private_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    for signer in SIGNERS:
        own_key(tmp_path, signer)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {
        f"{signer}.jwk": 0o600 for signer in SIGNERS
    }


def test_what_lies_with_the_public_keys_holds_no_private_part(tmp_path: Path) -> None:
    for signer in SIGNERS:
        own_key(tmp_path, signer)
    shown = {path.name: json.loads(path.read_text("utf-8")) for path in (tmp_path / "keys").iterdir()}
    assert shown.keys() == {f"{signer}.pub" for signer in SIGNERS}
    assert [name for name, key in shown.items() if "d" in key] == []


def test_a_process_makes_no_key_but_its_own(tmp_path: Path) -> None:
    own_key(tmp_path, "review")
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["review.jwk"]
    assert [signer for signer in SIGNERS if public_key(tmp_path, signer) is not None] == ["review"]


def test_a_key_is_made_once(tmp_path: Path) -> None:
    first, shown = own_key(tmp_path, GATEWAY), public_key(tmp_path, GATEWAY)
    assert (own_key(tmp_path, GATEWAY), public_key(tmp_path, GATEWAY)) == (first, shown)


def test_what_one_process_signs_another_verifies_that_was_there_before(tmp_path: Path) -> None:
    verifier = TokenVerifier(partial(public_key, tmp_path), "review")
    stranger = TokenSigner(GATEWAY, own_key(tmp_path / "elsewhere", GATEWAY)).sign(OFFICE, "review")
    with pytest.raises(Forbidden):
        verifier.actor(stranger)
    assert verifier.actor(TokenSigner(GATEWAY, own_key(tmp_path, GATEWAY)).sign(OFFICE, "review")) == OFFICE
    with pytest.raises(Forbidden):
        verifier.actor(stranger)


def test_no_name_leads_out_of_the_folder_of_keys(tmp_path: Path) -> None:
    own_key(tmp_path, GATEWAY)
    (tmp_path / "secrets" / "gateway.pub").write_text("{}")
    assert public_key(tmp_path, "../secrets/gateway") is None


def test_a_start_cut_off_between_the_two_files_is_mended_by_the_next(tmp_path: Path) -> None:
    private, shown = own_key(tmp_path, "review"), public_key(tmp_path, "review")
    (tmp_path / "keys" / "review.pub").unlink()
    assert (own_key(tmp_path, "review"), public_key(tmp_path, "review")) == (private, shown)


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """All wait at the same gate, so that they race for the key."""
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
    token = TokenSigner("review", told[0]).sign(Actor(account="x", role=Role.SYSTEM), "nomination")
    assert TokenVerifier(partial(public_key, tmp_path), "nomination").actor(token).account == "x"
