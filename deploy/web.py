"""The gateway as a process of its own: gunicorn with threads, to stand behind a TLS proxy."""

from __future__ import annotations

import threading
from typing import Any

from gunicorn.app.base import BaseApplication

from deploy import assembly
from deploy.running import running
from deploy.settings import Settings

THREADS = 16


class Gateway(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        chosen: dict[str, Any] = {
            "bind": f"{self._settings.http_host}:{self._settings.http_port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "keepalive": 65,
            "loglevel": "warning",
            "timeout": 60,
            "control_socket_disable": True,  # nobody steers it; the file system may be read-only
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker process. The loops end with it; they may be cut off anywhere."""
        app, notary, waiting = assembly.gateway(self._settings)
        for loop in (*notary.loops, waiting):
            threading.Thread(target=loop.run, args=[threading.Event()], daemon=True).start()
        return app


def serve(settings: Settings) -> None:
    with running(settings.data):
        Gateway(settings).run()
