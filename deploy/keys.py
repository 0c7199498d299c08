"""Keys of the actor tokens: each process makes its own at its first start, in ``secrets/SIGNER.jwk``, and shows the
public part to the others, in ``keys/SIGNER.pub``.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from contracts.actor import GATEWAY, new_key_pair

SIGNERS = (GATEWAY, "nomination", "review", "publicity", "inspection")


def own_key(data: Path, signer: str) -> str:
    """The signer's private JWK, made now where it is missing; safe when two of its processes start together."""
    secret, shown = data / "secrets" / f"{signer}.jwk", _shown(data, signer)
    if not secret.exists():
        _make(secret)
    private = secret.read_text("utf-8")
    if not shown.exists():
        shown.parent.mkdir(parents=True, exist_ok=True)
        part = shown.with_name(f".{shown.name}.{os.getpid()}")
        part.write_text(_public_of(private), "utf-8")
        part.replace(shown)
    return private


def public_key(data: Path, signer: str) -> str | None:
    """The signer's public JWK; None before its first start, and for whoever is no signer."""
    if signer not in SIGNERS:
        return None
    try:
        return _shown(data, signer).read_text("utf-8")
    except FileNotFoundError:
        return None


def _shown(data: Path, signer: str) -> Path:
    return data / "keys" / f"{signer}.pub"


def _make(secret: Path) -> None:
    secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, _ = new_key_pair()
    part = secret.with_name(f".{secret.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(private)
    with suppress(FileExistsError):  # another process was faster; its key stands
        os.link(part, secret)
    part.unlink()


def _public_of(private: str) -> str:
    return json.dumps({name: value for name, value in json.loads(private).items() if name != "d"})
