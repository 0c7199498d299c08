"""Personal data of events: kept apart, opened for who has the keys, gone when erased, provable all the same."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from eventlog import canonical
from eventlog.codec import Access, EventTypes
from eventlog.event import open_leaf
from eventlog.log import EventLog
from eventlog.personal import commitment
from eventlog.store import Store
from eventlog.stream import StreamName
from eventlog.vault import PersonalKeys, SealBroken
from tests.eventlog.sample import provenance

NAME, PHONE = "\U00030edd\U00030edd面·阿不都", "演示电话000-0001"


class Withheld(Enum):
    ERASED = "gone"
    CLOSED = "shut"


@dataclass(frozen=True)
class Secret:
    erased: ClassVar = Withheld.ERASED
    closed: ClassVar = Withheld.CLOSED


@dataclass(frozen=True, kw_only=True)
class Card:
    name: Annotated[str, Secret()]
    phones: Annotated[tuple[str, ...], Secret()]
    number: int


@dataclass(frozen=True, kw_only=True)
class CardFiled:
    whose: ClassVar = "person"
    person: UUID
    card: Card | Withheld
    remark: Annotated[str | Withheld, Secret()] = field(default="")


TYPES = EventTypes([CardFiled], [])


@pytest.fixture
def keys(tmp_path: Path) -> PersonalKeys:
    return PersonalKeys(tmp_path / "keys" / "sample.sqlite3")


@pytest.fixture
def log(store: Store, keys: PersonalKeys) -> EventLog:
    return EventLog("sample", store, TYPES, keys=keys).open()


def filed(person: UUID) -> CardFiled:
    return CardFiled(person=person, card=Card(name=NAME, phones=(PHONE,), number=7), remark="见过两次")


def file(log: EventLog, person: UUID) -> int:
    with log.transaction() as tx:
        return tx.append(StreamName("card", person), [filed(person)], -1, provenance()).events[0].position


def erase(log: EventLog, person: UUID) -> int:
    with log.transaction() as tx:
        return tx.erase(person)


def leaves(log: EventLog) -> list[bytes]:
    return list(log.read_leaves())


def test_handlers_and_readers_see_the_plain_values(log: EventLog) -> None:
    person = uuid4()
    file(log, person)
    assert [event.data for event in log.read()] == [filed(person)]
    with log.transaction() as tx:
        state, _ = tx.load(StreamName("card", person), lambda _, event: event, None)
        assert state == filed(person)


def test_no_personal_value_stands_in_the_leaf_or_open_in_the_database(log: EventLog) -> None:
    file(log, uuid4())
    with log.store.reading() as connection:
        rows = connection.execute(text("SELECT leaf FROM event UNION ALL SELECT sealed FROM vault")).scalars().all()
    assert len(rows) == 2
    for word in (NAME, PHONE, "见过两次"):
        assert all(word.encode() not in bytes(row) for row in rows)


def test_an_opened_value_is_checked_against_the_leaf_with_nothing_but_hmac(log: EventLog) -> None:
    position = file(log, uuid4())
    data = canonical.loads(leaves(log)[0])["e"]["data"]
    with log.store.reading() as connection:
        row = connection.execute(text("SELECT person, sealed FROM vault")).one()
    openings = log.vault.take(position, row.person, bytes(row.sealed))
    assert openings is not None
    salt, value = openings["card.name"]
    assert value == NAME
    message = b'card.name\0"' + NAME.encode() + b'"'
    digest = hmac.new(base64.urlsafe_b64decode(salt), message, hashlib.sha256).digest()
    assert data["card"]["name"] == "c1." + base64.urlsafe_b64encode(digest).decode()
    assert data["card"]["name"] != commitment("card.name", base64.urlsafe_b64decode(salt), NAME + "。")


def test_two_persons_with_the_same_name_have_nothing_in_common_in_the_log(log: EventLog) -> None:
    file(log, uuid4())
    file(log, uuid4())
    one, other = (canonical.loads(leaf)["e"]["data"] for leaf in leaves(log))
    assert one["card"]["name"] != other["card"]["name"]
    assert one["card"]["number"] == other["card"]["number"] == 7


def test_an_erased_person_is_gone_and_every_leaf_stays_x15(log: EventLog, keys: PersonalKeys) -> None:
    erased, other = uuid4(), uuid4()
    file(log, erased)
    file(log, other)
    before = leaves(log)
    assert erase(log, erased) == 1
    assert leaves(log) == before
    gone, kept = (event.data for event in log.read())
    assert gone == CardFiled(person=erased, card=Withheld.ERASED, remark=Withheld.ERASED)
    assert kept == filed(other)
    assert keys.find(str(erased)) is None
    with log.store.reading() as connection:
        assert connection.execute(text("SELECT person FROM vault")).scalars().all() == [str(other)]


def test_nothing_of_an_erased_row_is_left_in_the_database_s_files(log: EventLog, tmp_path: Path) -> None:
    person = uuid4()
    file(log, person)
    with log.store.reading() as connection:
        sealed = bytes(connection.execute(text("SELECT sealed FROM vault")).scalar_one())
    assert sealed in vault_files(log, tmp_path)
    erase(log, person)
    assert sealed not in vault_files(log, tmp_path)


def test_what_a_reader_kept_in_the_files_is_gone_at_the_next_start_and_the_erasure_is_not_refused(
    log: EventLog, tmp_path: Path
) -> None:
    person = uuid4()
    file(log, person)
    with log.store.reading() as connection:
        sealed = bytes(connection.execute(text("SELECT sealed FROM vault")).scalar_one())
        erase(log, person)
    log.open()
    assert sealed not in vault_files(log, tmp_path)


def vault_files(log: EventLog, folder: Path) -> bytes:
    """What the files say in which the vault lies, whatever the database would answer."""
    with log.store.writing() as connection:
        if connection.dialect.name == "sqlite":
            return b"".join(path.read_bytes() for path in folder.glob("log.sqlite3*"))
        connection.execute(text("CHECKPOINT"))
        content: bytes = connection.execute(
            text("SELECT pg_read_binary_file(pg_relation_filepath('vault'))")
        ).scalar_one()
        return bytes(content)


def test_a_restored_row_does_not_open_without_the_key(log: EventLog) -> None:
    person = uuid4()
    file(log, person)
    with log.store.reading() as connection:
        row = connection.execute(text("SELECT * FROM vault")).one()
    erase(log, person)
    with log.store.writing() as connection:
        values = {"position": row.position, "person": row.person, "sealed": bytes(row.sealed)}
        connection.execute(text("INSERT INTO vault VALUES (:position, :person, :sealed)"), values)
    assert next(log.read()).data.card is Withheld.ERASED


def test_a_key_that_outlived_a_crash_is_destroyed_at_the_next_start(log: EventLog, keys: PersonalKeys) -> None:
    person = uuid4()
    file(log, person)
    with log.store.writing() as connection:
        log.vault.erase(connection, person)  # and then the process was gone
    assert keys.find(str(person)) is not None
    EventLog("sample", log.store, TYPES, keys=keys).open()
    assert keys.find(str(person)) is None


def test_an_erasure_that_is_rolled_back_erases_nothing(log: EventLog) -> None:
    person = uuid4()
    file(log, person)
    with pytest.raises(RuntimeError), log.transaction() as tx:
        tx.erase(person)
        raise RuntimeError("planned")
    assert next(log.read()).data == filed(person)


def test_a_reader_without_keys_sees_that_there_is_something_it_cannot_see(log: EventLog) -> None:
    person = uuid4()
    file(log, person)
    closed = open_leaf(TYPES, leaves(log)[0]).data
    assert closed == CardFiled(person=person, card=Withheld.CLOSED, remark=Withheld.CLOSED)
    erased = open_leaf(TYPES, leaves(log)[0], without=Access.ERASED).data
    assert erased.card is Withheld.ERASED


def test_a_row_moved_to_another_event_does_not_open(log: EventLog) -> None:
    person = uuid4()
    file(log, person)
    with log.transaction() as tx:
        tx.append(StreamName("card", person), [filed(person)], 0, provenance())
    with log.store.writing() as connection:
        first = connection.execute(text("SELECT sealed FROM vault WHERE position = 0")).scalar_one()
        connection.execute(text("UPDATE vault SET sealed = :sealed WHERE position = 1"), {"sealed": bytes(first)})
    with pytest.raises(SealBroken, match="sample 1"):
        list(log.read())


def test_personal_data_that_is_not_declared_as_it_must_be_is_refused_at_the_start() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Nobodys:
        name: Annotated[str | Withheld, Secret()]

    @dataclass(frozen=True, kw_only=True)
    class Unerasable:
        whose: ClassVar = "person"
        person: UUID
        name: Annotated[str, Secret()]

    with pytest.raises(TypeError, match="whose"):
        EventTypes([Nobodys], [])
    with pytest.raises(TypeError, match="must admit Withheld"):
        EventTypes([Unerasable], [])
    with pytest.raises(TypeError, match="published"):
        EventTypes([], [CardFiled])


def test_a_log_of_personal_data_does_not_open_without_a_place_for_the_keys(store: Store) -> None:
    with pytest.raises(TypeError, match="keys"):
        EventLog("sample", store, TYPES)
