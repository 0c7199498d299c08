"""``biaobing audit`` as an auditor runs it: exit codes, JSON, replay, timeline; with no service library at hand."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from audit.vocabulary import VOCABULARIES
from eventlog.postgresql import PostgresqlStore
from tests.audit.conftest import play
from tests.audit.test_verify import put_leaf, tamper
from tests.servers.postgresql import PostgreSQL
from tests.services.sample import NOTICE_STARTS, SEASON, an_id

PROGRAM = [sys.executable, "-m", "deploy.start", "audit"]
WITHOUT_SERVICES = """
import sys
for name in ("eventlet", "nameko", "kombu", "amqp"):
    sys.modules[name] = None
from audit.program import app
app(sys.argv[1:])
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


def told(*arguments: object) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def change_row(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "review.sqlite3")) as connection:
        connection.execute("UPDATE review_case SET score = 9999 WHERE rank = 1")
        connection.commit()


def test_a_whole_copy_ends_with_0_and_counts_its_events(copy: Path) -> None:
    for question in ("verify", "replay"):
        done = run(question, copy)
        assert (done.returncode, done.stderr) == (0, "")
    verified = told("verify", copy)
    assert verified["findings"] == []
    assert list(verified["events"]) == list(VOCABULARIES)


def test_the_folder_above_the_logs_will_do(played: Path) -> None:
    assert run("verify", played.parent).returncode == 0


def test_a_tampered_copy_ends_with_1_and_names_log_and_position(copy: Path) -> None:
    tamper(copy, "review", lambda connection: put_leaf(connection, 4, b"{}"))
    done = run("verify", copy)
    assert done.returncode == 1
    assert "review 第 4 号（unreadable）" in done.stdout.replace("\n", "")
    (finding, *_) = told("verify", copy)["findings"]
    assert (finding["log"], finding["position"], finding["code"]) == ("review", 4, "unreadable")


@pytest.mark.parametrize("question", [("replay",), ("timeline", SEASON)])
def test_what_cannot_be_read_is_named_by_replay_and_timeline_too(copy: Path, question: tuple[object, ...]) -> None:
    tamper(copy, "review", lambda connection: put_leaf(connection, 4, f'{{"e":"{SEASON}"}}'.encode()))
    done = run(question[0], copy, *question[1:])
    assert done.returncode == 2
    assert "review 第 4 号" in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


def test_a_changed_row_of_a_read_model_is_found_by_replay_alone(copy: Path) -> None:
    change_row(copy)
    assert run("verify", copy).returncode == 0
    assert run("replay", copy).returncode == 1
    unequal = [one for one in told("replay", copy) if not one["equal"]]
    assert [(one["log"], one["table"], len(one["missing"]), len(one["extra"])) for one in unequal] == [
        ("review", "review_case", 1, 1)
    ]
    assert "9999" in unequal[0]["extra"][0]


