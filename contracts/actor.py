"""Who acts: the roles, and the short-lived signed token the gateway hands to the services.

The token is an EdDSA JWT (RFC 7519, RFC 8037) for one audience; services check it themselves and decide what the
actor may do.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from contracts.errors import Forbidden

LIFETIME_SECONDS = 60
ISSUER = "biaobing-gateway"

class Role(Enum):
    """The value is the word on every page."""

    OFFICE = "办公室"
    UNIT = "单位"
    REVIEWER = "评委"
    LEADER = "领导小组"
    INSPECTOR = "检查员"
    AUDITOR = "审计"
    SYSTEM = "系统"

@dataclass(frozen=True, kw_only=True)
class Actor:
    """``subject_id`` is the unit, reviewer or inspector the account stands for."""

    account: str
    role: Role
    subject_id: UUID | None = None

class TokenSigner:
    """The gateway's side; holds the private key (JWK, RFC 7517)."""

    def __init__(self, key: str) -> None:
        self._key = OKPKey.import_key(key)

    def sign(self, actor: Actor, audience: str) -> str:
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": actor.account,
            "role": actor.role.value,
            "subject": str(actor.subject_id) if actor.subject_id else None,
            "exp": int(time.time()) + LIFETIME_SECONDS,
        }
        return jwt.encode({"alg": "EdDSA"}, claims, self._key, algorithms=["EdDSA"])

class TokenVerifier:
    """A service's side; holds the public key and its own name."""

    def __init__(self, key: str, audience: str) -> None:
        self._key = OKPKey.import_key(key)
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def actor(self, token: str) -> Actor:
        """The actor, or :class:`Forbidden` ``identity.token_invalid``."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=["EdDSA"])
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError):
            raise Forbidden("identity.token_invalid") from None
        claims = decoded.claims
        subject = UUID(claims["subject"]) if claims["subject"] else None
        return Actor(account=claims["sub"], role=Role(claims["role"]), subject_id=subject)

def new_key_pair() -> tuple[str, str]:
    """(private, public) JWK texts of a fresh Ed25519 key."""
    key = OKPKey.generate_key("Ed25519")
    return _text(key, private=True), _text(key, private=False)

def _text(key: OKPKey, *, private: bool) -> str:

    return json.dumps(key.as_dict(private=private))
