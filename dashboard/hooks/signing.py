"""What a signed call is made of, after the Standard Webhooks specification."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.datastructures import Headers

PREFIX = "whsec_"
SECRET_BYTES = 32
WINDOW = timedelta(minutes=5)
"""How far the time in a call may be from ours, in either direction."""
LONGEST_ID = 120
LONGEST_TIME = 12
"""Digits."""


@dataclass(frozen=True)
class Letter:
    """A call as it came; what is malformed in it is empty, and fits no secret."""

    id: str
    sent: str
    """Seconds since 1970, as written."""
    signed: bytes
    signatures: tuple[bytes, ...]
    body: bytes
    is_plain: bool = False
    """Signed the simple way: with the secret as it is written, without an id."""

    def is_fresh(self, at: datetime) -> bool:
        known = self.sent.isascii() and self.sent.isdigit()
        if not known or len(self.sent) > LONGEST_TIME:
            return False
        return abs(at.timestamp() - int(self.sent)) <= WINDOW.total_seconds()

    def fits(self, secret: str) -> bool:
        """Whether one of its signatures was made with this secret."""
        key = secret.encode() if self.is_plain else key_of(secret)
        expected = hmac.digest(key, self.signed, hashlib.sha256)
        found = [hmac.compare_digest(expected, each) for each in self.signatures]
        return any(found) and bool(self.id)


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def letter_of(headers: Headers, body: bytes) -> Letter:
    if "X-Quorum-Signature" in headers and "webhook-signature" not in headers:
        return plain_letter(headers, body)
    id_, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = f"{id_}.{sent}.".encode() + body
    known = id_.isascii() and id_.isprintable() and len(id_) <= LONGEST_ID
    signatures = headers.get("webhook-signature", "").split()
    versions = [each.partition(",") for each in signatures]
    given = tuple(from_base64(text) for version, _, text in versions if version == "v1")
    return Letter(id_ if known else "", sent, signed, given, body)


def plain_letter(headers: Headers, body: bytes) -> Letter:
    """Its signature is its id: the same body in the same second is the same call."""
    sent = headers.get("X-Quorum-Timestamp", "")
    kind, _, text = headers["X-Quorum-Signature"].strip().lower().partition("=")
    given = from_hex(text) if kind == "sha256" else b""
    signed = f"{sent}.".encode() + body
    return Letter(f"sha256={given.hex()}", sent, signed, (given,), body, is_plain=True)


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
