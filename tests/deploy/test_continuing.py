"""The operator's commands about keys and about a log that lost events, on SQLite files, with nothing running."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid5

import pytest
from typer.testing import CliRunner, Result

from contracts.nomination import UnitRegistered
from deploy.assembly import personal_keys
from deploy.continuing import continue_after_loss
from deploy.program import app
from deploy.proving import key_files, notary, publication_folder
from deploy.running import running
from deploy.settings import BadSettings, Settings
from eventlog.broker.amqp import AmqpBroker
from eventlog.codec import EventTypes
from eventlog.continuation import CannotContinue
from eventlog.event import Published
from eventlog.hosting.calls import RemoteCalls
from eventlog.kernel_events import LogContinued
from eventlog.log import EventLog
from eventlog.proof import tree
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.checkpointer import DoesNotExtend
from eventlog.proof.keys import KeyFiles, open_checkpoint
from eventlog.proof.notary import Notary
from eventlog.proof.tiles import ENTRIES, WIDTH, Tile, TiledTree, TileFolder
from eventlog.receiver import Receiver
from eventlog.sqlite import SqliteStore
from eventlog.stream import StreamName
from services.nomination.events import PRIVATE, PUBLISHED
from services.nomination.projections import PROJECTIONS
from tests.deploy.test_processes import ALONE
from tests.eventlog.sample import NAMESPACE, provenance
from tests.servers.processes import free_port

REASON = "磁盘损坏"


@dataclass
class Heard:
    """A source whose published events are read when asked."""

    log: EventLog

    def read_published(self, first: int, limit: int) -> list[Published]:
        return self.log.read_published(first, limit)


@dataclass
class Nomination:
    """The log of one service, as a process would have it; ``close`` is what a stop is."""

    settings: Settings

    def __post_init__(self) -> None:
        self.path = self.settings.data / "logs" / "nomination.sqlite3"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        types = EventTypes(PRIVATE, PUBLISHED)
        keys = personal_keys(self.settings, "nomination")
        self.log = EventLog("nomination", SqliteStore(self.path), types, PROJECTIONS, keys).open()

    def register(self, *numbers: int) -> None:
        for number in numbers:
            unit = uuid5(NAMESPACE, f"unit {number}")
            registered = UnitRegistered(unit_id=unit, name=f"演示单位{number}", sector="农业", level="乡镇")
            with self.log.transaction() as tx:
                tx.append(StreamName("unit", unit), [registered], -1, provenance())

    def notary(self) -> Notary:
        return notary(self.settings, RemoteCalls({}, 1.0), self.log)

    def stop(self) -> None:
        self.log.store.close()

    def backup(self) -> Path:
        self.stop()
        copy = self.path.with_suffix(".backup")
        shutil.copy(self.path, copy)
        self.start()
        return copy

    def restore(self, copy: Path) -> None:
        self.stop()
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        shutil.copy(copy, self.path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(ALONE, data=tmp_path / "data")


@pytest.fixture
def lost(settings: Settings) -> Iterator[Nomination]:
    """Five events were signed, and three of them are left after yesterday's backup was restored."""
    nomination = Nomination(settings)
    nomination.register(1, 2, 3)
    copy = nomination.backup()
    nomination.register(4, 5)
    assert nomination.notary().checkpointer.run_once() == 5
    nomination.restore(copy)
    yield nomination
    nomination.stop()


@pytest.fixture
def long_lost(settings: Settings) -> Iterator[Nomination]:
    """As ``lost``, with more events than a tile holds."""
    nomination = Nomination(settings)
    nomination.register(*range(WIDTH + 2))
    copy = nomination.backup()
    nomination.register(WIDTH + 2, WIDTH + 3)
    assert nomination.notary().checkpointer.run_once() == WIDTH + 4
    nomination.restore(copy)
    yield nomination
    nomination.stop()


def published(folder: Path, keys: KeyFiles) -> Checkpoint:
    """The checkpoint in a folder, its tiles held against it."""
    files = TileFolder(folder)
    found = open_checkpoint(files.checkpoint() or b"", keys.listed()).checkpoint
    assert tree.root_of(map(tree.leaf_hash, TiledTree(files, found.size).leaves())) == found.root
    return found


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(settings.data)])


def test_a_log_that_lost_events_goes_on_under_a_new_name(settings: Settings, lost: Nomination) -> None:
    told = continue_after_loss(settings, "nomination", REASON)
    assert "biaobing.test/nomination/2" in told
    assert "丢失 2 个" in told
    lost.start()
    first = next(iter(lost.log.read())).data
    assert (first.previous_origin, first.previous_size, first.carried, first.reason) == (
        "biaobing.test/nomination", 5, 3, REASON,
    )  # fmt: skip
    assert lost.notary().checkpointer.run_once() == 4
    keys = key_files(settings, "nomination")
    assert published(publication_folder(settings, "nomination"), keys).origin == "biaobing.test/nomination/2"


