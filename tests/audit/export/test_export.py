"""What an auditor hands on proves itself to programs that are not ours, and says what it says in every form."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from audit.copies.folder import open_copies
from audit.copies.log_copy import Row
from audit.export import tables
from audit.export.tables import SCHEMA, Exported
from audit.outcome import Exit
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.proof.keys import open_checkpoint, parse_list
from eventlog.proof.tiles import TiledTree, TileFolder
from eventlog.proof.tree import leaf_hash, prove_inclusion
from gateway.accounts import Accounts
from gateway.store import open_log
from tests.audit.asking import ask, told
from tests.audit.campaign import CHEAP
from tests.audit.tampering import leaf_at, put_leaf, tamper
from tests.eventlog.proof.go import Claims, build
from tests.services.county import LEADER, StandingClock, sqlite_store


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="module")
def exported(signed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "export"
    answer = ask("export", signed, out)
    assert (answer.code, answer.err) == (Exit.CLEAN, "")
    return out


def leaves(folder: Path, log: str) -> list[bytes]:
    (copy,) = [copy for copy in open_copies(folder) if copy.name == log]
    return [row.leaf for row in copy.rows()]


def asked(query: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(query).fetchall()


@pytest.mark.parametrize("log", VOCABULARIES)
def test_go_accepts_each_exported_log_with_the_exported_keys(program: Path, exported: Path, log: str) -> None:
    listed = parse_list((exported / "keys.txt").read_text("utf-8"))
    checkpoint = open_checkpoint((exported / log / "checkpoint").read_bytes(), listed).checkpoint
    (own,) = [one.key for one in listed if one.key.name == checkpoint.origin]
    claims = Claims(own.text(), [one.key.as_cosigner().text() for one in listed if one.key != own])
    lines = (exported / log / "events.jsonl").read_bytes().splitlines()
    node = TiledTree(TileFolder(exported / log), checkpoint.size).node
    for index in (0, len(lines) - 1):
        claims.includes(index, leaf_hash(lines[index]), prove_inclusion(node, index, checkpoint.size))
    counted = claims.check(program, exported / log)
    assert counted == {"size": len(lines), "signatures": 5, "inclusion": 2, "consistency": 0}


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_duckdb_finds_every_cause_across_the_logs(exported: Path, signed: Path, form: str) -> None:
    events = f"read_{form}('{exported}/*/events.{form}')"
    joined = asked(
        f"SELECT effect.log, count(*) FROM {events} effect JOIN {events} cause"  # noqa: S608 -- our own file
        " ON effect.cause_source = cause.log AND effect.cause_position = cause.position"
        " AND effect.cause_leafhash = cause.leafhash GROUP BY effect.log"
    )
    with_cause = {
        log: sum(b'"cause":{' in leaf for leaf in leaves(signed, log)) for log in VOCABULARIES if log != "gateway"
    }
    assert dict(joined) == {log: count for log, count in with_cause.items() if count}
    assert sum(with_cause.values()) > 10


def test_parquet_csv_and_the_leaves_say_the_same(exported: Path) -> None:
    columns = ", ".join(
        "epoch_ms(occurred_at)" if name == "occurred_at" else f"{name}::VARCHAR" for name in SCHEMA.names
    )
    for log in VOCABULARIES:
        lines = (exported / log / "events.jsonl").read_bytes().splitlines()
        rows = asked(f"SELECT {columns} FROM '{exported}/{log}/events.parquet' ORDER BY position")  # noqa: S608 -- our own file
        assert len(rows) == len(lines)
        for line, row in zip(lines, rows, strict=True):
            found = dict(zip(SCHEMA.names, row, strict=True))
            envelope = canonical.loads(line)["e"]
            assert json.loads(found["data"]) == envelope["data"]
            assert (found["stream"], found["id"]) == (envelope["subject"], envelope["id"])
            assert found["leafhash"] == base64.b64encode(hashlib.sha256(b"\0" + line).digest()).decode()
    for log in VOCABULARIES:
        undone = columns
        for name in ("cause_leafhash", "leafhash"):
            undone = undone.replace(f" {name}::", f" ltrim({name}, chr(39))::")
        query = f"SELECT {undone} FROM '{exported}/{log}/events.csv' ORDER BY position"  # noqa: S608 -- our own file
        assert asked(query) == asked(
            f"SELECT {columns} FROM '{exported}/{log}/events.parquet' ORDER BY position"  # noqa: S608 -- our own file
        )


def test_events_newer_than_the_checkpoint_are_exported_and_marked(data: Path, tmp_path: Path) -> None:
    before = len(leaves(data, "gateway"))
    store = sqlite_store(data / "logs", "gateway")
    Accounts(open_log(store), StandingClock(), hasher=CHEAP).open_account("late", "演示口令 2026", LEADER.role, None)
    store.close()
    (gateway,) = [one for one in told("export", data, tmp_path / "out")["logs"] if one["log"] == "gateway"]
    assert (gateway["events"], gateway["covered"]) == (before + 1, before)
    query = f"SELECT position FROM '{tmp_path}/out/gateway/events.csv' WHERE NOT covered"  # noqa: S608 -- our own file
    assert asked(query) == [(before,)]


def test_nothing_personal_leaves_in_an_export(exported: Path) -> None:
    for path in exported.rglob("events.*"):
        assert "演示异议内容".encode() not in path.read_bytes(), path
    filed = f"SELECT data FROM '{exported}/review/events.parquet' WHERE type = 'ObjectionFiled'"  # noqa: S608 -- our own file
    assert all('"c1.' in row[0] for row in asked(filed))


@pytest.mark.parametrize(
    ("path", "sentence", "ending"),
    [
        ("proof/review/tile/entries/000.p", "缺少或损坏", Exit.PROOF_MISSING),
        ("proof/review/tile/0/000.p", "缺少或损坏", Exit.PROOF_MISSING),
        ("proof/review/checkpoint", "proof/review/checkpoint", Exit.PROOF_MISSING),
        ("keys", "keys/*.vkey", Exit.UNUSABLE),
    ],
)
def test_what_is_missing_for_the_proof_is_named_and_nothing_is_left(
    data: Path, tmp_path: Path, path: str, sentence: str, ending: Exit
) -> None:
    (data / path).rename(tmp_path / "away")
    answer = ask("export", data, tmp_path / "out")
    assert (answer.code, sentence in answer.err.replace("\n", "")) == (ending, True)
    assert not (tmp_path / "out.part").exists()
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_a_tile_cut_short_is_not_handed_on(data: Path, tmp_path: Path) -> None:
    (tile,) = (data / "proof/review/tile/0").rglob("[0-9]*.p/*")
    tile.write_bytes(tile.read_bytes()[:-1])
    answer = ask("export", data, tmp_path / "out")
    assert (answer.code, "tile/0/000.p" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_an_event_that_is_not_the_one_signed_is_not_marked_as_covered(data: Path, tmp_path: Path) -> None:
    def change(connection: Any) -> None:
        put_leaf(connection, 2, leaf_at(connection, 2).replace(b"T", b"S", 1))

    tamper(data / "logs", "review", change)
    answer = ask("export", data, tmp_path / "out")
    assert (answer.code, "review 第 2 号事件与签过的不同" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
    assert not any((tmp_path / "out").iterdir())


def test_a_log_shorter_than_its_checkpoint_is_not_exported(data: Path, tmp_path: Path) -> None:
    tamper(data / "logs", "review", lambda connection: connection.execute("DELETE FROM event WHERE position > 8"))
    answer = ask("export", data, tmp_path / "out")
    assert (answer.code, "review 只有 9 个事件" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_what_a_killed_export_left_is_never_taken_for_a_whole_one(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out.part").mkdir()
    answer = ask("export", data, tmp_path / "out")
    assert (answer.code, "上次没有导完" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
    assert (tmp_path / "out.part").exists()


def test_an_export_goes_into_an_empty_folder_outside_the_copy(data: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    for out, sentence in ((tmp_path / "full", "不是空目录"), (data / "out", "副本里面")):
        answer = ask("export", data, out)
        assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_memory_does_not_grow_with_the_log(signed: Path, tmp_path: Path) -> None:
    number, padding = 16_000, "字" * 1300
    envelope = canonical.loads(leaves(signed, "gateway")[0])["e"]
    raw = canonical.dumps(envelope | {"data": {"padding": padding}})

    def events() -> Iterator[Exported]:
        for place in range(number):
            leaf = canonical.leaf_bytes(raw, (1, place), place)
            yield Exported(Row(place, "account", place, "AccountOpened", None, leaf), covered=True)

    tracemalloc.start()
    tables.write(tmp_path, "gateway", events())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "events.jsonl").stat().st_size > 60_000_000
    assert peak < 40_000_000
    assert parquet.ParquetFile(tmp_path / "events.parquet").num_row_groups > 5


def test_the_go_program_notices_a_changed_export(program: Path, exported: Path, tmp_path: Path) -> None:
    listed = parse_list((exported / "keys.txt").read_text("utf-8"))
    changed = tmp_path / "changed"
    changed.mkdir()
    for path in (exported / "review").rglob("*"):
        if path.is_file():
            (changed / path.relative_to(exported / "review")).parent.mkdir(parents=True, exist_ok=True)
            (changed / path.relative_to(exported / "review")).write_bytes(path.read_bytes().replace(b"Case", b"case"))
    key = next(one.key for one in listed if one.key.name.endswith("/review"))
    with pytest.raises(subprocess.CalledProcessError):
        Claims(key.text()).check(program, changed)
