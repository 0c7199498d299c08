"""Those who send commands, give up waiting, ask again, and remember what they were told."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid5

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from eventlog.event import Provenance, Recorded
from eventlog.log import Appended, EventLog, Transaction
from eventlog.store import CommandReused, SeenVersionIsOld, WrongExpectedVersion
from eventlog.stream import StreamName
from tests.simulation.service import Around, Process, Service, Violation
from tests.simulation.vocabulary import (
    NAMESPACE,
    TALLY,
    Kept,
    Mumbled,
    Said,
    State,
    Told,
    evolve,
    provenance,
)

STREAMS = 3
FULL = 25
"""A stream's total from which on commands are refused."""
PATIENCE_SECONDS = 2.0
THINKING_SECONDS = 1.0


class Refused(Exception):
    """The domain said no."""


class ChangedMind(Exception):
    """Raised after the append, to roll it back."""


REFUSALS: dict[type[Exception], str] = {
    Refused: "a command was refused by its domain",
    ChangedMind: "a transaction was rolled back after its append",
    CommandReused: "a command id was used for other content",
    SeenVersionIsOld: "a sender had seen an older version",
    WrongExpectedVersion: "a conflict was given up",
}


@dataclass
class Command:
    """A command as its sender knows it. ``invoked`` and ``acknowledged`` count scheduler steps."""

    service: str
    streams: tuple[StreamName, ...]
    id: UUID
    fingerprint: str
    events: tuple[Said, ...]
    manner: str
    seen: int | None
    invoked: int
    acknowledged: int | None = None
    answer: tuple[Recorded, ...] = ()
    refused: list[str] = field(default_factory=list)
    unanswered: int = 0
    """Attempts without an answer so far: they may have been carried out, or may be yet."""

    def ids(self) -> list[UUID]:
        """Those it stands under in the log."""
        by = provenance(self.id, self.fingerprint)
        return [self.id] if len(self.streams) == 1 else [by.derived(str(one)).command_id for one in self.streams]


@dataclass
class _Reply:
    appended: tuple[Recorded, ...] | None = None
    refused: Exception | None = None
    unclear: bool = False
    given_up: bool = False

    def there(self) -> bool:
        return self.appended is not None or self.refused is not None or self.unclear


