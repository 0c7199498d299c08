"""What proves each log, put together for a process: its keys, the store of last checkpoints, its files, who cosigns.

Below the data directory: ``secrets/LOG.note``, ``keys/LOG.vkey``, ``last-checkpoints/LOG.sqlite3``, ``proof/LOG``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contracts.actor import GATEWAY
from deploy.keys import SIGNERS
from deploy.settings import BadSettings, Settings
from eventlog.hosting.calls import RemoteCalls, RemoteNotary
from eventlog.log import EventLog
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.cosigning import Collector, Puller
from eventlog.proof.keys import KeyFiles, ListedKey
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.notary import Notary
from eventlog.proof.publication import Publication
from eventlog.proof.witness import Witness

LOGS = SIGNERS
"""Every log has a name of its own, the one its service signs tokens with."""


def key_files(settings: Settings, log: str) -> KeyFiles:
    return KeyFiles(settings.data, log)


def last_checkpoints(settings: Settings, log: str) -> LastCheckpoints:
    return LastCheckpoints(settings.data / "last-checkpoints" / f"{log}.sqlite3")


def publication_folder(settings: Settings, log: str) -> Path:
    return settings.data / "proof" / log


def notary(settings: Settings, calls: RemoteCalls, log: EventLog) -> Notary:
    """Of the log of this process. The gateway cannot be called, so it asks for what it is to cosign."""
    keys = _keys(settings, log.source)
    last = last_checkpoints(settings, log.source)
    publication = Publication(publication_folder(settings, log.source))
    others = [name for name in LOGS if name != log.source]
    services = {name: RemoteNotary(calls, name) for name in others if name != GATEWAY}

    def listed(name: str) -> Sequence[ListedKey]:
        return key_files(settings, name).listed()

    def known(origin: str) -> Sequence[ListedKey]:
        return [one for name in others for one in listed(name) if one.key.name == origin]

    witness = Witness(keys, last, known)
    asked = {name: service.add_checkpoint for name, service in services.items()}
    askers: list[Collector | Puller] = [Collector(publication, asked, listed)]
    if log.source == GATEWAY:
        askers.append(Puller(witness, {name: one.offer_checkpoint for name, one in services.items()}, listed))
    return Notary(
        publication=publication,
        witness=witness,
        listed=listed,
        others=others,
        checkpointer=Checkpointer(log, keys, last, publication),
        askers=askers,
    )


def _keys(settings: Settings, log: str) -> KeyFiles:
    keys = key_files(settings, log)
    keys.make(f"{settings.origin}/{log}")
    origin = keys.signers()[0].key.name
    if not f"{origin}/".startswith(f"{settings.origin}/{log}/"):
        raise BadSettings(
            f"日志 {log} 第一次启动时定名为 {origin}，与 BIAOBING_ORIGIN={settings.origin} 不符。请把它改回原来的值。"
        )
    return keys
