"""What a grant and a stored secret are made of, for browser and JSON alike."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from dashboard.grants.models import GrantKind, GrantState
from dashboard.schemas import Out, PageQuery, Schema, Text, no_nul

MOST_HOSTS = 20
PLACE = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]{1,253})(:[0-9]{1,5})?")
NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
LONGEST_SECRET = 4096


class HoldsFor(StrEnum):
    """Which versions of a bot a grant holds for."""

    VERSION = "version"
    BOT = "bot"


def place(host: str) -> str:
    """A host as it stands in a URL, with its port where that is not the usual one."""
    host = host.lower()
    if "*" in host:
        raise ValueError("Name each host; * is not possible.")
    if not PLACE.fullmatch(host):
        raise ValueError("Write a host such as api.example.org or api.example.org:8443")
    return host


def spelled(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("Use capital letters, digits and _, such as CRM_TOKEN.")
    return name


Host = Annotated[Text, StringConstraints(strip_whitespace=True), AfterValidator(place)]
SecretName = Annotated[Text, Field(max_length=64), AfterValidator(spelled)]
SecretText = Annotated[
    str, Field(min_length=6, max_length=LONGEST_SECRET), AfterValidator(no_nul)
]


class GrantIn(Schema):
    """What a bot shall be allowed, why, and who shall decide."""

    kind: GrantKind
    hosts: list[Host] = Field([], max_length=MOST_HOSTS)
    secret: Text = Field("", max_length=64)
    """The name of a stored secret."""
    holds_for: HoldsFor = HoldsFor.VERSION
    until: date | None = None
    """The last day on which it holds, in UTC."""
    why: Text = Field(min_length=3, max_length=2000)
    type_id: UUID

    @model_validator(mode="after")
    def names_one_thing(self) -> Self:
        self.hosts = list(dict.fromkeys(self.hosts))
        return self


class GrantAsk(GrantIn):
    bot_id: UUID


class RevokeIn(Schema):
    reason: Text = Field(min_length=3, max_length=500)


class GrantQuery(PageQuery):
    bot_id: UUID | None = None
    kind: GrantKind | None = None
    state: GrantState | None = None


class GrantOut(Out):
    id: UUID
    bot_id: UUID
    bot_name: str
    kind: GrantKind
    hosts: list[str]
    secret_name: str | None
    version: int | None
    workflow_id: UUID
    workflow_number: int
    state: GrantState
    granted_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    revoked_by_name: str | None
    revoke_reason: str


class AskedOut(Out):
    """The proposal on which a council decides."""

    id: UUID
    number: int
    title: str
    status: str


class SecretIn(Schema):
    name: SecretName
    description: Text = Field("", max_length=300)
    secret: SecretText


class SecretValueIn(Schema):
    secret: SecretText


class SecretQuery(PageQuery):
    q: Text = Field("", max_length=64)


class SecretOut(Out):
    """All that is ever told of a secret."""

    id: UUID
    name: str
    description: str
    created_by_name: str
    created_at: datetime
    changed_at: datetime
    granted_to: int
