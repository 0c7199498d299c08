"""What an erased person leaves in PostgreSQL's files goes, and is kept in mind where it cannot go at once (X-15)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, text, update

from contracts.fields import Withheld
from eventlog.event import Recorded
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.projection import PERSONAL, Projection
from eventlog.scrubbing import Scrubber
from eventlog.stream import StreamName
from eventlog.vault import PersonalKeys
from tests.eventlog.sample import provenance
from tests.eventlog.test_vault import NAME, TYPES, CardFiled, filed
from tests.waiting import until

CARDS = Table("cards", MetaData(), Column("person", Text, primary_key=True), Column("name", Text, info=PERSONAL))
FILES = text(
    "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
    " WHERE pg_relation_filepath(oid) IS NOT NULL"
)


def _show(connection: Connection, card: CardFiled, _event: Recorded) -> None:
    name = None if isinstance(card.card, Withheld) else card.card.name
    connection.execute(insert(CARDS).values(person=str(card.person), name=name))


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[EventLog]:
    store, keys = PostgresqlStore(database), PersonalKeys(tmp_path / "keys.sqlite3")
    projection = Projection("cards", 1, [CARDS], {CardFiled: _show})
    yield EventLog("sample", store, TYPES, [projection], keys).open()
    store.close()
    keys.close()


def file(log: EventLog) -> UUID:
    person = uuid4()
    with log.transaction() as tx:
        tx.append(StreamName("card", person), [filed(person)], -1, provenance())
    return person


def erase(log: EventLog, person: UUID) -> None:
    with log.transaction() as tx:
        tx.erase(person)
        tx.connection.execute(update(CARDS).where(CARDS.c.person == str(person)).values(name=None))


def files_with_the_name(log: EventLog) -> list[str]:
    """Of tables, indexes and the catalogue, as they lie on the disk."""
    with log.store.writing() as connection:
        connection.execute(text("CHECKPOINT"))
        return [name for name, content in connection.execute(FILES) if NAME.encode() in bytes(content)]


def unscrubbed(log: EventLog) -> list[str]:
    with log.store.reading() as connection:
        return log.vault.unscrubbed(connection)


def test_a_name_leaves_the_files_with_its_person(log: EventLog) -> None:
    person = file(log)
    assert files_with_the_name(log) == ["cards"]
    erase(log, person)
    assert (files_with_the_name(log), unscrubbed(log)) == ([], [])


def test_the_planner_keeps_no_name(log: EventLog, database: str) -> None:
    persons = [file(log) for _ in range(30)]
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE")  # as autovacuum does by itself
    for person in persons:
        erase(log, person)
    assert files_with_the_name(log) == []


def test_while_somebody_looks_at_what_was_before_it_is_kept_in_mind_that_dead_rows_are_left(
    log: EventLog, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dump of any table does, though it never looks at ours."""
    monkeypatch.setattr("eventlog.scrubbing.EVERY_SECONDS", 0.05)
    person = file(log)
    with psycopg.connect(database.replace("+psycopg", "")) as dump:
        dump.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        dump.execute("SELECT count(*) FROM log_head")
        erase(log, person)
        assert (files_with_the_name(log), unscrubbed(log)) == (["cards"], [str(person)])
    stopping = threading.Event()
    loop = threading.Thread(target=Scrubber(log).run, args=[stopping])
    loop.start()
    until(lambda: not unscrubbed(log), within=10, what="the scrubber")
    stopping.set()
    loop.join(10)
    assert files_with_the_name(log) == []
