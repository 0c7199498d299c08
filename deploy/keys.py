"""Keys of the actor tokens: made at the first start, private parts readable by the owner alone."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contracts.actor import GATEWAY, new_key_pair

SIGNERS = (GATEWAY, "nomination", "review", "publicity", "inspection")


@dataclass(frozen=True)
class Keys:
    """``public`` holds every signer's public JWK; a process reads only its own private one."""

    folder: Path
    public: dict[str, str]

    def private(self, signer: str) -> str:
        return (self.folder / f"{signer}.jwk").read_text("utf-8")


def open_keys(data: Path) -> Keys:
    """The keys under ``data``, made now where they are missing; safe when several processes start together."""
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for signer in SIGNERS:
        if not (folder / f"{signer}.pub").exists():
            _make(folder, signer)
    return Keys(folder, {signer: (folder / f"{signer}.pub").read_text("utf-8") for signer in SIGNERS})


def _make(folder: Path, signer: str) -> None:
    private, _ = new_key_pair()
    part = folder / f".{signer}.jwk.{os.getpid()}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(private)
    with suppress(FileExistsError):  # another process was faster; its key stands
        os.link(part, folder / f"{signer}.jwk")
    part.unlink()
    public = _public_of(folder / f"{signer}.jwk")
    part = folder / f".{signer}.pub.{os.getpid()}"
    part.write_text(public, "utf-8")
    part.replace(folder / f"{signer}.pub")


def _public_of(path: Path) -> str:
    return json.dumps({name: value for name, value in json.loads(path.read_text("utf-8")).items() if name != "d"})
