"""How logs get each other's cosignatures: a log asks the witnesses it can call, and a witness nobody can call asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus

import structlog

from eventlog.proof import checkpoint, note
from eventlog.proof.keys import ListedKey
from eventlog.proof.note import Note
from eventlog.proof.publication import Publication
from eventlog.proof.witness import Answer, Witness, parse_request

IDLE_SECONDS = 1.0
RETRY_SECONDS = 2.0

AddCheckpoint = Callable[[str], Answer]
"""A witness's ``add_checkpoint``, wherever it runs. Raises :class:`Away`."""
OfferCheckpoint = Callable[[int, str], str]
"""A log's ``offer_checkpoint``, wherever it runs. Raises :class:`Away`."""
Listed = Callable[[str], Sequence[ListedKey]]
"""The keys of a log by its name."""


class Away(Exception):
    """No answer came."""


class _Round:
    """Asks one after the other. Who did not answer, or in no way that can be read, is left alone for a while, so as to
    keep nobody else waiting.
    """

    def __init__(self) -> None:
        self._alone_until: dict[str, float] = {}

    def ask(self, name: str, question: Callable[[], bool]) -> bool:
        if time.monotonic() < self._alone_until.get(name, 0.0):
            return False
        try:
            return question()
        except Away as error:
            structlog.get_logger().debug("no cosignature now", other=name, reason=str(error))
        except Exception as error:  # noqa: BLE001 -- whatever one of them answers, the others are asked
            structlog.get_logger().warning("no cosignature now", other=name, reason=repr(error))
        self._alone_until[name] = time.monotonic() + RETRY_SECONDS
        return False


class Collector:
    """Asks ``witnesses``, by name, to cosign what the log publishes, and publishes the cosignatures as they come."""

    def __init__(self, publication: Publication, witnesses: Mapping[str, AddCheckpoint], listed: Listed) -> None:
        self._publication = publication
        self._witnesses = witnesses
        self._listed = listed
        self._round = _Round()
        self._sizes = dict.fromkeys(witnesses, 0)
        self._told: dict[str, Answer] = {}

    def run_once(self) -> int:
        """How many cosignatures came."""
        published = self._publication.note()
        if published is None:
            return 0
        return sum(
            self._round.ask(name, partial(self._ask, name, witness, published))
            for name, witness in self._witnesses.items()
        )

    def run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._publication.changed.clear()
            _try(self.run_once, stopping)
            self._publication.changed.wait(IDLE_SECONDS)

    def _ask(self, name: str, witness: AddCheckpoint, published: Note) -> bool:
        keys = [one.key.as_cosigner() for one in self._listed(name)]
        if any(key.made(signature) for key in keys for signature in published.signatures):
            return False
        request = self._publication.request(self._sizes[name])
        if request is None:
            return False
        status, answer = witness(request)
        if status == HTTPStatus.CONFLICT and int(answer) != self._sizes[name]:
            self._sizes[name] = int(answer)  # what it cosigned last; it is asked from there the next time
            return False
        if status != HTTPStatus.OK:
            self._say(name, status, answer)
            return False
        text = parse_request(request).note.text
        self._sizes[name] = checkpoint.parse(text).size
        return self._publication.add(text, note.parse_signatures(answer), keys)

    def _say(self, name: str, status: int, answer: str) -> None:
        """Once, though the witness is asked again every second."""
        if self._told.get(name) != (status, answer):
            self._told[name] = (status, answer)
            structlog.get_logger().warning("not cosigned", witness=name, status=int(status), reason=answer.strip())


class Puller:
    """Asks logs, by name, for their checkpoints, has its own witness cosign them, and hands the cosignatures back."""

    def __init__(self, witness: Witness, logs: Mapping[str, OfferCheckpoint], listed: Listed) -> None:
        self._witness = witness
        self._logs = logs
        self._listed = listed
        self._round = _Round()
        self._cosigned: dict[str, str] = {}

    def run_once(self) -> int:
        """How many checkpoints were cosigned."""
        return sum(self._round.ask(name, partial(self._pull, name, offer)) for name, offer in self._logs.items())

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(IDLE_SECONDS):
            _try(self.run_once, stopping)

    def _pull(self, name: str, offer: OfferCheckpoint) -> bool:
        listed = self._listed(name)
        if not listed:
            return False
        request = offer(self._witness.size_of(listed[0].key.name), "")
        if not request or self._cosigned.get(name) == (offered := parse_request(request).note.text):
            return False
        status, answer = self._witness.add_checkpoint(request)
        if status != HTTPStatus.OK:
            structlog.get_logger().warning("not cosigned", log=name, status=int(status), reason=answer.strip())
            return False
        offer(self._witness.size_of(listed[0].key.name), answer)
        self._cosigned[name] = offered
        return True


def _try(work: Callable[[], int], stopping: threading.Event) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001 -- whatever keeps a log from its cosignatures, the service goes on
        structlog.get_logger().warning("no cosignature now", reason=repr(error))
        stopping.wait(RETRY_SECONDS)
