"""The gateway's database: the fifth log, what is folded from it, and the rows that are nobody's history.

Password hashes, sessions, failed tries and waiting workbooks are plain rows: they are secret or passing, and a log
keeps everything for ever.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, Table, Text, insert

from eventlog.codec import EventTypes
from eventlog.event import Recorded
from eventlog.log import EventLog
from eventlog.projection import Projection
from eventlog.store import Store
from eventlog.timeline import Timeline
from gateway.events import PRIVATE, AccountOpened, VerificationFiled

SOURCE = "gateway"

_FOLDED = MetaData()
ACCOUNT = Table(
    "account",
    _FOLDED,
    Column("account", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("subject_id", Text),
)
VERIFICATION = Table(
    "verification",
    _FOLDED,
    Column("verification_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("filed_at", Text, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("exit_code", Integer, nullable=False),
)
LOG_REACHED = Table(
    "log_reached",
    _FOLDED,
    Column("verification_id", Text, primary_key=True),
    Column("log", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("size", BigInteger),
    Column("root", Text),
    Column("cosigners", Text, nullable=False),
)

ROWS = MetaData()
CREDENTIAL = Table(
    "credential", ROWS, Column("account", Text, primary_key=True), Column("argon2", Text, nullable=False)
)
SESSION = Table(
    "session",
    ROWS,
    Column("digest", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("form_token", Text, nullable=False),
    Column("opened_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
)
FAILED_TRY = Table(
    "failed_try",
    ROWS,
    Column("digest", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Integer, nullable=False),
)
COMPLAINT = Table(
    "complaint",
    ROWS,
    Column("complaint_id", Text, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("contact", Text, nullable=False),
)
WAITING_WORKBOOK = Table(
    "waiting_workbook",
    ROWS,
    Column("key", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Integer, nullable=False),
)


def _open(connection: Connection, opened: AccountOpened, _event: Recorded) -> None:
    subject = str(opened.subject_id) if opened.subject_id else None
    connection.execute(insert(ACCOUNT).values(account=opened.account, role=opened.role.value, subject_id=subject))


def _file(connection: Connection, filed: VerificationFiled, event: Recorded) -> None:
    connection.execute(
        insert(VERIFICATION).values(
            verification_id=str(filed.verification_id),
            position=event.position,
            account=filed.account,
            filed_at=event.occurred_at.isoformat(),
            findings=filed.findings,
            exit_code=filed.exit_code,
        )
    )
    rows = [
        vars(one)
        | {"verification_id": str(filed.verification_id), "place": place, "cosigners": " ".join(one.cosigners)}
        for place, one in enumerate(filed.logs)
    ]
    connection.execute(insert(LOG_REACHED), rows)


PROJECTIONS = (
    Projection("account", 1, [ACCOUNT], {AccountOpened: _open}),
    Projection("verification", 1, [VERIFICATION, LOG_REACHED], {VerificationFiled: _file}),
    Timeline(),
)


def open_log(store: Store) -> EventLog:
    """The gateway's log in this database, its tables made and its read models up to date."""
    log = EventLog(SOURCE, store, EventTypes(private=PRIVATE, published=()), PROJECTIONS).open()
    with store.writing() as connection:
        ROWS.create_all(connection)
    return log