def test_an_unusable_copy_or_question_ends_with_2_and_a_sentence(copy: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    questions: list[tuple[tuple[object, ...], str]] = [
        (("verify", gone), "没有日志"),
        (("replay", copy, "--until", "六月"), "读不懂"),
        (("replay", copy, "--out", tmp_path / "full"), "不是空目录"),
        (("timeline", copy, an_id("nobody")), "没有提到编号"),
    ]
    for arguments, sentence in questions:
        done = run(*arguments)
        assert (done.returncode, sentence in done.stderr.replace("\n", "")) == (2, True)
    (copy / "review.sqlite3").write_bytes(b"\x5a" * 10_000)
    (copy / "gateway.sqlite3").unlink()
    done = run("verify", copy)
    assert (done.returncode, "gateway" in done.stderr) == (2, True)


def test_an_earlier_moment_shows_an_earlier_state(copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "then"
    before = NOTICE_STARTS.replace(hour=0)
    results = told("replay", copy, "--until", before.isoformat(), "--out", out)
    rebuilt = {(one["log"], one["table"]): one["rebuilt"] for one in results}
    assert rebuilt["review", "review_case"] == 3
    assert rebuilt["publicity", "exemplar"] == 0
    assert {one["live"] for one in results if one["log"] == "publicity"} == {None}
    with closing(sqlite3.connect(out / "review.sqlite3")) as connection:
        assert connection.execute("SELECT state FROM round").fetchall() == [("已提名单",)]
        assert connection.execute("SELECT DISTINCT awarded_tier FROM review_case").fetchall() == [(None,)]


def test_a_moment_without_a_zone_is_beijings(copy: Path) -> None:
    def published(moment: str) -> int:
        results = told("replay", copy, "--until", moment)
        return int(next(one["rebuilt"] for one in results if one["table"] == "exemplar"))

    assert (published("2026-06-15T08:59:59"), published("2026-06-15T09:00:00")) == (0, 3)


def test_the_course_of_a_nomination_runs_through_the_logs_cause_before_effect(copy: Path) -> None:
    events = told("timeline", copy, an_id("nomination 0"))
    places = [(event["log"], event["position"]) for event in events]
    for place, event in enumerate(events):
        if event["cause"] is not None and (cause := (event["cause"]["source"], event["cause"]["position"])) in places:
            assert places.index(cause) < place
    types = [event["type"] for event in events]
    course = [
        "NominationSubmitted",
        "CaseOpened",
        "ReviewCompleted",
        "ShortlistFixed",
        "NoticePublished",
        "AwardDecided",
    ]
    course += ["ExemplarPublished", "FollowUpsScheduled"]
    assert [types.index(one) for one in course] == sorted(types.index(one) for one in course)
    assert run("timeline", copy, an_id("nomination 0")).returncode == 0


@pytest.mark.parametrize("question", ["verify", "replay"])
def test_an_auditors_machine_needs_no_service_library(copy: Path, question: str) -> None:
    command = [sys.executable, "-c", WITHOUT_SERVICES, question, str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def dumps(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same campaign on PostgreSQL, each database dumped by pg_dump."""
    folder = tmp_path_factory.mktemp("dumped")
    urls = {name: postgresql.fresh_database(f"audit_{name}") for name in VOCABULARIES}
    play(folder, lambda _folder, name: PostgresqlStore(urls[name]))
    out = tmp_path_factory.mktemp("dumps")
    for name, url in urls.items():
        address = url.replace("postgresql+psycopg://", "postgresql://")
        subprocess.run(["pg_dump", "--no-owner", f"--file={out / name}.sql", f"--dbname={address}"], check=True)
        postgresql.drop_database(f"audit_{name}")
    return out


def test_dumps_of_postgresql_are_verified_and_replayed_like_files(dumps: Path) -> None:
    for question in ("verify", "replay"):
        done = run(question, dumps)
        assert (done.returncode, done.stderr) == (0, "")
    live = [one["live"] for one in told("replay", dumps)]
    assert sum(live) > 100


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_dump_cut_off_anywhere_is_named(dumps: Path, tmp_path: Path, kept: float) -> None:
    folder = Path(shutil.copytree(dumps, tmp_path / "cut"))
    whole = (folder / "review.sql").read_bytes()
    rows = whole.index(b"COPY public.event ")
    end = whole.index(b"\n\\.\n", rows)
    (folder / "review.sql").write_bytes(whole[: rows + int((end - rows) * kept)])
    done = run("verify", folder)
    assert (done.returncode, "review.sql" in done.stderr.replace("\n", "")) == (2, True)
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_dump_is_named(dumps: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(dumps, tmp_path / "garbage"))
    (folder / "review.sql").write_bytes(b"\xff\x5a\n" * 10_000)
    done = run("verify", folder)
    assert (done.returncode, "review.sql" in done.stderr.replace("\n", "")) == (2, True)


def test_a_changed_byte_in_a_dump_is_found_where_it_is(dumps: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(dumps, tmp_path / "changed"))
    path = folder / "review.sql"
    whole = path.read_bytes()
    first = whole.index(b"\\\\x7b2265223a", whole.index(b"COPY public.event "))
    path.write_bytes(whole[: first + 3] + b"00" + whole[first + 5 :])
    (finding, *_) = told("verify", folder)["findings"]
    assert (finding["log"], finding["position"], finding["code"]) == ("review", 0, "unreadable")
