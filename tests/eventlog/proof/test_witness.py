"""The witness: what C2SP tlog-witness asks of it, status by status."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus

import pytest

from eventlog.proof import note, tree, witness
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.keys import KeyFiles
from eventlog.proof.last import COSIGNED
from eventlog.proof.note import Signer
from eventlog.proof.tiles import TiledTree
from eventlog.proof.witness import MalformedRequest, parse_request
from tests.eventlog.proof.proving import Proved, append

# C2SP tlog-witness, section "add-checkpoint".
SPEC_REQUEST = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""  # noqa: E501 -- the specification's own lines

Three = dict[str, Proved]


def grow(log: Proved, number: int) -> None:
    append(log.log, number)
    log.checkpointer.run_once()


def asked(log: Proved, old: int) -> str:
    request = log.publication.request(old)
    assert request is not None
    return request


def test_the_specifications_request_reads_and_writes_the_same() -> None:
    read = parse_request(SPEC_REQUEST)
    assert (read.old, len(read.proof), len(read.note.signatures)) == (20852014, 4, 2)
    assert witness.request(read.old, read.proof, read.note) == SPEC_REQUEST


def test_a_log_that_grows_is_cosigned_each_time(three: Three) -> None:
    log, other = three["one"], three["two"]
    old = 0
    for number in (3, 1, 300):
        grow(log, number)
        status, answer = other.witness.add_checkpoint(asked(log, old))
        assert status == HTTPStatus.OK
        published = log.publication.note()
        assert published is not None
        cosigned = published.with_signatures(note.parse_signatures(answer))
        key = other.keys.signers()[0].key.as_cosigner()
        assert key in cosigned.verified([key])
        assert cosigned.signatures[-1].timestamp() == 1_800_000_000
        old += number
    assert other.witness.size_of(log.origin) == 304


def test_the_same_checkpoint_is_cosigned_again(three: Three) -> None:
    grow(three["one"], 3)
    first = three["two"].witness.add_checkpoint(asked(three["one"], 0))
    assert three["two"].witness.add_checkpoint(asked(three["one"], 3)) == first


def test_what_was_cosigned_is_remembered_after_a_restart_i9(three: Three) -> None:
    grow(three["one"], 3)
    three["two"].witness.add_checkpoint(asked(three["one"], 0))
    three["two"].restart()
    assert three["two"].witness.add_checkpoint(asked(three["one"], 0)) == (HTTPStatus.CONFLICT, "3\n")


def test_another_old_size_than_the_last_cosigned_is_answered_with_that_size(three: Three) -> None:
    grow(three["one"], 5)
    three["two"].witness.add_checkpoint(asked(three["one"], 0))
    grow(three["one"], 5)
    assert three["two"].witness.add_checkpoint(asked(three["one"], 3)) == (HTTPStatus.CONFLICT, "5\n")


def test_a_log_nobody_told_of_is_not_cosigned(three: Three) -> None:
    grow(three["one"], 3)
    stranger = Checkpoint("proof.example/stranger", 3, tree.leaf_hash(b""))
    request = witness.request(0, [], note.sign(stranger.text(), [Signer.generate(stranger.origin)]))
    assert three["two"].witness.add_checkpoint(request)[0] == HTTPStatus.NOT_FOUND


def test_a_checkpoint_signed_with_another_key_is_not_cosigned(three: Three) -> None:
    forged = Checkpoint(three["one"].origin, 3, tree.leaf_hash(b""))
    request = witness.request(0, [], note.sign(forged.text(), [Signer.generate(forged.origin)]))
    assert three["two"].witness.add_checkpoint(request)[0] == HTTPStatus.FORBIDDEN


def test_a_second_history_is_not_cosigned_i9(three: Three) -> None:
    """Signed with the log's own key: of the same size, larger, and with a proof of something else."""
    log, other = three["one"], three["two"]
    grow(log, 5)
    other.witness.add_checkpoint(asked(log, 0))
    grow(log, 5)
    proof = tree.prove_consistency(TiledTree(log.publication.files, 10).node, 5, 10)
    same = Checkpoint(log.origin, 5, tree.leaf_hash(b"another"))
    larger = Checkpoint(log.origin, 10, tree.leaf_hash(b"another"))
    for forged, told, status in (
        (same, [], HTTPStatus.CONFLICT),
        (larger, proof, HTTPStatus.UNPROCESSABLE_ENTITY),
        (larger, [], HTTPStatus.UNPROCESSABLE_ENTITY),
    ):
        request = witness.request(5, told, note.sign(forged.text(), log.keys.signers()))
        assert other.witness.add_checkpoint(request)[0] == status
    assert other.witness.size_of(log.origin) == 5
    assert other.witness.add_checkpoint(asked(log, 5))[0] == HTTPStatus.OK


def test_a_smaller_log_is_not_cosigned(three: Three) -> None:
    log = three["one"]
    grow(log, 3)
    early = log.publication.note()
    assert early is not None
    grow(log, 3)
    three["two"].witness.add_checkpoint(asked(log, 0))
    assert three["two"].witness.add_checkpoint(witness.request(6, [], early))[0] == HTTPStatus.BAD_REQUEST
    assert three["two"].witness.add_checkpoint(witness.request(0, [], early))[0] == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text.replace("old 0", "old 00"),
        lambda text: text.replace("old 0", "old -1"),
        lambda text: text.replace("old 0", "new 0"),
        lambda text: text.replace("old 0\n", "old 0\n!\n"),
        lambda text: text.replace("old 0\n", "old 0\n" + "AAAA\n" * 64),
        lambda text: text.partition("\n\n")[0],
        lambda text: text.replace("\n3\n", "\n03\n"),
    ],
)
def test_what_is_no_request_is_refused(three: Three, spoil: Callable[[str], str]) -> None:
    grow(three["one"], 3)
    status, _ = three["two"].witness.add_checkpoint(spoil(asked(three["one"], 0)))
    assert status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}
    assert three["two"].witness.size_of(three["one"].origin) == 0


def test_a_request_needs_all_its_parts() -> None:
    with pytest.raises(MalformedRequest):
        parse_request("old 1\n")


def test_a_crash_between_remembering_and_answering_cosigns_nothing_twice(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, other = three["one"], three["two"]
    grow(log, 3)
    with monkeypatch.context() as crash:
        crash.setattr(KeyFiles, "signers", _crash)
        with pytest.raises(KeyboardInterrupt):
            other.witness.add_checkpoint(asked(log, 0))
    other.restart()
    assert other.witness.add_checkpoint(asked(log, 0)) == (HTTPStatus.CONFLICT, "3\n")
    assert other.witness.add_checkpoint(asked(log, 3))[0] == HTTPStatus.OK


def test_of_two_who_ask_at_once_with_two_sizes_neither_is_rolled_back(three: Three) -> None:
    """The race the specification describes: a smaller checkpoint must not take the place of a larger."""
    log, other = three["one"], three["two"]
    grow(log, 3)
    small = asked(log, 0)
    grow(log, 3)
    large = asked(log, 0)
    gate = threading.Barrier(2)
    statuses: list[int] = []

    def ask(request: str) -> None:
        gate.wait(10)
        statuses.append(other.witness.add_checkpoint(request)[0])

    threads = [threading.Thread(target=ask, args=[one]) for one in (small, large)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [HTTPStatus.OK, HTTPStatus.CONFLICT]
    assert other.last.read(COSIGNED, log.origin) is not None


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
