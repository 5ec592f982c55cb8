"""Secrets at rest: sealed with DATA_KEYS, each for the record that holds it."""

import base64
import json
from collections.abc import Iterator
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from dashboard.database import Model

PURPOSE = b"quorum stored secrets, version 1"
KEY_BYTES = 32


class Unsealable(Exception):
    """None of DATA_KEYS opens this, or it was sealed for another place."""


def seal(secret: str, owner: Model) -> str:
    """The secret as it may be stored, of use in this record alone."""
    if owner.id is None:
        raise ValueError("Give the record its id first: a secret is sealed for it.")
    envelope = {"for": place_of(owner), "secret": secret}
    return keys().encrypt(json.dumps(envelope).encode()).decode()


def unseal(sealed: str, owner: Model) -> str:
    """What `seal` was given for this record; anything else is Unsealable."""
    try:
        envelope = json.loads(keys().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise Unsealable(
            f"None of DATA_KEYS opens the secret of {owner}. Put back the key it was "
            "sealed with, or set the secret anew."
        ) from error
    if envelope["for"] != place_of(owner):
        raise Unsealable(f"The secret of {owner} was sealed for another record.")
    secret: str = envelope["secret"]
    return secret


def resealed(sealed: str) -> str:
    """The same under the first of DATA_KEYS."""
    return keys().rotate(sealed.encode()).decode()


def place_of(owner: Model) -> str:
    """The record, and what else of it the secret belongs to, as its model says."""
    identity: UUID = owner.id
    place = f"{owner.__tablename__}/{identity}"
    beside = getattr(owner, "sealed_with", "")
    return f"{place} {beside}" if beside else place


def keys() -> MultiFernet:
    """The first key seals; each of them opens."""
    return MultiFernet(
        [Fernet(derived(key)) for key in current_app.config["DATA_KEYS"]]
    )


def derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))


def sealed_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column that holds something sealed: they say so by their names."""
    for mapper in Model.registry.mappers:
        for attribute in mapper.column_attrs:
            if attribute.key.startswith("sealed_"):
                yield mapper.class_, attribute.key
