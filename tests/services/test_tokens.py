"""The token a service takes an actor from: whatever was changed of it, it is refused."""

from __future__ import annotations

import base64
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, TokenVerifier, new_key_pair
from contracts.errors import Forbidden
from tests.services.sample import unit

GATEWAY_KEYS, REVIEW_KEYS, FOREIGN_KEYS = new_key_pair(), new_key_pair(), new_key_pair()
VERIFIER = TokenVerifier({GATEWAY: GATEWAY_KEYS[1], "review": REVIEW_KEYS[1]}.get, "nomination")
GOOD_CLAIMS = {"iss": GATEWAY, "aud": "nomination", "sub": "office", "role": "办公室", "subject": None}


def _token(key: str = GATEWAY_KEYS[0], kid: object = GATEWAY, **changes: object) -> str:
    claims = GOOD_CLAIMS | {"exp": int(time.time()) + 60} | changes
    header = {"alg": "Ed25519", "kid": kid}
    return jwt.encode(header, claims, OKPKey.import_key(json.loads(key)), algorithms=["Ed25519"])


def _header(**attributes: object) -> str:
    return base64.urlsafe_b64encode(json.dumps({"alg": "Ed25519", **attributes}).encode()).decode().rstrip("=")


def _flipped(token: str, part: int) -> str:
    parts = token.split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1 :]
    return ".".join(parts)


def test_a_token_names_account_role_and_subject() -> None:
    actor = Actor(account="unit 1", role=Role.UNIT, subject_id=unit(1))
    assert VERIFIER.actor(TokenSigner(GATEWAY, GATEWAY_KEYS[0]).sign(actor, "nomination")) == actor


@pytest.mark.parametrize(
    "token",
    [
        _flipped(_token(), 0),
        _flipped(_token(), 1),
        _flipped(_token(), 2),
        _token(FOREIGN_KEYS[0]),
        _token(aud="review"),
        _token(exp=int(time.time()) - 61),
        _token(iss="review"),
        _token(role="县长"),
        _token(subject="somebody"),
        _token(kid="stranger"),
        _token(kid="review"),
        _token().replace(_token().split(".")[0], _header(kid=[GATEWAY])),
        _token(REVIEW_KEYS[0], "review", iss="review"),
        _token(REVIEW_KEYS[0], "review", iss=GATEWAY, role="系统"),
        _token().rpartition(".")[0] + ".",
        "eyJhbGciOiJub25lIn0." + _token().split(".")[1] + ".",
        "not a token",
    ],
    ids=[
        "header", "claims", "signature", "foreign key", "other audience", "expired", "other issuer", "unknown role",
        "subject no id", "unknown kid", "other's kid", "kid no text", "a service for a person",
        "a service as the gateway", "no signature", "alg none", "no token",
    ],
)  # fmt: skip
def test_a_token_tampered_with_is_refused(token: str) -> None:
    with pytest.raises(Forbidden, match=r"identity\.token_invalid"):
        VERIFIER.actor(token)


def test_a_service_may_ask_for_itself() -> None:
    token = _token(REVIEW_KEYS[0], "review", iss="review", role="系统")
    assert VERIFIER.actor(token) == Actor(account="office", role=Role.SYSTEM)
