"""Plain dumps of PostgreSQL are as good as files."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from audit.copies.dump import DumpCopy
from audit.outcome import Exit
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.postgresql import PostgresqlStore
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST, play
from tests.audit.signing import prove
from tests.eventlog.sample import add, open_sample
from tests.servers.postgresql import PostgreSQL


@pytest.fixture(scope="module")
def dumps(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same campaign on PostgreSQL, each database dumped by pg_dump."""
    folder = tmp_path_factory.mktemp("dumped")
    urls = {name: postgresql.fresh_database(f"audit_{name}") for name in VOCABULARIES}
    play(folder, lambda _folder, name: PostgresqlStore(urls[name]))
    out = tmp_path_factory.mktemp("dumps")
    prove(out, lambda _folder, name: PostgresqlStore(urls[name]))
    for name, url in urls.items():
        address = url.replace("postgresql+psycopg://", "postgresql://")
        subprocess.run(["pg_dump", "--no-owner", f"--file={out / name}.sql", f"--dbname={address}"], check=True)
        postgresql.drop_database(f"audit_{name}")
    shutil.copytree(folder / "personal-keys", out / "personal-keys")
    return out


@pytest.fixture
def dump(dumps: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dumps, tmp_path / "dump"))


def test_dumps_are_verified_and_replayed_like_files(dumps: Path) -> None:
    for question in ("verify", "replay"):
        answer = ask(question, dumps)
        assert (answer.code, answer.err) == (Exit.CLEAN, "")
    compared = told("replay", dumps, "--personal-keys", dumps / "personal-keys")
    assert [one for one in compared if not one["equal"]] == []
    assert sum(one["live"] for one in compared) > 100


def test_a_dump_is_exported_and_proven_like_files(dumps: Path, tmp_path: Path) -> None:
    logs = told("export", dumps, tmp_path / "out")["logs"]
    assert all(one["events"] == one["covered"] > 0 for one in logs)
    kept = tmp_path / "kept.tlog-proof"
    assert ask("proof", dumps, "review:5", "--out", kept).code == Exit.CLEAN
    assert told("check-proof", kept, "--keys", tmp_path / "out" / "keys.txt")["position"] == 5


def test_personal_data_of_a_dump_opens_like_that_of_files(dumps: Path) -> None:
    filed = next(one["position"] for one in told("timeline", dumps, FIRST) if one["type"] == "NominationFiled")
    fields = told("open", dumps, f"nomination:{filed}", "--personal-keys", dumps / "personal-keys")["fields"]
    assert len(fields) > 10
    assert all(one["matches"] for one in fields)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 1.0])
def test_a_dump_cut_off_anywhere_is_told_from_a_tampered_one(dump: Path, kept: float) -> None:
    whole = (dump / "review.sql").read_bytes()
    rows = whole.index(b"COPY public.event_p0 ")
    end = whole.index(b"\n\\.\n", rows)
    (dump / "review.sql").write_bytes(whole[: rows + int((end - rows) * kept)])
    answer = ask("verify", dump)
    assert (answer.code, "review.sql 被截断" in answer.err.replace("\n", "")) == (Exit.TRUNCATED, True)


