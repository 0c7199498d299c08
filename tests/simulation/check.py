"""The promises (I1 to I10 as far as they are the kernel's), held against what lies in the files after a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from eventlog.log import EventLog
from eventlog.projection import rows
from tests.simulation.client import Client, Command
from tests.simulation.service import Around, Service, Violation
from tests.simulation.stored import Stored, head, leaves, query, relay_cursor, subscription_cursor
from tests.simulation.vocabulary import MATTER, TYPES, projections

Logs = Mapping[str, Sequence[Stored]]
CURSORS = "SELECT source, next_pub_seq FROM subscription UNION ALL SELECT '', next_pub_seq FROM relay_cursor"


def safety(around: Around, clients: Sequence[Client]) -> None:
    """What must hold at any moment."""
    logs = {name: leaves(service) for name, service in around.services.items()}
    for name, service in around.services.items():
        log = logs[name]
        sent = [one for client in clients for one in client.sent if one.service == name]
        _order(service, log)
        _commands(service, log, sent)
        _promises(around, service, log, sent)
        _real_time(service, sent)
        _causes(around, service, logs)
        _relay(around, service)
        _page(service, log)
        _read_models(service, log)
        for source in around.services.keys() - {name}:
            _consumer(service, source, logs[source])


def behind(around: Around) -> list[str]:
    """Whose cursor is not where it will be when there is nothing left to do."""
    heads = {name: head(service) for name, service in around.services.items()}
    found = [f"{name}'s follower" for name, one in around.services.items() if len(one.page) != heads[name][0]]
    for name, service in around.services.items():
        cursors = dict(query(service, CURSORS))
        wanted = {"": heads[name][1]} | {source: heads[source][1] for source in around.services if source != name}
        found += [f"{name}'s {of or 'relay'}" for of, end in wanted.items() if cursors.get(of, 0) != end]
        found += [f"{name} has parked events" for _ in query(service, "SELECT 1 FROM parked LIMIT 1")]
    return found


def rebuilt(service: Service) -> None:
    """I7: the read models are what the log says, built again by the product's own code."""
    store = service.processes[0].store
    log = EventLog(service.name, store, TYPES)
    models = projections(service.version)
    tables = [table for model in models for table in model.tables]
    with store.reading() as connection:
        live = [rows(connection, table) for table in tables]
    log.rebuild(models)
    with store.reading() as connection:
        again = [rows(connection, table) for table in tables]
    _must(live == again, f"I7: {service.name}'s read models are {live}, built again {again}")


def _must(holds: bool, promise: str) -> None:
    if not holds:
        raise Violation(promise)


def _order(service: Service, log: Sequence[Stored]) -> None:
    """I5: dense positions, dense publication numbers, contiguous versions, a clock that only grows."""
    name = service.name
    _must([one.position for one in log] == list(range(len(log))), f"I5: {name}'s positions have a hole")
    published = [one.pub_seq for one in log if one.type != "Kept"]
    _must(published == list(range(len(published))), f"I5: {name} numbered its published events {published}")
    _must(all(one.pub_seq is None for one in log if one.type == "Kept"), f"{name} published what is private")
    _must(head(service) == (len(log), len(published)), f"I5: {name}'s head is {head(service)}")
    versions: dict[str, int] = defaultdict(int)
    for one in log:
        _must(one.version == versions[one.stream], f"I5: {name}/{one.position}: version {one.version} in its stream")
        versions[one.stream] += 1
        placed = (one.whole["p"], one.envelope["subject"], one.envelope["streamversion"], one.envelope["source"])
        _must(placed == (one.position, one.stream, one.version, name), f"{name}/{one.position} says it is {placed}")
    for before, after in pairwise(log):
        _must(before.hlc < after.hlc, f"{name}/{after.position}: the clock went back from {before.hlc} to {after.hlc}")


def _commands(service: Service, log: Sequence[Stored], sent: Sequence[Command]) -> None:
    """I2: every event belongs to one command of somebody, and no command stands in the log twice."""
    known = {
        identity: (first, events)
        for identity, first, events in query(service, "SELECT command_id, first_position, events FROM command")
    }
    standing: dict[str, list[int]] = defaultdict(list)
    for one in log:
        standing[one.command].append(one.position)
    for identity, positions in standing.items():
        first, events = known.get(identity, (None, None))
        wanted = None if first is None else list(range(first, first + events))
        _must(positions == wanted, f"I2: {service.name}: command {identity} stands at {positions}, not at {wanted}")
    _must(known.keys() <= standing.keys(), f"I2: {service.name} remembers commands that did nothing")
    foreign = {one.command for one in log if "cause" in one.envelope}
    ours = {str(identity) for command in sent for identity in command.ids()}
    _must(standing.keys() <= foreign | ours, f"{service.name} did what nobody asked for")


def _promises(around: Around, service: Service, log: Sequence[Stored], sent: Sequence[Command]) -> None:
    """I1, I3, I4: acknowledged is in the log as it was told; refused is not; unclear is wholly there or not at all."""
    fingerprints = dict(query(service, "SELECT command_id, fingerprint FROM command"))
    standing: dict[str, list[Stored]] = defaultdict(list)
    for one in log:
        standing[one.command].append(one)
    for command in sent:
        ids = [str(identity) for identity in command.ids()]
        mine = [fingerprints.get(identity) == command.fingerprint for identity in ids]
        there = [one for identity, own in zip(ids, mine, strict=True) if own for one in standing[identity]]
        name = f"{service.name}: command {command.id} ({command.manner})"
        if command.acknowledged is not None:
            told = [(event.position, event.leafhash) for event in command.answer]
            _must(told == [(one.position, one.leafhash) for one in there], f"I1: {name} was told {told}")
            _must(len(told) == len(command.events) * len(ids), f"I1: {name} did only a part")
        elif command.unanswered:
            _must(len(there) in (0, len(command.events) * len(ids)), f"I4: {name} is half there")
            around.scheduler.saw("an unclear command had been carried out", bool(there))
            around.scheduler.saw("an unclear command had not been carried out", not there)
        else:
            _must(not there, f"I3: {name} was refused as {command.refused} and is in the log")
        if "CommandReused" in command.refused:
            _must(not any(mine) and ids[0] in fingerprints, f"I2: {name} was refused as reused, but is not")


