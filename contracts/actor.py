"""Who acts: the roles, and the short-lived signed token the gateway hands to the services.

The token is a JWT (RFC 7519) signed with Ed25519 (RFC 9864) for one audience; services check it themselves and decide
what the actor may do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from contracts.errors import Forbidden

LIFETIME_SECONDS = 60
GATEWAY = "gateway"


class Role(Enum):
    """The value is the word on every page."""

    OFFICE = "办公室"
    UNIT = "单位"
    REVIEWER = "评委"
    LEADER = "领导小组"
    INSPECTOR = "检查员"
    AUDITOR = "审计"
    SYSTEM = "系统"


FOR_SOMEBODY = frozenset({Role.UNIT, Role.REVIEWER, Role.INSPECTOR})
"""Roles whose account stands for one unit, reviewer or inspector, and sees only what is theirs."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """``subject_id`` is the unit, reviewer or inspector the account stands for."""

    account: str
    role: Role
    subject_id: UUID | None = None


class TokenSigner:
    """``issuer`` is the gateway, or a service that asks another one for itself; ``key`` its private JWK (RFC 7517)."""

    def __init__(self, issuer: str, key: str) -> None:
        self._issuer = issuer
        self._key = OKPKey.import_key(json.loads(key))

    def sign(self, actor: Actor, audience: str) -> str:
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "sub": actor.account,
            "role": actor.role.value,
            "subject": str(actor.subject_id) if actor.subject_id else None,
            "exp": int(time.time()) + LIFETIME_SECONDS,
        }
        header = {"alg": "Ed25519", "kid": self._issuer}
        return jwt.encode(header, claims, self._key, algorithms=["Ed25519"])


class TokenVerifier:
    """A service's side: ``public_key`` finds an issuer's public JWK, if there is one, ``audience`` is the service's own
    name.

    Issuers are looked up when their first token comes: processes start in any order.
    """

    def __init__(self, public_key: Callable[[str], str | None], audience: str) -> None:
        self._public_key = public_key
        self._keys: dict[str, OKPKey] = {}
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def actor(self, token: str) -> Actor:
        """The actor, or :class:`Forbidden` ``identity.token_invalid``."""
        try:
            issuer = str(jws.extract_compact(token.encode()).headers()["kid"])
            claims = jwt.decode(token, self._key_of(issuer), algorithms=["Ed25519"]).claims
            self._claims.validate(claims)
            subject = UUID(claims["subject"]) if claims["subject"] else None
            actor = Actor(account=claims["sub"], role=Role(claims["role"]), subject_id=subject)
        except (JoseError, ValueError, KeyError):
            raise Forbidden("identity.token_invalid") from None
        # A service may ask for itself; only the gateway may say that a person acts.
        if claims["iss"] != issuer or (issuer != GATEWAY and actor.role is not Role.SYSTEM):
            raise Forbidden("identity.token_invalid")
        return actor

    def _key_of(self, issuer: str) -> OKPKey:
        if issuer not in self._keys:
            found = self._public_key(issuer)
            if found is None:
                raise KeyError(issuer)
            self._keys[issuer] = OKPKey.import_key(json.loads(found))
        return self._keys[issuer]


def new_key_pair() -> tuple[str, str]:
    """(private, public) JWK texts of a fresh Ed25519 key."""
    key = OKPKey.generate_key("Ed25519")
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))
