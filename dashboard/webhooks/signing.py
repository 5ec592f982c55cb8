"""Signatures as the Standard Webhooks specification has them, version 1."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
SECRET_BYTES = 32
SHORTEST_KEY = 24
"""Bytes; the specification asks for no fewer."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class Unusable(ValueError):
    """No key can be made of this secret; the text says what it must be."""


def key_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise Unusable("A secret is whsec_ and base64 after it.") from error
    if len(key) < SHORTEST_KEY:
        raise Unusable(f"A secret holds {SHORTEST_KEY} bytes or more.")
    return key


def headers_for(
    secret: str, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """What a receiver needs to know whose message it is, and that it is a new one."""
    key = key_of(secret)
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