def test_what_was_proved_of_the_previous_log_stays_provable(settings: Settings, lost: Nomination) -> None:
    """The lost events too: their bytes are in the tiles."""
    continue_after_loss(settings, "nomination", REASON)
    keys = key_files(settings, "nomination")
    before = published(publication_folder(settings, "nomination-1"), keys)
    assert (before.origin, before.size) == ("biaobing.test/nomination", 5)
    assert [(one.key.name, one.last_size) for one in keys.listed()] == [
        ("biaobing.test/nomination/2", None),
        ("biaobing.test/nomination", 5),
    ]


def test_a_log_that_lost_nothing_is_not_continued(settings: Settings) -> None:
    nomination = Nomination(settings)
    nomination.register(1, 2)
    with pytest.raises(CannotContinue, match="还没有密钥"):
        continue_after_loss(settings, "nomination", REASON)
    nomination.notary().checkpointer.run_once()
    nomination.stop()
    with pytest.raises(CannotContinue, match="没有丢失事件"):
        continue_after_loss(settings, "nomination", REASON)
    nomination.start()
    assert [one.position for one in nomination.log.read()] == [0, 1]
    nomination.stop()


def test_subscribers_hear_what_the_continued_log_says_next(settings: Settings, lost: Nomination) -> None:
    """Review had heard all five; what follows bears the numbers of the two lost ones."""
    heard: list[str] = []
    store = SqliteStore(settings.data / "logs" / "review.sqlite3")
    lost.start()
    types = lost.log.types
    before = Nomination(replace(settings, data=settings.data / "before"))
    before.register(1, 2, 3, 4, 5)

    def receiver(source: EventLog) -> Receiver:
        own = EventLog("review", store, EventTypes([], [])).open()
        return Receiver(
            "nomination", own, types, {UnitRegistered: lambda event, _: heard.append(event.data.name)}, Heard(source)
        )

    receiver(before.log).catch_up()
    before.stop()
    lost.stop()
    store.close()
    continue_after_loss(settings, "nomination", REASON)
    lost.start()
    lost.register(6)
    receiver(lost.log).catch_up()
    store.close()
    assert heard == [f"演示单位{number}" for number in (1, 2, 3, 4, 5, 6)]


def test_messages_of_what_was_lost_are_not_taken_for_what_is_said_next(
    settings: Settings, lost: Nomination, vhost: str
) -> None:
    """They wait in a durable queue and bear the numbers of the next events."""
    del lost
    queue, publisher = AmqpBroker(vhost).subscription("review", "nomination"), AmqpBroker(vhost).publisher("nomination")
    assert list(queue.receive(0.01)) == []
    queue.close()
    publisher.publish(
        [Published(source="nomination", pub_seq=number, position=number, leaf=b"{}") for number in (3, 4)]
    )
    publisher.close()
    continue_after_loss(replace(settings, broker_url=vhost), "nomination", REASON)
    assert list(queue.receive(0.5)) == []
    queue.close()


def test_while_the_services_run_nothing_is_continued(settings: Settings, lost: Nomination) -> None:
    with running(settings.data), pytest.raises(CannotContinue, match="服务还在运行"):
        continue_after_loss(settings, "nomination", REASON)
    lost.start()
    assert not any(isinstance(event.data, LogContinued) for event in lost.log.read())


@pytest.mark.parametrize("command", [("keys", "list"), ("log", "rebuild", "review"), ("keys", "rotate", "review")])
def test_a_folder_where_nothing_was_ever_started_is_no_data_directory(
    settings: Settings, command: tuple[str, ...]
) -> None:
    done = run(settings, *command)
    assert (done.exit_code, "不是数据目录" in done.output, settings.data.exists()) == (2, True, False)


def test_without_the_broker_nothing_is_continued(settings: Settings, lost: Nomination) -> None:
    away = f"amqp://nobody:nothing@127.0.0.1:{free_port()}//"
    with pytest.raises(CannotContinue, match="RabbitMQ"):
        continue_after_loss(replace(settings, broker_url=away), "nomination", REASON)
    lost.start()
    assert not any(isinstance(event.data, LogContinued) for event in lost.log.read())