class Client:
    def __init__(self, around: Around, service: Service, name: str) -> None:
        self.name = name
        self.sent: list[Command] = []
        self.stopping = False
        self._around = around
        self._scheduler = around.scheduler
        self._service = service
        self._versions: dict[StreamName, int] = {}
        self._seen_head = 0

    def run(self) -> None:
        chance = self._scheduler.chance
        while not self.stopping:
            if chance.random() < 0.2:
                self._look()
            elif self.sent and chance.random() < 0.3:
                self._send(self._again(chance.choice(self.sent)))
            else:
                self._send(self._thought_up())
            self._scheduler.wait("think", lambda: self.stopping, chance.random() * THINKING_SECONDS)

    def _thought_up(self) -> Command:
        chance = self._scheduler.chance
        manner = chance.choices(
            ("decide", "as seen", "insists", "remembered", "two streams", "change of mind", "nothing"),
            (8, 2, 2, 4, 3, 1, 1),
        )[0]
        streams = [StreamName("thing", uuid5(NAMESPACE, f"{self._service.name} {n}")) for n in range(STREAMS)]
        chance.shuffle(streams)
        chosen = tuple(streams[: 2 if manner == "two streams" else 1])
        said = tuple(self._say() for _ in range(chance.choice((1, 1, 1, 2, 3))))
        return Command(
            service=self._service.name,
            streams=chosen,
            id=uuid5(NAMESPACE, f"{self.name} {len(self.sent)}"),
            fingerprint=f"{self.name} {len(self.sent)}",
            events=() if manner == "nothing" else said,
            manner=manner,
            seen=self._versions.get(chosen[0], -1) if manner in {"as seen", "insists"} else None,
            invoked=self._scheduler.steps,
        )

    def _say(self) -> Said:
        chance = self._scheduler.chance
        amount = chance.randint(1, 9)
        if chance.random() < 0.7:
            return Told(amount=amount, hops=chance.choice((0, 0, 0, 1, 1, 2)), poison=chance.random() < 0.08)
        return chance.choice((Mumbled, Kept))(amount=amount)

    def _again(self, earlier: Command) -> Command:
        """The same once more; seldom, by mistake, another content under the same id."""
        if earlier.manner not in {"decide", "remembered"} or self._scheduler.chance.random() > 0.15:
            return earlier
        wrong = f"not {earlier.fingerprint}"
        for one in self.sent:
            if one.fingerprint == wrong:
                return one
        return Command(
            service=earlier.service,
            streams=earlier.streams,
            id=earlier.id,
            fingerprint=wrong,
            events=(Kept(amount=1),),
            manner=earlier.manner,
            seen=None,
            invoked=self._scheduler.steps,
        )

    def _send(self, command: Command) -> None:
        if not any(one is command for one in self.sent):
            self.sent.append(command)
        twice = self._scheduler.chance.random() < 0.1
        command.unanswered += 1 + twice
        replies = [self._ask(command) for _ in range(1 + twice)]
        self._scheduler.wait("reply", lambda: all(reply.there() for reply in replies), PATIENCE_SECONDS)
        for reply in replies:
            self._note(command, reply)

    def _ask(self, command: Command) -> _Reply:
        reply, serving = _Reply(), self._service.serving()
        if serving:
            process = self._scheduler.chance.choice(serving)
            assert process.log is not None
            process.spawn("command", partial(self._carry_out, process, process.log, command, reply))
        else:
            reply.unclear = True
        return reply

    def _carry_out(self, process: Process, log: EventLog, command: Command, reply: _Reply) -> None:
        """In the process: what an entry point does with a request."""
        saw = self._scheduler.saw
        work = _Work(command, process)
        try:
            appended = log.run(work)
        except OperationalError:
            reply.unclear = True
            return
        except tuple(REFUSALS) as refusal:
            saw(REFUSALS[type(refusal)])
            reply.refused = refusal
            return
        saw("a command was decided again", work.attempts > 1)
        saw("a command was carried out by whoever led its group", work.led)
        saw("a retry hit a committed command", any(one.duplicate for one in appended))
        saw("a command was carried out after its sender gave up", reply.given_up)
        self._scheduler.reach("reply")
        if not self._around.faults.strike("reply lost"):
            reply.appended = tuple(event for one in appended for event in one.events)

    def _note(self, command: Command, reply: _Reply) -> None:
        reply.given_up = True
        command.unanswered -= reply.appended is not None or reply.refused is not None
        if reply.appended is not None:
            if command.acknowledged is not None and command.answer != reply.appended:
                raise Violation(f"I2: {command.id} was answered {reply.appended}, before {command.answer}")
            self._scheduler.saw("an unclear command was acknowledged later", command.unanswered > 0)
            command.answer = reply.appended
            if command.acknowledged is None:
                command.acknowledged = self._scheduler.steps
            for event in reply.appended:
                self._versions[event.stream] = max(event.version, self._versions.get(event.stream, -1))
                self._seen_head = max(self._seen_head, event.position + 1)
        elif reply.refused is not None:
            command.refused.append(type(reply.refused).__name__)

    def _look(self) -> None:
        """Somebody looks at a page and at what is parked; the database may be away."""
        if serving := self._service.serving():
            process = self._scheduler.chance.choice(serving)
            with suppress(OperationalError):
                self._look_at_read_model(process)
                self._look_at_parked(process)

    def _look_at_read_model(self, process: Process) -> None:
        """I8: it is exactly as far as the log, and never goes back."""
        with process.store.reading() as connection:
            head = connection.execute(text("SELECT next_position FROM log_head")).scalar_one()
            tallied = connection.execute(select(func.coalesce(func.sum(TALLY.c.events), 0))).scalar_one()
        if tallied != head:
            raise Violation(f"I8: a reader of {self._service.name} saw {tallied} events tallied at head {head}")
        if head < self._seen_head:
            raise Violation(f"I8: a reader of {self._service.name} saw head {head} after {self._seen_head}")
        self._seen_head = head
        self._scheduler.saw("a reader saw the read model at the head", head > 0)

    def _look_at_parked(self, process: Process) -> None:
        for receiver in tuple(process.receivers):
            waiting = [one.pub_seq for one in receiver.parked()]
            if waiting != sorted(set(waiting)):
                raise Violation(f"I11: {process.name} tells that {waiting} are parked")


class _Work:
    """The handler of a command: load, decide, append."""

    def __init__(self, command: Command, process: Process) -> None:
        self._command = command
        self._process = process
        self.attempts = 0
        self.led = False
        self._task = process.around.scheduler.current

    def __call__(self, transaction: Transaction) -> list[Appended]:
        self.attempts += 1
        self.led |= self._process.around.scheduler.current is not self._task
        command = self._command
        by = provenance(command.id, command.fingerprint, seen=command.seen)
        if command.manner == "two streams":
            parts = [(one, by.derived(str(one))) for one in command.streams]
            return [transaction.decide(one, evolve, State(), self._decision, part) for one, part in parts]
        if command.manner == "insists":
            assert command.seen is not None
            return [transaction.append(command.streams[0], command.events, command.seen, by)]
        if command.manner == "remembered":
            return [self._from_memory(transaction, command.streams[0], by)]
        appended = [transaction.decide(command.streams[0], evolve, State(), self._decision, by)]
        if command.manner == "change of mind":
            raise ChangedMind
        return appended

    def _decision(self, state: State) -> tuple[Said, ...]:
        if state.total > FULL:
            raise Refused
        return self._command.events

    def _from_memory(self, transaction: Transaction, stream: StreamName, by: Provenance) -> Appended:
        """Decides on the stream as this process remembers it, and loads it only when that was wrong."""
        if (earlier := transaction.outcome(by)) is not None:
            return earlier
        memory = self._process.remembered
        if str(stream) not in memory or self.attempts > 1:
            memory[str(stream)] = transaction.load(stream, evolve, State())
        state, version = memory[str(stream)]
        return transaction.append(stream, self._decision(state), version, by)
