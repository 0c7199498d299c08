"""What a copy is held against: whose keys, which checkpoints, and what each fault of theirs ends with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from audit.outcome import Exit
from eventlog.proof import note
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.keys import ListedKey
from eventlog.proof.note import Signer
from eventlog.proof.tiles import ENTRIES, Tile
from eventlog.proof.tree import EMPTY_ROOT
from tests.audit.asking import ask, told
from tests.audit.signing import keys_of, sign_history


@pytest.fixture
def keys(played: Path) -> Path:
    """The list of public keys, as an auditor got it by another way than the copy."""
    return played.parent / "keys.txt"


def test_a_copy_with_checkpoints_says_how_far_it_is_signed_and_by_whom(data: Path, keys: Path) -> None:
    answer = told("verify", data, "--keys", keys)
    assert [(one["log"], one["size"]) for one in answer["signed"]] == list(answer["events"].items())
    assert {len(one["cosigners"]) for one in answer["signed"]} == {4}
    assert answer["exit"] == Exit.CLEAN


def test_a_copy_without_checkpoints_is_said_to_be_unproven(copy: Path) -> None:
    answer = ask("verify", copy)
    assert (answer.code, "没有查是不是签过的那一本" in answer.out.replace("\n", "")) == (Exit.PROOF_MISSING, True)
    assert "日志完整" not in answer.out


def test_a_copy_proved_by_its_own_keys_alone_is_said_to_be_so(data: Path, keys: Path) -> None:
    assert "公钥取自副本自带的" in ask("verify", data).out.replace("\n", "")
    assert "公钥取自副本自带的" not in ask("verify", data, "--keys", keys).out.replace("\n", "")


def test_checkpoints_without_any_key_are_refused(data: Path) -> None:
    shutil.rmtree(data / "keys")
    answer = ask("verify", data)
    assert answer.code == Exit.UNUSABLE
    assert "--keys" in answer.err


@pytest.mark.parametrize("content", [b"", b"county.test/review+00000000+AAAA\n", b"\xff\xfe"])
def test_a_list_of_keys_that_cannot_be_used_is_named(data: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(content)
    answer = ask("verify", data, "--keys", broken)
    assert answer.code == Exit.UNUSABLE
    assert "broken.txt" in answer.err.replace("\n", "")


@pytest.mark.parametrize("name", ["checkpoint", "tile", "entries"])
def test_a_proof_that_was_cut_off_ends_with_3(data: Path, keys: Path, name: str) -> None:
    folder = data / "proof" / "review"
    size = told("verify", data, "--keys", keys)["events"]["review"]
    tile = Tile(ENTRIES if name == "entries" else 0, 0, size)
    path = folder / ("checkpoint" if name == "checkpoint" else tile.path())
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    answer = ask("verify", data, "--keys", keys)
    assert (answer.code, path.name in answer.out) == (Exit.TRUNCATED, True)


def test_a_checkpoint_of_another_county_is_told_apart_though_its_key_is_listed(
    data: Path, keys: Path, tmp_path: Path
) -> None:
    signer = Signer.generate("other.test/review")
    held = tmp_path / "checkpoint"
    held.write_text(str(note.sign(Checkpoint("other.test/review", 3, EMPTY_ROOT).text(), [signer])), "utf-8")
    both = tmp_path / "both.txt"
    both.write_text(f"{keys.read_text('utf-8')}{ListedKey(signer.key).line()}\n", "utf-8")
    answer = ask("verify", data, "--keys", both, "--held", held)
    assert answer.code == Exit.OTHER_LOG
    assert "属于另一本日志 other.test/review，要核查的是 county.test 的" in answer.out.replace("\n", "")


def test_a_missing_tile_is_named_and_ends_with_5(data: Path, keys: Path) -> None:
    tile = Tile(0, 0, told("verify", data, "--keys", keys)["events"]["review"])
    (data / "proof" / "review" / tile.path()).unlink()
    answer = ask("verify", data, "--keys", keys)
    assert answer.code == Exit.PROOF_MISSING
    assert tile.path() in answer.out.replace("\n", "")


def test_a_missing_checkpoint_is_named_and_ends_with_5(data: Path, keys: Path) -> None:
    (data / "proof" / "review" / "checkpoint").unlink()
    answer = ask("verify", data, "--keys", keys)
    assert answer.code == Exit.PROOF_MISSING
    assert "proof/review/checkpoint" in answer.out.replace("\n", "")


def test_a_checkpoint_signed_by_another_key_ends_with_6(data: Path, keys: Path, tmp_path: Path) -> None:
    size = told("verify", data, "--keys", keys)["events"]["review"]
    sign_history(data, "review", keys_of(tmp_path / "stolen", "review"), size)
    answer = ask("verify", data, "--keys", keys)
    assert answer.code == Exit.WRONG_KEY
    assert "review 第 0 号（wrong_key）" in answer.out.replace("\n", "")


def test_a_checkpoint_of_another_log_in_the_place_of_its_own_ends_with_7(data: Path, keys: Path) -> None:
    shutil.copy(data / "proof" / "publicity" / "checkpoint", data / "proof" / "review" / "checkpoint")
    answer = ask("verify", data, "--keys", keys)
    assert answer.code == Exit.OTHER_LOG
    assert "county.test/publicity" in answer.out.replace("\n", "")


def test_a_held_checkpoint_of_none_of_these_logs_is_refused(data: Path, keys: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "checkpoint"
    stranger.write_text("proof.example/elsewhere\n1\n", "utf-8")
    answer = ask("verify", data, "--keys", keys, "--held", stranger)
    assert answer.code == Exit.UNUSABLE
    assert "proof.example/elsewhere" in answer.err.replace("\n", "")


def test_a_held_checkpoint_may_be_a_single_file(data: Path, keys: Path, played: Path) -> None:
    held = played.parent / "proof" / "review" / "checkpoint"
    answer = told("verify", data, "--keys", keys, "--held", held)
    assert [one["log"] for one in answer["signed"]].count("review") == 2
