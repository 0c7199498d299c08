"""A real RabbitMQ for tests, with its management API for making virtual hosts."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from kombu.connection import Connection

from tests.servers.containers import Container
from tests.servers.origin import Product, ServerMissing, Way
from tests.servers.processes import Child, free_port
from tests.waiting import until

USER = "biaobing"
ADMIN_VARIABLE = "BIAOBING_TEST_BROKER_ADMIN_URL"
# A first start takes 7 s on two idle cores.
START_WITHIN = 120
STOP_WITHIN = 60


class RabbitMQ(ABC):
    """A broker whose virtual hosts we may create and delete."""

    origin: str
    url: str
    admin_url: str

    def __init__(self) -> None:
        self._vhosts: set[str] = set()

    @abstractmethod
    def start(self) -> None:
        """Returns when it answers; also after stop() and kill(), with the same data and ports."""

    @abstractmethod
    def stop(self) -> None:
        """Ends it in order."""

    @abstractmethod
    def kill(self) -> None:
        """SIGKILL for the whole node."""

    @abstractmethod
    def close(self) -> None:
        """Ends it and deletes its data."""

    @abstractmethod
    def _erase(self) -> None:
        """Deletes every byte the killed node has written."""

    def wipe(self) -> None:
        """Kills the node, deletes all it knew, and starts an empty one at the same addresses.

        The virtual hosts we made are there again, empty, as an operator's definitions would
        bring them back; queues, exchanges and messages are gone.
        """
        self.kill()
        self._erase()
        self.start()
        for name in self._vhosts:
            self._administer("PUT", f"vhosts/{name}")

    def create_vhost(self, name: str) -> str:
        """URL of an empty virtual host."""
        self._administer("PUT", f"vhosts/{name}")
        self._vhosts.add(name)
        parts = urlsplit(self.url)
        return parts._replace(path=f"/{quote(name, safe='')}").geturl()

    def delete_vhost(self, name: str) -> None:
        self._vhosts.discard(name)
        self._administer("DELETE", f"vhosts/{name}")

    def describe(self) -> str:
        version = self._administer("GET", "overview").json()["rabbitmq_version"]
        return f"RabbitMQ {version} ← {self.origin}，端口 {urlsplit(self.url).port}"

    def _administer(self, method: str, resource: str) -> requests.Response:
        answer = requests.request(
            method, f"{self.admin_url}/api/{resource}", timeout=30, json={} if method == "PUT" else None
        )
        answer.raise_for_status()
        return answer

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.connect()
            self._administer("GET", "overview")
        except (OSError, requests.RequestException):
            return False
        return True


class AddressedRabbitMQ(RabbitMQ):
    """Somebody's broker, named in the environment: used, never stopped or wiped.

    Its management API is expected on port 15672 with the same account, or where
    BIAOBING_TEST_BROKER_ADMIN_URL says.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.url = address
        parts = urlsplit(address)
        account = parts.netloc.rpartition("@")[0] or "guest:guest"
        standard = f"http://{account}@{parts.hostname}:15672"
        self.admin_url = os.environ.get(ADMIN_VARIABLE, standard).rstrip("/")
        self.origin = f"BIAOBING_TEST_BROKER_URL，主机 {parts.hostname}"

    def start(self) -> None:
        try:
            until(self._answers, within=START_WITHIN, what="RabbitMQ 及其管理接口应答")
        except TimeoutError as late:
            message = (
                f"{self.origin}：没有应答。请确认地址正确，并已启用管理插件"
                f"（rabbitmq-plugins enable rabbitmq_management）；"
                f"管理接口不在 15672 端口时，设置 {ADMIN_VARIABLE}=http://用户:口令@主机:端口。"
            )
            raise ServerMissing(message) from late

    def stop(self) -> None:
        self._refuse()

    def kill(self) -> None:
        self._refuse()

    def close(self) -> None:
        """Nothing to delete: virtual hosts are deleted one by one."""

    def _erase(self) -> None:
        self._refuse()

    def _refuse(self) -> None:
        message = f"{self.origin}：不是测试自己启动的服务器，不能停止或清空它"
        raise PermissionError(message)


