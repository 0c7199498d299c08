"""The log against a small model: whatever is done to it and in whatever order, both say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eventlog.event import Recorded
from eventlog.log import EventLog
from eventlog.projection import rows
from eventlog.store import CommandReused, Head, SeenVersionIsOld, WrongExpectedVersion
from eventlog.stream import StreamName
from tests.eventlog.sample import COUNTS, Counted, Noted, open_sample, provenance, total

Said = Noted | Counted

STREAMS = st.sampled_from(("a", "b", "c"))
EVENTS = st.lists(
    st.builds(Counted, amount=st.integers(-5, 5)) | st.builds(Noted, text=st.text(max_size=8)), min_size=1, max_size=3
)
OFFSETS = st.integers(-3, 3).filter(bool)


@dataclass(frozen=True)
class Placed:
    """An event where the model has it."""

    stream: str
    version: int
    said: Said


@dataclass(frozen=True)
class Command:
    """What was accepted: for which stream, with which content, and the answer."""

    id: UUID
    fingerprint: str
    stream: str
    answer: tuple[Recorded, ...]


@dataclass
class Model:
    """A list. It goes on from where the log stood when the example began."""

    first: Head
    events: list[Placed] = field(default_factory=list)

    def version(self, stream: str) -> int:
        return sum(one.stream == stream for one in self.events) - 1

    def total(self, stream: str) -> int:
        return sum(one.said.amount for one in self.events if one.stream == stream and isinstance(one.said, Counted))

    def append(self, stream: str, events: list[Said]) -> None:
        self.events += [Placed(stream, self.version(stream) + 1 + index, said) for index, said in enumerate(events)]

    def published(self) -> list[int]:
        """Positions, by publication number."""
        return [self.first.next_position + place for place, one in enumerate(self.events) if type(one.said) is Counted]

    def head(self) -> Head:
        return Head(
            next_position=self.first.next_position + len(self.events),
            next_pub_seq=self.first.next_pub_seq + len(self.published()),
        )


class ChangedMind(Exception):
    pass


class LogByRules(RuleBasedStateMachine):
    """Examples follow one another in one log; each has streams of its own."""

    commands = Bundle("commands")

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self.log = log
        self.model = Model(log.head())
        self.ids = {name: uuid4() for name in ("a", "b", "c")}

    def stream(self, name: str) -> StreamName:
        return StreamName("thing", self.ids[name])

    @rule(target=commands, name=STREAMS, events=EVENTS)
    def append_at_the_right_version(self, name: str, events: list[Said]) -> Command:
        by = provenance(uuid4(), fingerprint=repr(events))
        with self.log.transaction() as tx:
            appended = tx.append(self.stream(name), events, self.model.version(name), by)
        assert not appended.duplicate
        return self._accepted(name, events, by.command_id, appended.events)

    @rule(target=commands, name=STREAMS, events=EVENTS)
    def decide_on_the_state(self, name: str, events: list[Said]) -> Command:
        by = provenance(uuid4(), fingerprint=repr(events))
        seen: list[int] = []

        def decide(state: int) -> list[Said]:
            seen.append(state)
            return events

        appended = self.log.run(lambda tx: tx.decide(self.stream(name), total, 0, decide, by))
        assert seen == [self.model.total(name)]
        return self._accepted(name, events, by.command_id, appended.events)

    @rule(name=STREAMS, events=EVENTS, offset=OFFSETS)
    def append_at_a_wrong_version(self, name: str, events: list[Said], offset: int) -> None:
        version = self.model.version(name)
        with pytest.raises(WrongExpectedVersion) as caught, self.log.transaction() as tx:
            tx.append(self.stream(name), events, version + offset, provenance())
        assert (caught.value.expected, caught.value.actual) == (version + offset, version)

    @rule(name=STREAMS, events=EVENTS, offset=OFFSETS)
    def decide_on_another_version_than_seen(self, name: str, events: list[Said], offset: int) -> None:
        by = provenance(expected_version=self.model.version(name) + offset)
        with pytest.raises(SeenVersionIsOld):
            self.log.run(lambda tx: tx.decide(self.stream(name), total, 0, lambda _: events, by))

    @rule(name=STREAMS)
    def decide_on_nothing(self, name: str) -> None:
        by = provenance()
        appended = self.log.run(lambda tx: tx.decide(self.stream(name), total, 0, lambda _: [], by))
        assert appended.events == ()
        with self.log.transaction() as tx:
            assert tx.outcome(by) is None

    @rule(command=commands, events=EVENTS)
    def repeat_a_command(self, command: Command, events: list[Said]) -> None:
        """What would be decided now, and at which version, no longer matters."""
        by = provenance(command.id, fingerprint=command.fingerprint, expected_version=99)
        decided = self.log.run(lambda tx: tx.decide(self.stream(command.stream), total, 0, lambda _: events, by))
        with self.log.transaction() as tx:
            appended = tx.append(self.stream(command.stream), events, 99, by)
        for again in (decided, appended):
            assert again.duplicate
            assert again.events == command.answer

    @rule(command=consumes(commands), name=STREAMS, events=EVENTS)
    def use_a_command_id_for_other_content(self, command: Command, name: str, events: list[Said]) -> None:
        by = provenance(command.id, fingerprint=f"not {command.fingerprint}")
        with pytest.raises(CommandReused):
            self.log.run(lambda tx: tx.decide(self.stream(name), total, 0, lambda _: events, by))
        with pytest.raises(CommandReused), self.log.transaction() as tx:
            tx.append(self.stream(name), events, self.model.version(name), by)

    @rule(first=STREAMS, second=STREAMS, events=EVENTS)
    def change_two_streams_at_once(self, first: str, second: str, events: list[Said]) -> None:
        with self.log.transaction() as tx:
            for name in (first, second):
                tx.append(self.stream(name), events, self.model.version(name), provenance())
                self.model.append(name, events)
                assert tx.load(self.stream(name), total, 0) == (self.model.total(name), self.model.version(name))

    @rule(names=st.lists(STREAMS, min_size=1, max_size=3, unique=True), events=EVENTS)
    def change_one_s_mind(self, names: list[str], events: list[Said]) -> None:
        with pytest.raises(ChangedMind), self.log.transaction() as tx:
            for name in names:
                tx.append(self.stream(name), events, self.model.version(name), provenance())
            raise ChangedMind

    @rule(name=STREAMS)
    def load(self, name: str) -> None:
        with self.log.transaction() as tx:
            assert tx.load(self.stream(name), total, 0) == (self.model.total(name), self.model.version(name))

    @rule(back=st.integers(0, 8))
    def read(self, back: int) -> None:
        first = max(self.model.first.next_position, self.model.head().next_position - back)
        expected = self.model.events[first - self.model.first.next_position :]
        found = list(self.log.read(first))
        assert [one.position for one in found] == list(range(first, first + len(expected)))
        assert [(one.stream, one.version, one.data) for one in found] == [
            (self.stream(one.stream), one.version, one.said) for one in expected
        ]
        assert all(before.hlc < after.hlc for before, after in pairwise(found))

    @rule(back=st.integers(0, 8), limit=st.integers(1, 5))
    def read_published(self, back: int, limit: int) -> None:
        base = self.model.first.next_pub_seq
        first = max(base, self.model.head().next_pub_seq - back)
        expected = self.model.published()[first - base :][:limit]
        found = self.log.read_published(first, limit)
        assert [(one.pub_seq, one.position) for one in found] == list(enumerate(expected, first))

    @precondition(lambda self: len(self.model.events) > 3)
    @rule()
    def open_again(self) -> None:
        self.log = open_sample(self.log.store)

    @invariant()
    def the_head_is_where_the_model_ends(self) -> None:
        assert self.log.head() == self.model.head()

    def teardown(self) -> None:
        with self.log.store.reading() as connection:
            counts = {stream: (counted, version) for stream, counted, version in rows(connection, COUNTS)}
        for name in self.ids:
            counted = [one for one in self.model.events if one.stream == name and isinstance(one.said, Counted)]
            expected = (self.model.total(name), counted[-1].version) if counted else None
            assert counts.get(str(self.stream(name))) == expected

    def _accepted(self, name: str, events: list[Said], command: UUID, answer: tuple[Recorded, ...]) -> Command:
        first = self.model.head().next_position
        assert [(one.position, one.version, one.data) for one in answer] == [
            (first + index, self.model.version(name) + 1 + index, said) for index, said in enumerate(events)
        ]
        self.model.append(name, events)
        return Command(command, repr(events), name, answer)


@pytest.mark.timeout(240)
def test_log_and_model_agree_whatever_is_done_i2_i3_i5(log: EventLog) -> None:
    class OnThisLog(LogByRules):
        def __init__(self) -> None:
            super().__init__(log)

    slow = [HealthCheck.too_slow]
    often = settings(max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(OnThisLog, settings=often)