@pytest.mark.parametrize("step", ["continue_log", "step_back", "begin"])
def test_a_command_cut_off_is_made_again(
    settings: Settings, lost: Nomination, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as crash:
        target = "eventlog.proof.keys.KeyFiles.begin" if step == "begin" else f"deploy.continuing.{step}"
        crash.setattr(target, _crash)
        with pytest.raises(KeyboardInterrupt):
            continue_after_loss(settings, "nomination", REASON)
    continue_after_loss(settings, "nomination", REASON)
    lost.start()
    assert sum(isinstance(event.data, LogContinued) for event in lost.log.read()) == 1
    assert lost.notary().checkpointer.run_once() == 4
    assert publication_folder(settings, "nomination-1").is_dir()


@pytest.mark.parametrize("step", ["step_back", "begin"])
def test_the_proof_of_what_was_lost_outlives_a_command_that_was_cut_off(
    settings: Settings, long_lost: Nomination, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The new log's first tile was written over the old one's, and the old proof looked tampered with."""
    del long_lost
    before = (publication_folder(settings, "nomination") / Tile(ENTRIES, 0).path()).read_bytes()
    with monkeypatch.context() as crash:
        crash.setattr("eventlog.proof.keys.KeyFiles.begin" if step == "begin" else f"deploy.continuing.{step}", _crash)
        with pytest.raises(KeyboardInterrupt):
            continue_after_loss(settings, "nomination", REASON)
    continue_after_loss(settings, "nomination", REASON)
    kept = publication_folder(settings, "nomination-1")
    assert published(kept, key_files(settings, "nomination")).size == WIDTH + 4
    assert (kept / Tile(ENTRIES, 0).path()).read_bytes() == before


def test_until_the_command_is_done_the_log_is_not_signed(
    settings: Settings, lost: Nomination, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("deploy.continuing.step_back", _crash)
        with pytest.raises(KeyboardInterrupt):
            continue_after_loss(settings, "nomination", REASON)
    lost.start()
    with pytest.raises(DoesNotExtend):
        lost.notary().checkpointer.run_once()


def test_a_log_lost_twice_is_the_third(settings: Settings, lost: Nomination) -> None:
    continue_after_loss(settings, "nomination", REASON)
    lost.start()
    copy = lost.backup()
    lost.register(6)
    lost.notary().checkpointer.run_once()
    lost.restore(copy)
    assert "biaobing.test/nomination/3" in continue_after_loss(settings, "nomination", REASON)
    assert publication_folder(settings, "nomination-2").is_dir()


def test_the_command_asks_before_it_acts_and_says_why_it_does_not(settings: Settings, lost: Nomination) -> None:
    asked = CliRunner().invoke(
        app, ["log", "continue", "nomination", "--reason", REASON, "--data", str(settings.data)], input="n\n"
    )
    assert asked.exit_code == 1
    assert run(settings, "log", "continue", "elsewhere", "--reason", REASON, "--yes").exit_code == 2
    done = run(settings, "log", "continue", "nomination", "--reason", REASON, "--yes")
    assert (done.exit_code, "nomination/2" in done.output) == (0, True)
    again = run(settings, "log", "continue", "nomination", "--reason", REASON, "--yes")
    assert (again.exit_code, "不需要另起" in again.output) == (2, True)


def test_keys_are_listed_with_what_they_signed_last(settings: Settings) -> None:
    nomination = Nomination(settings)
    nomination.register(1, 2)
    checkpointer = nomination.notary().checkpointer
    checkpointer.run_once()
    old = key_files(settings, "nomination").signers()[0].key
    rotated = run(settings, "keys", "rotate", "nomination")
    checkpointer.run_once()
    new = key_files(settings, "nomination").signers()[0].key
    assert (rotated.exit_code, new.text() in rotated.output) == (0, True)
    listed = run(settings, "keys", "list").output
    assert f"在用  {new.text()}" in listed
    assert f"停用，最后签到 2 个事件  {old.text()}" in listed
    assert "PRIVATE" not in listed + rotated.output
    nomination.stop()


@pytest.mark.parametrize("name", ["elsewhere", "review"])
def test_a_key_that_is_not_there_is_not_rotated(settings: Settings, name: str) -> None:
    (settings.data / "secrets").mkdir(parents=True)
    done = run(settings, "keys", "rotate", name)
    assert done.exit_code == 2
    assert name in done.output


def test_a_log_keeps_the_name_of_its_first_start(settings: Settings) -> None:
    nomination = Nomination(settings)
    nomination.notary()
    nomination.settings = replace(settings, origin="another.test")
    with pytest.raises(BadSettings, match=r"biaobing\.test/nomination"):
        nomination.notary()
    nomination.stop()


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
