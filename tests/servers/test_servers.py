"""The servers the other tests stand on keep their promises."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest
from amqp.exceptions import NotFound
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Producer
from sqlalchemy import make_url

from tests.servers.origin import Machine, find
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RABBITMQ, RabbitMQ

if TYPE_CHECKING:
    from pathlib import Path

DELIVERY_LIMIT = 2


def _postgresql(url: str) -> psycopg.Connection[tuple[object, ...]]:
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False))


def _queue(name: str) -> Queue:
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT}
    return Queue(name, durable=True, queue_arguments=arguments)


def _publish(url: str, queue: Queue, body: str) -> None:
    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        Producer(connection).publish(body, routing_key=queue.name, declare=[queue])


def _receive(queue: Queue) -> str | None:
    """The body of the next message, given back to the queue."""
    message = queue.get()
    if message is None:
        return None
    message.requeue()
    return str(message.payload)


def test_postgresql_writes_to_disk_before_it_answers_a_commit(database: str) -> None:
    with _postgresql(database) as connection:
        settings = [
            connection.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("fsync", "synchronous_commit", "server_encoding")
        ]
    assert settings == [("on",), ("on",), ("UTF8",)]


def test_postgresql_keeps_a_commit_through_a_kill(killable_postgresql: PostgreSQL) -> None:
    url = killable_postgresql.fresh_database("kill")
    with _postgresql(url) as connection:
        connection.execute("CREATE TABLE oath AS SELECT '标兵' AS word")
    killable_postgresql.kill()
    with pytest.raises(psycopg.OperationalError):
        _postgresql(url)
    killable_postgresql.start()
    with _postgresql(url) as connection:
        assert connection.execute("SELECT word FROM oath").fetchall() == [("标兵",)]
    killable_postgresql.drop_database("kill")


def test_fresh_databases_know_nothing_of_each_other(postgresql: PostgreSQL) -> None:
    one, two = [_postgresql(postgresql.fresh_database(name)) for name in ("one", "two")]
    with one:
        one.execute("CREATE TABLE only_here ()")
    with pytest.raises(psycopg.errors.UndefinedTable), two:
        two.execute("SELECT FROM only_here")
    for name in ("one", "two"):
        postgresql.drop_database(name)


def test_database_can_be_dropped_while_a_client_is_connected(postgresql: PostgreSQL) -> None:
    url = postgresql.fresh_database("busy")
    client = _postgresql(url)
    postgresql.drop_database("busy")
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
    client.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        _postgresql(url)


def test_dump_is_the_database_as_sql(postgresql: PostgreSQL, database: str, tmp_path: Path) -> None:
    with _postgresql(database) as connection:
        connection.execute("CREATE TABLE oath AS SELECT '云岭县' AS word")
    path = tmp_path / "dump.sql"
    postgresql.dump(str(make_url(database).database), path)
    text = path.read_text(encoding="utf-8")
    assert "CREATE TABLE public.oath" in text
    assert "\n云岭县\n" in text


def test_quorum_queue_drops_a_message_after_its_delivery_limit(vhost: str) -> None:
    queue = _queue("poison")
    _publish(vhost, queue, "毒")
    with Connection(vhost) as connection:
        bound = queue(connection.default_channel)
        deliveries = [_receive(bound) for _ in range(DELIVERY_LIMIT + 2)]
    assert deliveries == ["毒"] * (DELIVERY_LIMIT + 1) + [None]


def test_rabbitmq_keeps_a_confirmed_message_through_stop_and_kill(
    killable_rabbitmq: RabbitMQ,
) -> None:
    """Stopped in order first: RabbitMQ 3.10 writes its list of quorum queues only every half
    second, and one declared just before a kill never answers again (seen with 0.7 s, not 1.5 s).
    """
    url = killable_rabbitmq.create_vhost("kill")
    queue = _queue("kept")
    _publish(url, queue, "在")
    killable_rabbitmq.stop()
    with pytest.raises(OSError, match="refused"), Connection(url) as connection:
        connection.connect()
    killable_rabbitmq.start()
    _publish(url, queue, "还在")
    killable_rabbitmq.kill()
    killable_rabbitmq.start()
    with Connection(url) as connection:
        bound = queue(connection.default_channel)
        assert [str(message.payload) for message in (bound.get(), bound.get())] == ["在", "还在"]
    killable_rabbitmq.delete_vhost("kill")


def test_wipe_loses_every_queue_and_answers_at_the_same_urls(
    killable_rabbitmq: RabbitMQ,
) -> None:
    urls = [killable_rabbitmq.url, killable_rabbitmq.create_vhost("wipe")]
    for url in urls:
        _publish(url, _queue("lost"), "不在")
    killable_rabbitmq.wipe()
    for url in urls:
        with Connection(url) as connection, pytest.raises(NotFound, match="lost"):
            _queue("lost")(connection.default_channel).queue_declare(passive=True)
    killable_rabbitmq.delete_vhost("wipe")


def test_two_brokers_run_side_by_side(killable_rabbitmq: RabbitMQ) -> None:
    other = find(RABBITMQ, Machine.here().without(RABBITMQ.address_variable))
    try:
        other.start()
        _publish(other.url, _queue("here"), "一")
        with Connection(killable_rabbitmq.url) as connection, pytest.raises(NotFound):
            _queue("here")(connection.default_channel).queue_declare(passive=True)
    finally:
        other.close()


def test_servers_on_standard_ports_are_left_alone(killable_postgresql: PostgreSQL, killable_rabbitmq: RabbitMQ) -> None:
    ports = {make_url(killable_postgresql.url).port, urlsplit(killable_rabbitmq.url).port}
    assert ports.isdisjoint({5432, 5672})
