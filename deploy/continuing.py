"""``biaobing log continue``: a log that lost signed events goes on under a new name (docs/adr/0004-proof.md)."""

from __future__ import annotations

from deploy import assembly
from deploy.by_hand import by_hand, open_log
from deploy.proving import LOGS, key_files, last_checkpoints, publication_folder
from deploy.running import StillRunning, alone
from deploy.settings import Settings
from eventlog.broker.amqp import AmqpBroker
from eventlog.continuation import CannotContinue, continue_log
from eventlog.log import EventLog
from eventlog.proof import checkpoint, note
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.checkpointer import Checkpointer, DoesNotExtend
from eventlog.proof.keys import KeyFiles
from eventlog.proof.last import SIGNED, LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.receiver import step_back
from eventlog.relay import BrokerUnavailable


def continue_after_loss(settings: Settings, name: str, reason: str) -> str:
    """The sentence to show. A call that was cut off is made again with the same reason.

    Raises :class:`CannotContinue`, also while the services run.
    """
    try:
        with alone(settings.data):
            return _continue(settings, name, reason)
    except StillRunning as error:
        raise CannotContinue("服务还在运行。请先停下全部服务再办：它们正在往这本日志里写。") from error


def _continue(settings: Settings, name: str, reason: str) -> str:
    if name not in LOGS:
        raise CannotContinue(f"没有名为“{name}”的日志。可以是：{'、'.join(LOGS)}。")
    keys, last = key_files(settings, name), last_checkpoints(settings, name)
    if not keys.listed():
        raise CannotContinue(f"日志 {name} 还没有密钥，没有签过校验点，不需要另起。")
    log = open_log(settings, name)
    publication = Publication(publication_folder(settings, name))
    _check_lost(log, keys, last, publication)
    _empty_queues(settings, name)
    origin = keys.signers()[0].key.name
    signed = last.read(SIGNED, origin)
    assert signed is not None, "a log of which nothing was signed extends that"
    previous: Checkpoint = checkpoint.parse(note.parse(signed.encode()).text)
    _, number = checkpoint.log_of(origin)
    told = continue_log(log, previous, number, reason, by_hand(reason))
    log.open()  # its read models are built again
    head = log.head()
    log.store.close()
    for other in assembly.SERVICES:
        if other != name:
            _step_back(settings, other, name, head.next_pub_seq)
    if publication.files.folder.exists():
        publication.files.folder.rename(publication.files.folder.with_name(f"{name}-{number}"))
    begun = f"{origin.removesuffix(f'/{number}')}/{number + 1}"
    keys.begin(begun, previous.size)
    last.close()
    return (
        f"日志 {name} 从此叫 {begun}：带来 {told.carried} 个事件，前一本签到 {previous.size} 个，"
        f"丢失 {previous.size - told.carried} 个。前一本的证明留在 {name}-{number}，请连同新的公钥交给审计。"
    )


def _empty_queues(settings: Settings, name: str) -> None:
    """What waits there bears numbers under which the log will say other things."""
    if settings.broker_url is None:
        return
    broker = AmqpBroker(settings.broker_url)
    try:
        for other in assembly.SERVICES:
            if other != name:
                broker.empty(name, other)
    except BrokerUnavailable as error:
        raise CannotContinue(f"RabbitMQ 里还有旧消息要清掉，却连不上：{error}。请先启动 RabbitMQ 再办。") from error


def _check_lost(log: EventLog, keys: KeyFiles, last: LastCheckpoints, publication: Publication) -> None:
    try:
        Checkpointer(log, keys, last, publication).run_once()
    except DoesNotExtend:
        return
    raise CannotContinue(f"日志 {log.source} 与签过的校验点相符，没有丢失事件，不需要另起。直接启动服务即可。")


def _step_back(settings: Settings, other: str, source: str, next_pub_seq: int) -> None:
    store = assembly.store(settings, other)
    step_back(store, source, next_pub_seq)
    store.close()
