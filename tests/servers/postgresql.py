"""A real PostgreSQL for tests."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.servers.containers import Container
from tests.servers.origin import Machine, Product, ServerMissing, Way
from tests.servers.processes import Child, free_port
from tests.waiting import until

USER = "biaobing"
# What a test waits for a first start at most, on a busy machine with two cores.
START_WITHIN = 90
STOP_WITHIN = 30


class PostgreSQL(ABC):
    """A server whose databases we may create and drop."""

    origin: str
    address: URL

    @property
    def url(self) -> str:
        """Without a database: `postgresql+psycopg://user:password@host:port`."""
        return self.address._replace(database=None).render_as_string(hide_password=False)

    @abstractmethod
    def start(self) -> None:
        """Returns when it answers; also after stop() and kill(), with the same data and port."""

    @abstractmethod
    def stop(self) -> None:
        """Ends it in order."""

    @abstractmethod
    def kill(self) -> None:
        """SIGKILL: no checkpoint, no goodbye to its clients."""

    @abstractmethod
    def close(self) -> None:
        """Ends it and deletes its data."""

    @abstractmethod
    def dump(self, database: str, path: Path) -> None:
        """Writes the database as SQL text (pg_dump, plain format) to `path`."""

    def describe(self) -> str:
        with self._connect() as connection:
            version = connection.execute("SHOW server_version").fetchone()
        assert version is not None
        number = version[0].split()[0]
        return f"PostgreSQL {number} ← {self.origin}，端口 {self.address.port}"

    def fresh_database(self, name: str) -> str:
        """An empty database; its sorting is by code point, as SQLite's is. Returns its URL."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        with self._connect() as connection:
            connection.execute(command.format(sql.Identifier(name)))
        return self.address.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        """Also while clients are connected to it."""
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self._connect() as connection:
            connection.execute(command.format(sql.Identifier(name)))

    def _connect(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.connect(
            host=self.address.host,
            port=self.address.port,
            user=self.address.username,
            password=self.address.password,
            dbname=self.address.database or "postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _dump_with(self, program: Path, database: str, path: Path) -> None:
        source = self.address.set(drivername="postgresql", database=database)._replace(password=None)
        subprocess.run(
            [program, "--file", path, "--dbname", source.render_as_string()],
            env={**os.environ, "PGPASSWORD": str(self.address.password)},
            check=True,
        )


class AddressedPostgreSQL(PostgreSQL):
    """Somebody's server, named in the environment: used, never stopped."""

    def __init__(self, address: str) -> None:
        self.address = make_url(address).set(drivername="postgresql+psycopg")
        self.origin = f"BIAOBING_TEST_DATABASE_URL，主机 {self.address.host}"

    def start(self) -> None:
        until(self._answers, within=START_WITHIN, what=f"PostgreSQL 应答（{self.origin}）")

    def stop(self) -> None:
        self._refuse()

    def kill(self) -> None:
        self._refuse()

    def close(self) -> None:
        """Nothing to delete: fresh databases are dropped one by one."""

    def _refuse(self) -> None:
        message = f"{self.origin}：不是测试自己启动的服务器，不能停止它"
        raise PermissionError(message)

    def dump(self, database: str, path: Path) -> None:
        folder = Machine.here().folder_with(["pg_dump"])
        if folder is None:
            message = "导出数据库需要 pg_dump，请先安装：sudo apt-get install postgresql-client"
            raise ServerMissing(message)
        self._dump_with(folder / "pg_dump", database, path)


class ContainerPostgreSQL(PostgreSQL):
    def __init__(self, image: str) -> None:
        password = secrets.token_hex(16)
        port = free_port()
        self.origin = f"Docker 镜像 {image}"
        self._container = Container(
            image,
            ports={5432: port},
            environ={"POSTGRES_USER": USER, "POSTGRES_PASSWORD": password},
        )
        self.address = URL.create("postgresql+psycopg", USER, password, port=port)

    def start(self) -> None:
        self._container.start()
        self.address = self.address.set(host=self._container.host)
        # The image's own set-up phase listens on no TCP port, so an answer means ready.
        until(self._answers, within=START_WITHIN, what="容器里的 PostgreSQL 应答")

    def stop(self) -> None:
        self._container.stop(within=STOP_WITHIN)

    def kill(self) -> None:
        self._container.kill()

    def close(self) -> None:
        self._container.discard()

    def dump(self, database: str, path: Path) -> None:
        answer = self._container.running.exec(["pg_dump", "--username", USER, database])
        if answer.exit_code != 0:
            raise RuntimeError(answer.output.decode("utf-8", "replace"))
        path.write_bytes(answer.output)


class LocalPostgreSQL(PostgreSQL):
    """Our own child process with its own data directory, on a free loopback port.

    PostgreSQL refuses to run as root; then it runs as Debian's user `postgres`.
    """

    def __init__(self, programs: Path, origin: Way) -> None:
        self.origin = f"{origin.value} {programs}"
        self._programs = programs
        self._user = "postgres" if os.geteuid() == 0 else None
        self._home = Path(tempfile.mkdtemp(prefix="biaobing-postgresql-"))
        self._server: Child | None = None
        self.address = URL.create("postgresql+psycopg", USER, secrets.token_hex(16), "127.0.0.1", free_port())

    def start(self) -> None:
        data = self._home / "data"
        if not data.exists():
            self._initialise(data)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.address.port),
            "unix_socket_directories": "",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        self._server = server = self._run("postgres", "-D", data, *options)
        until(
            lambda: server.has_ended() or self._answers(),
            within=START_WITHIN,
            what="PostgreSQL 应答",
        )
        if server.has_ended():
            message = f"PostgreSQL 没有启动成功（{self.origin}）：{server.tail()}"
            raise RuntimeError(message)

    def _initialise(self, data: Path) -> None:
        password = self._home / "password"
        password.write_text(str(self.address.password), encoding="ascii")
        if self._user:
            shutil.chown(self._home, self._user)
            shutil.chown(password, self._user)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale"]
        initdb = self._run("initdb", "-D", data, "-U", USER, f"--pwfile={password}", *options)
        if initdb.process.wait(START_WITHIN) != 0:
            message = f"initdb 失败：{initdb.tail()}"
            raise RuntimeError(message)

    def _run(self, program: str, *arguments: str | Path) -> Child:
        # PostgreSQL takes settings from PG* variables of whoever runs the tests.
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return Child(
            [self._programs / program, *arguments],
            log=self._home / f"{program}.log",
            environ=environ,
            user=self._user,
            # PostgreSQL's fast shutdown; SIGTERM would wait for the clients.
            request=signal.SIGINT,
        )

    def stop(self) -> None:
        if self._server is not None:
            self._server.end(within=STOP_WITHIN)

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def dump(self, database: str, path: Path) -> None:
        self._dump_with(self._programs / "pg_dump", database, path)


POSTGRESQL: Product[PostgreSQL] = Product(
    name="PostgreSQL",
    address_variable="BIAOBING_TEST_DATABASE_URL",
    address_example="postgresql://用户:口令@主机:5432/postgres",
    image_variable="BIAOBING_TEST_POSTGRESQL_IMAGE",
    image="postgres:17",
    programs=["postgres", "initdb", "pg_dump"],
    packages=["postgresql"],
    addressed=AddressedPostgreSQL,
    contained=ContainerPostgreSQL,
    local=LocalPostgreSQL,
)
