"""Where personal data is kept: encrypted beside the log, under a key of each person that is kept elsewhere.

Erasing a person deletes the rows and destroys the key; leaves, hashes and proofs stay as they are. A backup of the
database without the keys gives nothing away, and one made before an erasure nothing once the key is gone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)  # fmt: skip

from eventlog import canonical
from eventlog.personal import Openings
from eventlog.projection import upsert

NONCE_BYTES = 12
KEY_BITS = 256

_OF_THE_LOG = UUID(int=0)

METADATA = MetaData()
VAULT = Table(
    "vault",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
ERASED = Table(
    "erased_person",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("scrubbed", Boolean, nullable=False),
)
"""Whose keys are to be gone, and whose dead rows from the database's files; what a crash or somebody at the tables
prevented after the commit is made good later.
"""


class SealBroken(Exception):
    """A row of the vault does not open with its person's key: it was altered, or belongs to another event."""


class PersonalKeys:
    """The keys of the persons of one log, in a small SQLite file of its own (``path``), readable by its owner alone.

    One process may use an instance from several threads.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        with self._using() as connection:
            # Freed pages are overwritten, and no journal keeps what was in them.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS key (person TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT")

    def make(self, person: UUID) -> bytes:
        """The person's key, made now when there is none."""
        fresh = AESGCM.generate_key(KEY_BITS)
        with self._using() as connection:
            connection.execute("INSERT INTO key VALUES (?, ?) ON CONFLICT DO NOTHING", (str(person), fresh))
            found: bytes = connection.execute("SELECT key FROM key WHERE person = ?", (str(person),)).fetchone()[0]
        return found

    def secret(self) -> bytes:
        """The log's own, for digests that nobody else shall be able to compare guesses with."""
        return self.make(_OF_THE_LOG)

    def find(self, person: str) -> bytes | None:
        with self._using() as connection:
            row = connection.execute("SELECT key FROM key WHERE person = ?", (person,)).fetchone()
        return None if row is None else row[0]

    def destroy(self, person: str) -> None:
        with self._using() as connection:
            connection.execute("DELETE FROM key WHERE person = ?", (person,))

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection


class Vault:
    """The vault of one log; ``source`` is the log's name. Without ``keys`` it stays empty."""

    def __init__(self, source: str, keys: PersonalKeys | None) -> None:
        self._source = source
        self._keys = keys

    def create(self, connection: Connection) -> None:
        """Makes missing tables, and destroys the keys an interrupted erasure left."""
        METADATA.create_all(connection)
        for person in connection.execute(select(ERASED.c.person)).scalars():
            self._opened.destroy(person)

    def put(self, connection: Connection, position: int, person: UUID, openings: Openings) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM(self._opened.make(person)).encrypt(
            nonce, canonical.dumps(dict(openings)), _place(self._source, position)
        )
        connection.execute(insert(VAULT).values(position=position, person=str(person), sealed=nonce + cipher))

    def take(self, position: int, person: str | None, sealed: bytes | None) -> Openings | None:
        """What a row of the vault holds; None when the row or its key is gone."""
        if person is None or sealed is None or (key := self._opened.find(person)) is None:
            return None
        return unseal(self._source, position, key, sealed)

    def fingerprint(self, content: bytes) -> str:
        """HMAC-SHA256 in hexadecimal: a plain digest of a short content, such as a name, could be guessed."""
        return hmac.new(self._opened.secret(), content, hashlib.sha256).hexdigest()

    def erase(self, connection: Connection, person: UUID) -> int:
        """Deletes what is kept of the person; how many events lose personal data by it. :meth:`forget` follows the
        commit.
        """
        mine = VAULT.c.person == str(person)
        erased = connection.execute(delete(VAULT).where(mine)).rowcount
        upsert(connection, ERASED, {"person": str(person)}, {"scrubbed": False})
        return erased

    def unscrubbed(self, connection: Connection) -> list[str]:
        """The erased persons of whom the database's files may still have dead rows."""
        return list(connection.execute(select(ERASED.c.person).where(~ERASED.c.scrubbed)).scalars())

    def mark_scrubbed(self, connection: Connection, persons: Sequence[str]) -> None:
        connection.execute(update(ERASED).where(ERASED.c.person.in_(persons)).values(scrubbed=True))

    def count_erased(self, connection: Connection) -> int:
        """How many persons were erased so far."""
        return connection.execute(select(func.count()).select_from(ERASED)).scalar_one()

    def forget(self, person: UUID) -> None:
        self._opened.destroy(str(person))

    @property
    def _opened(self) -> PersonalKeys:
        assert self._keys is not None, "a log without keys holds no personal data"
        return self._keys


def unseal(source: str, position: int, key: bytes, sealed: bytes) -> Openings:
    """Raises :class:`SealBroken`."""
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(source, position))
    except InvalidTag as error:
        raise SealBroken(f"{source} {position}") from error
    openings: Openings = orjson.loads(plain)
    return openings


def read_keys(path: Path) -> dict[str, bytes]:
    """The keys in a copy of the file, by person; nothing is changed, and read-only media will do."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        return dict(connection.execute("SELECT person, key FROM key"))


def _place(source: str, position: int) -> bytes:
    """Bound into every seal, so that no row opens in another's place."""
    return f"{source} {position}".encode()
