"""What does not extend what was signed is not signed, and nothing of what was is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eventlog.proof.checkpointer import DoesNotExtend
from eventlog.sqlite import SqliteStore
from tests.eventlog.proof.proving import Proved, append, forge
from tests.eventlog.sample import open_sample


def test_a_log_that_lost_events_is_not_signed_any_more(proved: Proved) -> None:
    append(proved.log, 5)
    proved.checkpointer.run_once()
    forge(proved.log, "DELETE FROM event WHERE position >= 3")
    before = proved.publication.note()
    for _ in range(2):
        with pytest.raises(DoesNotExtend, match="只有 3 个事件，已签名的校验点却有 5 个") as caught:
            proved.checkpointer.run_once()
        assert caught.value.code == "log_shrank"
        proved.restart()
    assert proved.publication.note() == before


def test_what_was_published_stays_as_it_was_when_the_database_was_changed_meanwhile(proved: Proved) -> None:
    """The tiles may be all that is left of an event as it was signed."""
    append(proved.log, 600)
    proved.checkpointer.run_once()
    folder = proved.publication.files.folder

    def files() -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = files()
    forge(proved.log, "UPDATE event SET leaf = (SELECT leaf FROM event WHERE position = 300) WHERE position = 2")
    proved.restart()
    with pytest.raises(DoesNotExtend):
        proved.checkpointer.run_once()
    assert files() == before


def test_a_log_restored_from_yesterday_and_grown_since_is_not_signed_i7(tmp_path: Path) -> None:
    """The restored database has as many events as were signed, and more, but other ones."""
    store = SqliteStore(tmp_path / "log.sqlite3")
    proved = Proved(tmp_path, open_sample(store, "one"))
    append(proved.log, 10)
    store.close()
    shutil.copy(tmp_path / "log.sqlite3", tmp_path / "yesterday.sqlite3")
    append(proved.log, 10)
    assert proved.checkpointer.run_once() == 20
    proved.log.store.close()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"log.sqlite3{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "yesterday.sqlite3", tmp_path / "log.sqlite3")
    append(proved.log, 15)
    for _ in range(2):  # a running checkpointer notices, and a restarted one
        with pytest.raises(DoesNotExtend, match="不会重签") as caught:
            proved.checkpointer.run_once()
        assert caught.value.code == "log_differs"
        proved.restart()
    assert proved.signed() is not None
    assert proved.publication.files.checkpoint() is not None
    proved.close()
    proved.log.store.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE event SET leaf = CAST('{}' AS {bytes}) WHERE position = 2", "log_differs"),
        ("DELETE FROM event WHERE position = 2", "log_gap"),
    ],
)
def test_a_log_changed_where_it_was_signed_is_not_signed_after_a_restart(
    proved: Proved, change: str, code: str
) -> None:
    append(proved.log, 5)
    proved.checkpointer.run_once()
    forge(proved.log, change.replace("{bytes}", "BLOB" if isinstance(proved.log.store, SqliteStore) else "bytea"))
    append(proved.log, 5)
    proved.restart()
    with pytest.raises(DoesNotExtend) as caught:
        proved.checkpointer.run_once()
    assert caught.value.code == code


def test_a_new_event_that_is_missing_is_not_passed_over(proved: Proved) -> None:
    append(proved.log, 5)
    proved.checkpointer.run_once()
    append(proved.log, 5)
    forge(proved.log, "DELETE FROM event WHERE position = 7")
    with pytest.raises(DoesNotExtend, match="缺第 7 号事件"):
        proved.checkpointer.run_once()


def test_an_old_store_of_last_checkpoints_does_not_help_a_second_history(proved: Proved, tmp_path: Path) -> None:
    """Somebody restored the store of last checkpoints together with the database; the published one is newer."""
    append(proved.log, 5)
    proved.checkpointer.run_once()
    proved.close()
    for path in (tmp_path / "last").iterdir():
        path.unlink()
    forge(proved.log, "DELETE FROM event WHERE position >= 3")
    proved.restart()
    with pytest.raises(DoesNotExtend):
        proved.checkpointer.run_once()


def test_a_lost_store_of_last_checkpoints_is_made_good_from_the_published_one(proved: Proved, tmp_path: Path) -> None:
    append(proved.log, 5)
    proved.checkpointer.run_once()
    proved.close()
    for path in (tmp_path / "last").iterdir():
        path.unlink()
    proved.restart()
    append(proved.log, 2)
    assert proved.checkpointer.run_once() == 2
    assert proved.signed() == proved.published()
