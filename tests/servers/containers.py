"""Servers in containers, through testcontainers, where a Docker API answers."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_HOST = "unix:///var/run/docker.sock"


def docker_answers(environ: Mapping[str, str]) -> bool:
    """Whether DOCKER_HOST, or else the standard socket, answers a ping."""
    host = environ.get("DOCKER_HOST", DEFAULT_HOST)
    if host.startswith("unix://") and not _somebody_listens(host.removeprefix("unix://")):
        return False
    try:
        with closing(DockerClient(timeout=5).client) as client:
            return bool(client.ping())
    except DockerException:
        return False


def _somebody_listens(path: str) -> bool:
    """Asked before Docker's library, which leaves its socket open when nobody does."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def missing_image(image: str) -> str | None:
    """Why `image` can be neither found nor pulled; None when it is there."""
    with closing(DockerClient().client) as client:
        try:
            client.images.get(image)
        except DockerException:
            try:
                client.images.pull(image)
            except DockerException as problem:
                return str(problem)
    return None


class Container:
    """One container with fixed host ports, so that it comes back where it was."""

    def __init__(self, image: str, *, ports: Mapping[int, int], environ: Mapping[str, str]) -> None:
        self._image = image
        self._ports = ports
        self._environ = environ
        self._container: DockerContainer | None = None

    def start(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().start()
            return
        container = DockerContainer(self._image).with_envs(**self._environ)
        for inside, outside in self._ports.items():
            container = container.with_bind_ports(inside, outside)
        self._container = container.start()

    @property
    def running(self) -> DockerContainer:
        assert self._container is not None, "container not started"
        return self._container

    @property
    def host(self) -> str:
        return self.running.get_container_host_ip()

    def stop(self, *, within: int) -> None:
        self.running.get_wrapped_container().stop(timeout=within)

    def kill(self) -> None:
        self.running.get_wrapped_container().kill()

    def discard(self) -> None:
        """Removes the container with its data; a later start makes a new one."""
        if self._container is not None:
            self._container.stop()
            self._container = None

    def tail(self) -> str:
        return b"".join(self.running.get_logs()).decode("utf-8", "replace")[-2000:]
