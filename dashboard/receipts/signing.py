"""The instance's key, and what is signed with it; the public half checks it."""

import base64
import hashlib
from binascii import Error as NotBase64
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dashboard.receipts.spelling import (
    FORMAT,
    WHOLE,
    Document,
    canonical,
    digests_of,
    written,
)

PURPOSE = b"quorum receipt signing key, version 1"
LENGTH = 32
Jwk = dict[str, str]


class Unusable(ValueError):
    """This is no public key that could have signed a receipt; says why."""


def private_key(secret: str) -> Ed25519PrivateKey:
    """Made from AUDIT_KEY each time: there is no further secret to keep."""
    kdf = HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(kdf.derive(secret.encode()))


def public_jwk(key: Ed25519PrivateKey) -> Jwk:
    """The public half as RFC 8037 writes it."""
    raw = key.public_key().public_bytes_raw()
    return {
        "alg": "EdDSA",
        "crv": "Ed25519",
        "kid": key_id(raw),
        "kty": "OKP",
        "use": "sig",
        "x": encoded(raw),
    }


def key_set(key: Ed25519PrivateKey) -> dict[str, list[Jwk]]:
    return {"keys": [public_jwk(key)]}


def key_id(raw: bytes) -> str:
    return encoded(hashlib.sha256(raw).digest()[:16])


def sealed(
    receipt: Document, *, issuer: str, issued_at: datetime, key: Ed25519PrivateKey
) -> bytes:
    """The file: the receipt with its digests, signed."""
    document: Document = {
        "format": FORMAT,
        "issuer": issuer,
        "issued_at": issued_at.isoformat(),
        "key_id": key_id(key.public_key().public_bytes_raw()),
        WHOLE: receipt,
    }
    document["digests"] = digests_of(document)
    signature = key.sign(canonical(document).encode())
    return written({**document, "signature": encoded(signature)})


def is_signed(document: Document, key: Ed25519PublicKey) -> bool:
    """Whether the signature is by this key, over all the rest of the document."""
    signature = decoded(document["signature"])
    rest = {name: each for name, each in document.items() if name != "signature"}
    if signature is None:
        return False
    try:
        key.verify(signature, canonical(rest).encode())
    except InvalidSignature:
        return False
    return True


def read_key(jwk: Any) -> tuple[str, Ed25519PublicKey]:
    """A public key and its id, which is reckoned and not taken on trust."""
    if not isinstance(jwk, dict):
        raise Unusable("A key is a JSON object, as `flask audit key` prints it.")
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise Unusable("The key is not an Ed25519 key (kty OKP, crv Ed25519).")
    raw = decoded(jwk.get("x"))
    if raw is None or len(raw) != LENGTH:
        raise Unusable("The key's x is not the base64url of 32 bytes.")
    if jwk.get("kid", key_id(raw)) != key_id(raw):
        raise Unusable("The key's id (kid) does not belong to its x.")
    return key_id(raw), Ed25519PublicKey.from_public_bytes(raw)


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: Any) -> bytes | None:
    """The bytes, if this is the one spelling of them."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except NotBase64:
        return None
    return raw if encoded(raw) == text else None
