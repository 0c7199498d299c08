"""An erased person is gone from PostgreSQL's files too, with what its planner had noted (X-15)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from eventlog.postgresql import PostgresqlStore
from eventlog.store import Store
from tests.eventlog.test_scrubbing import FILES
from tests.servers.postgresql import PostgreSQL
from tests.services.county import SERVICES, County
from tests.services.test_erasure import COMMENT, WORDS, erase, rejected

__all__ = ["rejected"]


@pytest.fixture
def empty_county(tmp_path: Path, postgresql: PostgreSQL) -> Iterator[County]:
    names: list[str] = []

    def open_store(_folder: Path, name: str) -> Store:
        names.append(f"t_{name}_{uuid4().hex}")
        return PostgresqlStore(postgresql.fresh_database(names[-1]))

    county = County(tmp_path, open_store).open()
    yield county
    county.close()
    for name in names:
        postgresql.drop_database(name)


def words_in_files(county: County) -> set[str]:
    found: set[str] = set()
    for service in SERVICES:
        with county.hosted[service].log.store.writing() as connection:
            connection.execute(text("CHECKPOINT"))
            contents = [bytes(content) for _, content in connection.execute(FILES)]
        found |= {word for word in (*WORDS, COMMENT) if any(word.encode() in content for content in contents)}
    return found


def test_x15_no_byte_of_an_erased_person_is_left_in_postgresqls_files(rejected: County) -> None:
    for service in SERVICES:
        with rejected.hosted[service].log.store.writing() as connection:
            connection.execute(text("ANALYZE"))  # as autovacuum does by itself
    assert words_in_files(rejected) == {*WORDS, COMMENT}
    erase(rejected)
    assert words_in_files(rejected) == set()
