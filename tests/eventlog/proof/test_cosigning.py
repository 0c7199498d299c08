"""Logs cosign each other, by asking and by being asked, and a log never waits for it."""

from __future__ import annotations

import threading
from http import HTTPStatus

import pytest

from eventlog.proof import cosigning
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.cosigning import Away, Collector, Puller
from eventlog.proof.notary import Notary
from eventlog.proof.note import Signer
from tests.eventlog.proof.proving import Proved
from tests.eventlog.proof.test_witness import Three, grow
from tests.eventlog.sample import add
from tests.waiting import until


def collector(log: Proved, *others: Proved) -> Collector:
    witnesses = {one.log.source: one.witness.add_checkpoint for one in others}
    return Collector(log.publication, witnesses, log.listed)


def notary(log: Proved, *others: Proved) -> Notary:
    return Notary(
        publication=log.publication,
        witness=log.witness,
        listed=log.listed,
        others=[one.log.source for one in others],
        checkpointer=log.checkpointer,
        askers=[],
    )


def cosigners(log: Proved) -> set[str]:
    """Names of those whose cosignature stands under the published checkpoint and holds."""
    signed = log.publication.note()
    assert signed is not None
    known = [one.key.as_cosigner() for name in ("one", "two", "three") for one in log.listed(name)]
    own = log.keys.signers()[0].key
    return {key.name.rpartition("/")[2] for key in signed.verified([own, *known]) if key != own}


def test_a_checkpoint_is_published_at_once_and_cosigned_as_answers_come(three: Three) -> None:
    log = three["one"]
    asking = collector(log, three["two"], three["three"])
    grow(log, 5)
    assert cosigners(log) == set()
    assert asking.run_once() == 2
    assert cosigners(log) == {"two", "three"}
    assert asking.run_once() == 0
    grow(log, 300)
    assert cosigners(log) == set()
    assert asking.run_once() == 2
    assert log.published().size == 305


@pytest.mark.parametrize("answer", [(HTTPStatus.OK, "nonsense"), (HTTPStatus.CONFLICT, "nonsense")])
def test_a_witness_that_answers_nonsense_keeps_nobody_else_from_cosigning(
    three: Three, answer: tuple[HTTPStatus, str]
) -> None:
    log = three["one"]
    grow(log, 5)
    witnesses = {"two": lambda _: answer, "three": three["three"].witness.add_checkpoint}
    assert Collector(log.publication, witnesses, log.listed).run_once() == 1
    assert cosigners(log) == {"three"}


def test_a_restarted_log_is_told_where_its_witnesses_are(three: Three) -> None:
    grow(three["one"], 5)
    collector(three["one"], three["two"]).run_once()
    grow(three["one"], 5)
    again = collector(three["one"], three["two"])
    assert [again.run_once(), again.run_once()] == [0, 1]
    assert cosigners(three["one"]) == {"two"}


@pytest.mark.timeout(30)
def test_a_log_that_a_witness_saw_further_on_says_so_and_is_signed_no_more(three: Three) -> None:
    """Its database, its last checkpoints and its proof were put back together: only a witness knows."""
    log = three["one"]
    grow(log, 5)
    asking = Collector(log.publication, {"two": lambda _: (HTTPStatus.CONFLICT, "25\n")}, log.listed)
    assert [asking.run_once(), asking.run_once()] == [0, 0]
    assert "只签到 5 个事件，会签它的日志却见过 25 个的校验点" in (log.publication.refusal() or "")
    add(log.log, 1)
    log.checkpointer.run(threading.Event())
    assert log.published().size == 5


def test_a_witness_that_is_away_keeps_nobody_else_from_cosigning(three: Three) -> None:
    def away(_: str) -> tuple[int, str]:
        raise Away("planned")

    log = three["one"]
    asking = Collector(log.publication, {"two": away, "three": three["three"].witness.add_checkpoint}, log.listed)
    grow(log, 5)
    assert asking.run_once() == 1
    assert cosigners(log) == {"three"}


@pytest.mark.parametrize(("seconds", "cosigned"), [(60.0, False), (0.0, True)])
def test_a_witness_that_was_away_is_left_alone_for_a_while_and_then_asked_again(
    three: Three, monkeypatch: pytest.MonkeyPatch, seconds: float, *, cosigned: bool
) -> None:
    monkeypatch.setattr(cosigning, "RETRY_SECONDS", seconds)
    asked: list[str] = []

    def witness(text: str) -> tuple[int, str]:
        asked.append(text)
        if len(asked) == 1:
            raise Away("planned")
        return three["two"].witness.add_checkpoint(text)

    log = three["one"]
    asking = Collector(log.publication, {"two": witness}, log.listed)
    grow(log, 5)
    assert [asking.run_once(), asking.run_once()] == [0, int(cosigned)]
    assert cosigners(log) == ({"two"} if cosigned else set())


