"""Signing keys: made once, secret, replaced without a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventlog.proof import note
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.keys import KeyFiles, KeysUnusable, ListedKey, open_checkpoint, parse_list
from eventlog.proof.note import MalformedKey, Signer, UnknownSigner
from eventlog.proof.tree import EMPTY_ROOT

ORIGIN = "proof.example/nomination"


@pytest.fixture
def keys(tmp_path: Path) -> KeyFiles:
    made = KeyFiles(tmp_path, "nomination")
    made.make(ORIGIN)
    return made


def _signed(keys: KeyFiles, size: int) -> bytes:
    return str(note.sign(Checkpoint(ORIGIN, size, EMPTY_ROOT).text(), keys.signers())).encode()


def test_a_key_pair_is_made_once(keys: KeyFiles) -> None:
    first = keys.signers()[0].key
    keys.make("another.example/nomination")
    assert [one.key for one in keys.signers()] == [first]
    assert keys.listed() == [ListedKey(first)]
    assert first.name == ORIGIN


def test_the_secret_is_its_owners_alone(keys: KeyFiles, tmp_path: Path) -> None:
    assert (tmp_path / "secrets" / "nomination.note").stat().st_mode & 0o777 == 0o600
    keys.rotate()
    assert (tmp_path / "secrets" / "nomination.note").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in (tmp_path / "keys" / "nomination.vkey").read_text("utf-8")


def test_a_start_cut_off_between_the_two_files_is_mended_by_the_next(keys: KeyFiles, tmp_path: Path) -> None:
    listed = keys.listed()
    (tmp_path / "keys" / "nomination.vkey").unlink()
    assert keys.listed() == []
    keys.make(ORIGIN)
    assert keys.listed() == listed


def test_after_a_rotation_both_keys_sign_until_the_old_one_is_retired(keys: KeyFiles) -> None:
    old = keys.signers()[0].key
    new = keys.rotate()
    assert [one.key for one in keys.signers()] == [new, old]
    assert keys.listed() == [ListedKey(new), ListedKey(old)]
    keys.retire(41)
    assert [one.key for one in keys.signers()] == [new]
    assert keys.listed() == [ListedKey(new), ListedKey(old, 41)]


def test_a_rotation_waits_for_the_last_one(keys: KeyFiles) -> None:
    keys.rotate()
    with pytest.raises(KeysUnusable, match="下一个校验点"):
        keys.rotate()


def test_a_rotation_cut_off_half_way_may_be_made_again(keys: KeyFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    old = keys.signers()[0].key
    with monkeypatch.context() as crash:
        crash.setattr(KeyFiles, "_write_secret", _crash)
        with pytest.raises(KeyboardInterrupt):
            keys.rotate()
    assert [one.key for one in keys.signers()] == [old]
    new = keys.rotate()
    assert keys.listed() == [ListedKey(new), ListedKey(old)]


def test_a_retired_key_signs_nothing_larger_than_it_did(keys: KeyFiles) -> None:
    before, larger = _signed(keys, 41), _signed(keys, 42)
    keys.rotate()
    keys.retire(41)
    assert open_checkpoint(before, keys.listed()).checkpoint.size == 41
    with pytest.raises(UnknownSigner, match="no longer"):
        open_checkpoint(larger, keys.listed())
    assert open_checkpoint(_signed(keys, 42), keys.listed()).checkpoint.size == 42


def test_a_log_cannot_sign_for_another(keys: KeyFiles) -> None:
    other = Signer.generate("proof.example/review")
    signed = str(note.sign(Checkpoint(ORIGIN, 3, EMPTY_ROOT).text(), [other])).encode()
    with pytest.raises(UnknownSigner):
        open_checkpoint(signed, [*keys.listed(), ListedKey(other.key)])


def test_a_continued_log_has_a_key_of_its_own(keys: KeyFiles) -> None:
    old = keys.signers()[0].key
    keys.begin(f"{ORIGIN}/2", 99)
    assert [one.key.name for one in keys.signers()] == [f"{ORIGIN}/2"]
    assert keys.listed()[1:] == [ListedKey(old, 99)]


def test_the_list_reads_as_it_was_written(keys: KeyFiles, tmp_path: Path) -> None:
    keys.rotate()
    keys.retire(7)
    assert parse_list((tmp_path / "keys" / "nomination.vkey").read_text("utf-8")) == keys.listed()


@pytest.mark.parametrize("line", ["nonsense", "{key} x", "{key} 1 2", "{key} -1"])
def test_a_list_with_anything_else_is_refused(keys: KeyFiles, line: str) -> None:
    with pytest.raises(MalformedKey):
        parse_list(line.format(key=keys.listed()[0].key.text()))


def test_a_spoiled_secret_is_named_and_not_shown(keys: KeyFiles, tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "nomination.note"
    path.write_text(path.read_text("utf-8").replace("PRIVATE+KEY+", "PRIVATE+"), "utf-8")
    with pytest.raises(KeysUnusable, match=r"nomination\.note") as caught:
        keys.signers()
    assert path.read_text("utf-8").strip()[-20:] not in str(caught.value)


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
