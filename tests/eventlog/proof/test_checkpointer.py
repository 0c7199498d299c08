"""The checkpointer: signs everything, shows all it signed, and never signs a second history."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eventlog.log import EventLog
from eventlog.proof import checkpointer as module
from eventlog.proof import tree
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.checkpointer import Checkpointer, DoesNotExtend
from eventlog.proof.keys import KeyFiles, open_checkpoint
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TileFolder, tiles_of
from eventlog.sqlite import SqliteStore
from tests.eventlog.proof.proving import Proved, append, extends, forge, resigned
from tests.eventlog.sample import add, open_sample
from tests.waiting import until


def test_every_event_is_signed_and_shown(proved: Proved) -> None:
    append(proved.log, 3)
    assert proved.checkpointer.run_once() == 3
    assert proved.published() == Checkpoint(proved.origin, 3, tree.root_of(_hashes(proved.log)))


def test_an_empty_log_is_signed_too_so_that_a_missing_proof_is_always_a_fault(proved: Proved) -> None:
    assert proved.checkpointer.run_once() == 0
    assert proved.published() == Checkpoint(proved.origin, 0, tree.EMPTY_ROOT)
    append(proved.log, 3)
    assert proved.checkpointer.run_once() == 3
    assert proved.published().size == 3


def test_without_new_events_nothing_is_signed(proved: Proved) -> None:
    append(proved.log, 2)
    proved.checkpointer.run_once()
    before = proved.publication.note()
    assert proved.checkpointer.run_once() == 0
    assert proved.publication.note() == before


def test_each_checkpoint_extends_the_one_before(proved: Proved) -> None:
    seen = []
    for number in (1, 254, 1, 1, 255, 300, 2):
        append(proved.log, number)
        proved.checkpointer.run_once()
        seen.append(proved.published())
    leaves = list(proved.log.read_leaves())
    assert [one.size for one in seen] == [1, 255, 256, 257, 512, 812, 814]
    assert all(extends(old, new, leaves) for old, new in pairwise(seen))


def test_a_backlog_is_signed_in_several_checkpoints(proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 600)
    append(proved.log, 1300)
    assert [proved.checkpointer.run_once() for _ in range(4)] == [600, 600, 100, 0]
    assert proved.published().size == 1300


def test_partial_tiles_go_once_the_full_one_is_shown(proved: Proved) -> None:
    for number in (200, 200, 200):
        append(proved.log, number)
        proved.checkpointer.run_once()
    folder = proved.publication.files.folder
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    kept = {"tile/1/000.p/1"}  # of the checkpoint before: its full tile is not there yet
    assert found - kept == {tile.path() for tile in tiles_of(600)} | {"checkpoint"}


def test_a_restarted_checkpointer_goes_on_where_it_stopped(proved: Proved) -> None:
    append(proved.log, 300)
    proved.checkpointer.run_once()
    proved.restart()
    append(proved.log, 10)
    assert proved.checkpointer.run_once() == 10
    assert proved.published().size == 310


def test_lost_tiles_are_made_again_at_the_start(proved: Proved) -> None:
    append(proved.log, 600)
    proved.checkpointer.run_once()
    shutil.rmtree(proved.publication.files.folder)
    proved.restart()
    assert proved.checkpointer.run_once() == 0
    assert proved.published().size == 600


@pytest.mark.parametrize("raw", [b"", b"spoiled\n", b"a\nb\nc\n\n\xe2\x80\x94 x AAAAAAAA\n"])
def test_a_spoiled_published_checkpoint_is_published_again(proved: Proved, raw: bytes) -> None:
    append(proved.log, 5)
    proved.checkpointer.run_once()
    proved.publication.files.write_checkpoint(raw)
    proved.restart()
    proved.checkpointer.run_once()
    assert proved.published().size == 5


def test_two_checkpointers_of_one_log_sign_one_history(proved: Proved) -> None:
    other = Checkpointer(proved.log, proved.keys, proved.last, proved.publication)
    seen = []
    for turn in range(6):
        append(proved.log, 100)
        (other if turn % 2 else proved.checkpointer).run_once()
        (other if turn % 2 else proved.checkpointer).run_once()
        seen.append(proved.published())
    leaves = list(proved.log.read_leaves())
    assert all(extends(old, new, leaves) for old, new in pairwise(seen))
    assert seen[-1].size == 600


def test_of_two_databases_that_grew_apart_only_one_is_shown_m23(tmp_path: Path) -> None:
    """As when the old primary still runs after its standby took over: who is too late to sign shows nothing."""
    proved = Proved(tmp_path, open_sample(SqliteStore(tmp_path / "one.sqlite3"), "one"))
    append(proved.log, 10)
    proved.checkpointer.run_once()
    proved.log.store.close()
    shutil.copy(tmp_path / "one.sqlite3", tmp_path / "other.sqlite3")
    grown_apart = open_sample(SqliteStore(tmp_path / "other.sqlite3"), "one")
    shown = Publication(tmp_path / "proof of the other")
    other = Checkpointer(grown_apart, proved.keys, proved.last, shown)
    assert other.run_once() == 0
    append(proved.log, 1)
    append(grown_apart, 1)
    assert proved.checkpointer.run_once() == 1
    assert other.run_once() == 0
    with pytest.raises(DoesNotExtend, match="数据库被换过或改过"):
        other.run_once()
    found = shown.note()
    assert found is not None
    assert open_checkpoint(str(found).encode(), proved.keys.listed()).checkpoint.size == 10
    proved.close()
    for log in (proved.log, grown_apart):
        log.store.close()


def test_a_rotated_key_signs_at_once_beside_the_old_one_and_then_alone(proved: Proved) -> None:
    append(proved.log, 4)
    proved.checkpointer.run_once()
    old = proved.keys.signers()[0].key
    new = proved.keys.rotate()
    proved.checkpointer.run_once()
    assert set(proved.signers()) == {old.id.hex(), new.id.hex()}
    append(proved.log, 1)
    proved.checkpointer.run_once()
    assert proved.signers() == [new.id.hex()]
    assert [(one.key, one.last_size) for one in proved.keys.listed()] == [(new, None), (old, 4)]


# Each step of a checkpoint: what is cut off there, and whether the step itself was done.
STEPS: list[tuple[type, str]] = [
    (LastCheckpoints, "swap"),
    (TileFolder, "write"),
    (TileFolder, "write_checkpoint"),
    (TileFolder, "drop_partials"),
    (KeyFiles, "_write_list"),
    (KeyFiles, "_write_secret"),
]


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("call", [1, 2, 5])
def test_a_crash_at_any_step_changes_nothing_signed_and_loses_nothing(
    filed: Proved, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, call: int, *, done: bool
) -> None:
    seen: list[Checkpoint] = []
    append(filed.log, 200)
    filed.checkpointer.run_once()
    seen.append(filed.published())
    append(filed.log, 600)
    filed.keys.rotate()
    with monkeypatch.context() as crash:
        _crash_at(crash, owner, step, call, done=done)
        try:
            filed.checkpointer.run_once()
        except KeyboardInterrupt:
            seen += [one for one in (filed.signed(),) if one is not None]
            seen.append(filed.published())  # what a stranger sees now is whole, be it old or new
            seen.sort(key=lambda one: one.size)
    filed.restart()
    append(filed.log, 100)
    while filed.checkpointer.run_once():
        seen.append(filed.published())
    leaves = list(filed.log.read_leaves())
    assert all(extends(old, new, leaves) for old, new in pairwise(seen))
    assert seen[-1].size == len(leaves) == 900
    assert filed.signed() == seen[-1]
    assert len(filed.keys.signers()) == 1


def test_a_running_checkpointer_signs_what_comes_and_says_when_it_stops(proved: Proved) -> None:
    append(proved.log, 3)
    stopping = threading.Event()
    thread = threading.Thread(target=proved.checkpointer.run, args=[stopping])
    thread.start()
    until(proved.publication.note, within=10, what="the first checkpoint")
    add(proved.log, 1)
    until(lambda: proved.published().size == 4, within=10, what="the second checkpoint")
    seen = proved.published()
    forge(proved.log, "DELETE FROM event WHERE position >= 2")
    refusal = until(proved.publication.refusal, within=10, what="the refusal")
    assert refusal is not None
    assert "biaobing log continue" in refusal
    thread.join(10)
    assert not thread.is_alive()
    assert proved.signed() == seen


def test_a_mended_log_is_signed_again_and_the_refusal_goes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.sqlite3")
    proved = Proved(tmp_path, open_sample(store, "one"))
    append(proved.log, 4)
    proved.checkpointer.run_once()
    store.close()
    shutil.copy(tmp_path / "log.sqlite3", tmp_path / "newer.sqlite3")
    forge(proved.log, "DELETE FROM event WHERE position >= 2")
    proved.restart()
    proved.checkpointer.run(threading.Event())
    assert proved.publication.refusal() is not None
    store.close()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"log.sqlite3{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "newer.sqlite3", tmp_path / "log.sqlite3")
    proved.restart()
    append(proved.log, 1)
    assert proved.checkpointer.run_once() == 1
    assert proved.publication.refusal() is None
    proved.close()
    store.close()


def test_trouble_with_the_disk_is_waited_out(proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    append(proved.log, 3)
    full = threading.Event()
    full.set()
    real = TileFolder.write

    def write(files: TileFolder, *arguments: Any) -> None:
        if full.is_set():
            raise OSError(28, "No space left on device")
        real(files, *arguments)

    monkeypatch.setattr(TileFolder, "write", write)
    stopping = threading.Event()
    thread = threading.Thread(target=proved.checkpointer.run, args=[stopping])
    thread.start()
    until(lambda: proved.signed() is not None, within=10, what="the first try")
    assert proved.publication.note() is None
    full.clear()
    until(proved.publication.note, within=10, what="the checkpoint")
    stopping.set()
    thread.join(10)
    assert proved.published().size == 3


def test_a_refusal_is_not_talked_round_by_a_new_checkpoint_of_the_same_size(proved: Proved) -> None:
    """A checkpoint that somebody with the key signed for another history stops the log as well."""
    append(proved.log, 4)
    proved.checkpointer.run_once()
    forged = Checkpoint(proved.origin, 5, tree.leaf_hash(b"another history"))
    proved.publication.files.write_checkpoint(str(resigned(forged, proved.keys)).encode())
    append(proved.log, 2)
    proved.restart()
    with pytest.raises(DoesNotExtend):
        proved.checkpointer.run_once()


def _hashes(log: EventLog) -> list[bytes]:
    return [tree.leaf_hash(leaf) for leaf in log.read_leaves()]


def _crash_at(patch: pytest.MonkeyPatch, owner: type, step: str, call: int, *, done: bool) -> None:
    real: Callable[..., Any] = getattr(owner, step)
    calls = 0

    def crashing(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != call:
            return real(*arguments)
        if done:
            real(*arguments)
        raise KeyboardInterrupt

    patch.setattr(owner, step, crashing)