def test_what_is_no_cosignature_of_the_witness_is_not_published(three: Three) -> None:
    log = three["one"]
    grow(log, 5)
    published = log.publication.note()
    assert published is not None
    stranger = Signer.generate(three["two"].origin).cosign(published.text, 1)
    shifted = three["two"].keys.signers()[0].cosign(published.text + "x", 1)
    for wrong in (stranger, shifted, three["two"].keys.signers()[0].sign(published.text)):
        answer = (HTTPStatus.OK, wrong.line())
        assert Collector(log.publication, {"two": lambda _, answer=answer: answer}, log.listed).run_once() == 0  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert log.publication.note() == published


def test_a_cosignature_of_an_older_checkpoint_does_not_bring_it_back(three: Three) -> None:
    log = three["one"]
    grow(log, 5)
    old = log.publication.note()
    assert old is not None
    late = three["two"].keys.signers()[0].cosign(old.text, 1)
    grow(log, 5)
    assert not log.publication.add(old.text, [late], [three["two"].keys.signers()[0].key.as_cosigner()])
    assert log.published().size == 10


def test_a_rotated_log_keeps_its_cosignatures_and_gets_new_ones(three: Three) -> None:
    log = three["one"]
    asking = collector(log, three["two"])
    grow(log, 5)
    asking.run_once()
    log.keys.rotate()
    log.checkpointer.run_once()
    assert len(log.signers()) == 3
    assert cosigners(log) == {"two"}
    grow(log, 1)
    asking.run_once()
    assert cosigners(log) == {"two"}


def test_a_rotated_witness_cosigns_with_its_new_key(three: Three) -> None:
    log, other = three["one"], three["two"]
    grow(log, 5)
    grow(other, 1)
    asking = collector(log, other)
    asking.run_once()
    other.keys.rotate()
    other.checkpointer.run_once()
    grow(log, 5)
    asking.run_once()
    assert other.keys.signers()[0].key.as_cosigner().id.hex() in log.signers()


def test_a_witness_nobody_can_call_asks_and_hands_its_cosignatures_back(three: Three) -> None:
    logs = {name: notary(three[name], three["one"], three["two"], three["three"]) for name in ("one", "two")}
    pulling = Puller(
        three["three"].witness, {name: one.offer_checkpoint for name, one in logs.items()}, three["three"].listed
    )
    assert pulling.run_once() == 0
    for number in (5, 300):
        for name in logs:
            grow(three[name], number)
        assert pulling.run_once() == 2
        assert [cosigners(three[name]) for name in logs] == [{"three"}, {"three"}]
        assert pulling.run_once() == 0


@pytest.mark.parametrize("lines", ["nonsense", "— x AAAAAAAA\n"])
def test_what_is_handed_back_is_not_believed(three: Three, lines: str) -> None:
    log = three["one"]
    grow(log, 5)
    before = log.publication.note()
    notary(log, three["two"]).offer_checkpoint(0, lines)
    assert log.publication.note() == before


def test_a_log_that_has_nothing_or_less_offers_nothing(three: Three) -> None:
    offering = notary(three["one"])
    assert offering.offer_checkpoint(0, "") == ""
    grow(three["one"], 5)
    assert offering.offer_checkpoint(6, "") == ""
    assert offering.offer_checkpoint(5, "") != ""


def test_running_logs_end_with_every_cosignature(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosigning, "IDLE_SECONDS", 0.02)
    stopping = threading.Event()
    log = three["one"]
    offering = notary(log, three["three"])
    pulling = Puller(three["three"].witness, {"one": offering.offer_checkpoint}, log.listed)
    loops: list[Checkpointer | Collector | Puller] = [log.checkpointer, collector(log, three["two"]), pulling]
    threads = [threading.Thread(target=loop.run, args=[stopping], daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    for _ in range(7):
        add(log.log, 1)
    # Signed first, and shown a moment later.
    until(lambda: log.publication.note() is not None and log.published().size == 7, within=20, what="the checkpoint")
    until(lambda: cosigners(log) == {"two", "three"}, within=20, what="both cosignatures")
    stopping.set()
    log.publication.changed.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert log.published().size == 7