class ContainerRabbitMQ(RabbitMQ):
    """The image must have the management plugin and understand RABBITMQ_DEFAULT_USER and _PASS."""

    def __init__(self, image: str) -> None:
        super().__init__()
        self._account = f"{USER}:{secrets.token_hex(16)}"
        self._port, self._admin_port = free_port(), free_port()
        self.origin = f"Docker 镜像 {image}"
        user, password = self._account.split(":")
        self._container = Container(
            image,
            ports={5672: self._port, 15672: self._admin_port},
            environ={"RABBITMQ_DEFAULT_USER": user, "RABBITMQ_DEFAULT_PASS": password},
        )

    def start(self) -> None:
        self._container.start()
        host = self._container.host
        self.url = f"amqp://{self._account}@{host}:{self._port}//"
        self.admin_url = f"http://{self._account}@{host}:{self._admin_port}"
        until(self._answers, within=START_WITHIN, what="容器里的 RabbitMQ 应答")

    def stop(self) -> None:
        self._container.stop(within=STOP_WITHIN)

    def kill(self) -> None:
        self._container.kill()

    def close(self) -> None:
        self._container.discard()

    def _erase(self) -> None:
        self._container.discard()


class LocalRabbitMQ(RabbitMQ):
    """A node of our own: its own name server (epmd), cookie, data and ports, all on loopback."""

    def __init__(self, programs: Path, origin: Way) -> None:
        super().__init__()
        self.origin = f"{origin.value} {programs}"
        self._programs = programs
        self._home = Path(tempfile.mkdtemp(prefix="biaobing-rabbitmq-"))
        self._password = secrets.token_hex(16)
        self._port, self._admin_port, self._names_port, self._node_port = _free_ports(4)
        self.url = f"amqp://{USER}:{self._password}@127.0.0.1:{self._port}//"
        self.admin_url = f"http://{USER}:{self._password}@127.0.0.1:{self._admin_port}"
        self._names: Child | None = None
        self._node: Child | None = None
        self._write_settings()

    def _write_settings(self) -> None:
        settings = {
            "listeners.tcp.default": f"127.0.0.1:{self._port}",
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": str(self._admin_port),
            "default_user": USER,
            "default_pass": self._password,
            "disk_free_limit.absolute": "50MB",
            "vm_memory_high_watermark.absolute": "512MB",
            "raft.wal_max_size_bytes": "67108864",  # kept in memory; as much as the watermark by default
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        (self._home / "rabbitmq.conf").write_text("".join(lines), encoding="ascii")
        (self._home / "enabled_plugins").write_text("[rabbitmq_management].\n", encoding="ascii")
        cookie = self._home / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16), encoding="ascii")
        cookie.chmod(0o400)

    def _environ(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("RABBITMQ_", "ERL_"))}
        return inherited | {
            "HOME": str(self._home),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._names_port),
            "RABBITMQ_NODENAME": "biaobing@localhost",
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_BASE": str(self._home),
            "RABBITMQ_MNESIA_BASE": str(self._home / "data"),
            "RABBITMQ_LOG_BASE": str(self._home / "log"),
            "RABBITMQ_CONFIG_FILE": str(self._home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._home / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self._home / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._home / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def start(self) -> None:
        environ = self._environ()
        if self._names is None or self._names.has_ended():
            # Left to itself the node would start a daemon that outlives it.
            self._names = Child(["epmd"], log=self._home / "epmd.log", environ=environ)
        self._node = node = Child([self._programs / "rabbitmq-server"], log=self._home / "node.log", environ=environ)
        until(
            lambda: node.has_ended() or self._answers(),
            within=START_WITHIN,
            what="RabbitMQ 应答",
        )
        if node.has_ended():
            message = f"RabbitMQ 没有启动成功（{self.origin}）：{node.tail()}"
            raise RuntimeError(message)

    def stop(self) -> None:
        if self._node is not None:
            self._node.end(within=STOP_WITHIN)

    def kill(self) -> None:
        if self._node is not None:
            self._node.kill()

    def close(self) -> None:
        self.kill()
        if self._names is not None:
            self._names.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _erase(self) -> None:
        shutil.rmtree(self._home / "data")


def _free_ports(count: int) -> list[int]:
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return sorted(ports)


RABBITMQ: Product[RabbitMQ] = Product(
    name="RabbitMQ",
    address_variable="BIAOBING_TEST_BROKER_URL",
    address_example="amqp://用户:口令@主机:5672//",
    image_variable="BIAOBING_TEST_RABBITMQ_IMAGE",
    image="rabbitmq:4.2-management",
    programs=["rabbitmq-server", "rabbitmqctl"],
    packages=["rabbitmq-server"],
    addressed=AddressedRabbitMQ,
    contained=ContainerRabbitMQ,
    local=LocalRabbitMQ,
)