def _real_time(service: Service, sent: Sequence[Command]) -> None:
    """I6: who was acknowledged before another was sent stands before it."""
    done = [one for one in sent if one.answer and one.acknowledged is not None]
    acknowledged = sorted(done, key=lambda one: one.acknowledged or 0)
    reached, next_one = -1, 0
    for command in sorted(done, key=lambda one: one.invoked):
        while (acknowledged[next_one].acknowledged or 0) < command.invoked:
            reached = max(reached, *(event.position for event in acknowledged[next_one].answer))
            next_one += 1
        first = min(event.position for event in command.answer)
        _must(reached < first, f"I6: {service.name}/{first} was sent after {reached} was acknowledged")


def _causes(around: Around, service: Service, logs: Logs) -> None:
    """Every cause is where its effect says, was before it, and had one effect here."""
    saw, log = around.scheduler.saw, logs[service.name]
    commands: dict[tuple[str, int], set[str]] = defaultdict(set)
    for before, one in zip([None, *log], log, strict=False):
        saw("the logical clock outran the machine's", before is not None and before.hlc[0] == one.hlc[0])
        if (cause := one.envelope.get("cause")) is None:
            continue
        name = f"{service.name}/{one.position}"
        _must(cause["position"] < len(logs[cause["source"]]), f"{name} was caused by what is not there: {cause}")
        found = logs[cause["source"]][cause["position"]]
        _must(cause["leafhash"] == found.leafhash, f"{name} was caused by another event than it says")
        _must(found.hlc < one.hlc, f"{name} is at {one.hlc}, before its cause at {found.hlc}")
        saw("a cause pulled the logical clock ahead", one.hlc == (found.hlc[0], found.hlc[1] + 1))
        commands[cause["source"], found.position].add(one.command)
    twice = [place for place, effects in commands.items() if len(effects) > 1]
    _must(not twice, f"I10: {service.name} reacted twice to {twice}")


def _relay(around: Around, service: Service) -> None:
    """The cursor only follows what the broker has confirmed."""
    confirmed = around.broker.confirmed[service.name]
    passed_over = set(range(relay_cursor(service))) - confirmed
    _must(not passed_over, f"{service.name}'s relay passed over {sorted(passed_over)}")


def _page(service: Service, log: Sequence[Stored]) -> None:
    shown = [service.page.get(position) for position in range(len(service.page))]
    _must(shown == [one.leafhash for one in log[: len(shown)]], f"{service.name}'s follower wrote another page")


def _read_models(service: Service, log: Sequence[Stored]) -> None:
    """They moved with every append, and only with it."""
    tally: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    mentions = []
    for one in log:
        events, total = tally[one.stream]
        tally[one.stream] = (events + 1, total + one.envelope["data"]["amount"])
        mentions += sorted([(one.stream.partition("-")[2], one.position), (str(MATTER), one.position)])
    wanted = sorted((stream, *both) for stream, both in tally.items())
    live = sorted(query(service, "SELECT stream_id, events, total FROM tally"))
    _must(live == wanted, f"I7: {service.name}'s tally is {live}, should be {wanted}")
    found = query(service, "SELECT thing, position FROM mention ORDER BY position, thing")
    _must(found == mentions, f"I7: {service.name}'s timeline is another than its log's")


def _consumer(service: Service, source: str, log: Sequence[Stored]) -> None:
    """I10: everything up to the cursor was applied once, in its stream's order, or waits behind what is parked."""
    name = f"{service.name} hears {source}"
    cursor = subscription_cursor(service, source)
    told = [one for one in log if one.type == "Told" and (one.pub_seq or 0) < cursor]
    _must(cursor <= len([one for one in log if one.pub_seq is not None]), f"I10: {name} beyond its head")
    heard = query(service, "SELECT position, stream_id FROM heard WHERE source = ? ORDER BY number", source)
    parked = query(service, "SELECT position, stream_id FROM parked WHERE source = ? ORDER BY pub_seq", source)
    applied = sorted([position for position, _ in heard] + [position for position, _ in parked])
    wanted = [one.position for one in told]
    _must(applied == wanted, f"I10: {name}: applied {heard}, parked {parked}, published {wanted}")
    first_parked: dict[str, int] = {}
    for position, stream in parked:
        first_parked.setdefault(stream, position)
    last: dict[str, int] = defaultdict(lambda: -1)
    ill = {one.stream for one in log if one.envelope["data"].get("poison")}
    last_of_well = -1
    for position, stream in heard:
        _must(last[stream] < position, f"I10: {name}: {stream} out of order at {position}")
        _must(position < first_parked.get(stream, position + 1), f"I11: {name}: {position} overtook what is parked")
        last[stream] = position
        if stream not in ill:
            _must(last_of_well < position, f"I10: {name}: {position} came after {last_of_well}")
            last_of_well = position