def test_a_file_that_is_no_dump_is_named(dump: Path) -> None:
    (dump / "review.sql").write_bytes(b"\xff\x5a\n" * 10_000)
    answer = ask("verify", dump)
    assert (answer.code, "review.sql" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize("forged", [b"00", b"zz", b"\xff\xfe", b"\\q"])
def test_a_changed_byte_in_a_dump_is_found_where_it_is(dump: Path, forged: bytes) -> None:
    path = dump / "review.sql"
    whole = path.read_bytes()
    first = whole.index(b"\\\\x7b2265223a", whole.index(b"COPY public.event_p0 "))
    path.write_bytes(whole[: first + 3] + forged + whole[first + 5 :])
    (finding, *_) = told("verify", dump)["findings"]
    assert (finding["log"], finding["position"], finding["code"]) == ("review", 0, "unreadable")


@pytest.mark.parametrize(
    "statement", ["UPDATE public.event_p0 SET type = 'x';", "INSERT INTO public.log_head VALUES (2);"]
)
def test_a_statement_that_no_dump_has_is_not_passed_over(dump: Path, statement: str) -> None:
    """Whoever restored the dump would have another log than was verified."""
    path = dump / "review.sql"
    path.write_text(path.read_text("utf-8").replace("\\.\n", f"\\.\n{statement}\n"), "utf-8")
    answer = ask("verify", dump)
    assert (answer.code, statement[:20] in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize("position", ["１", "01", "+1"])
def test_a_position_in_another_spelling_is_no_position(dump: Path, position: str) -> None:
    path = dump / "review.sql"
    lines = path.read_text("utf-8").split("\n")
    first = next(place for place, line in enumerate(lines) if line.startswith("COPY public.event_p0 ")) + 1
    second = next(place for place, line in enumerate(lines) if place >= first and line.startswith("1\t"))
    lines[second] = position + lines[second][1:]
    path.write_text("\n".join(lines), "utf-8")
    answer = ask("verify", dump)
    assert (answer.code, f"“{position}”，不是数字" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_rows_are_read_by_position_however_they_lie_in_the_dump(dump: Path) -> None:
    path = dump / "review.sql"
    lines = path.read_bytes().split(b"\n")
    first = next(place for place, line in enumerate(lines) if line.startswith(b"COPY public.event_p0 ")) + 1
    end = lines.index(b"\\.", first)
    path.write_bytes(b"\n".join([*lines[:first], *reversed(lines[first:end]), *lines[end:]]))
    assert ask("verify", dump).code == Exit.CLEAN


def test_the_partitions_of_a_log_are_read_as_the_one_table_they_are(
    postgresql: PostgreSQL, database: str, tmp_path: Path
) -> None:
    """Twelve of them, so that the tenth stands before the second."""
    store = PostgresqlStore(database, span=4)
    log = open_sample(store)
    for amount in range(46):
        add(log, amount)
    leaves = list(log.read_leaves())
    store.close()
    postgresql.dump(database.rpartition("/")[2], tmp_path / "sample.sql")
    copy = DumpCopy("sample", tmp_path / "sample.sql")
    assert [(row.position, row.leaf) for row in copy.rows()] == [*enumerate(leaves)]
    assert copy.head().next_position == len(leaves)


def test_i9_what_the_owner_of_a_running_database_rewrote_with_triggers_off_is_named_one_by_one(
    dump: Path, postgresql: PostgreSQL
) -> None:
    url = postgresql.fresh_database("audit_edited").replace("postgresql+psycopg://", "postgresql://")
    subprocess.run(["psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump / 'review.sql'}", url], check=True)
    edited = _rewrite(url, random.Random(35))
    subprocess.run(["pg_dump", "--no-owner", f"--file={dump / 'review.sql'}", f"--dbname={url}"], check=True)
    postgresql.drop_database("audit_edited")
    found = told("verify", dump)["findings"]
    assert {one["log"] for one in found} == {"review"}
    assert sorted(one["position"] for one in found if one["code"] == "leaf") == edited
    assert len(edited) > 30


def _rewrite(url: str, chance: random.Random) -> list[int]:
    """Half of the events, at random, so that they read well with somebody else as their actor; where they stand."""
    with psycopg.connect(url) as owner:
        (size,) = owner.execute("SELECT next_position FROM log_head").fetchone() or (0,)
        positions = sorted(chance.sample(range(size), size // 2))
        owner.execute("ALTER TABLE event_p0 DISABLE TRIGGER ALL")
        for position in positions:
            (leaf,) = owner.execute("SELECT leaf FROM event WHERE position = %s", [position]).fetchone() or (b"",)
            whole = canonical.loads(leaf)
            whole["e"]["actor"]["account"] = "somebody else"
            owner.execute("UPDATE event SET leaf = %s WHERE position = %s", [canonical.dumps(whole), position])
    return positions
