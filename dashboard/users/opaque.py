"""Opaque tokens, `prefix_id_secret`: shown once, kept as a hash, found by their id."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True)
class Opaque:
    """The two halves of a token: which record it names, and the proof."""

    id: UUID
    secret: str

    @classmethod
    def made(cls, id_: UUID) -> Self:
        return cls(id_, secrets.token_urlsafe(32))

    @classmethod
    def read(cls, prefix: str, token: str) -> Self | None:
        """What a text names, if it looks like one of ours at all."""
        kind, _, rest = token.partition("_")
        id_, _, secret = rest.partition("_")
        if kind != prefix or len(id_) != 32 or not (id_.isascii() and id_.isalnum()):
            return None
        try:
            return cls(UUID(id_), secret)
        except ValueError:
            return None

    @property
    def hash(self) -> str:
        """256 random bits need no slow hash."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def proves(self, kept_hash: str | None) -> bool:
        return kept_hash is not None and hmac.compare_digest(self.hash, kept_hash)

    def text(self, prefix: str) -> str:
        return f"{prefix}_{self.id.hex}_{self.secret}"
