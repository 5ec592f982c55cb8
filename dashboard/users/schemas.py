"""What a person and an API key are made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from dashboard.permissions import Permission, Role
from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.users.passwords import Password


def lowered(text: str) -> str:
    return text.lower()


Email = Annotated[
    Text,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"),
    AfterValidator(lowered),
]
Username = Annotated[
    Text,
    Field(min_length=2, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"),
    AfterValidator(lowered),
]
"""Without @, so that nobody's username is somebody else's email."""


class UserEdit(Schema):
    email: Email
    name: Text = Field(min_length=1, max_length=200)
    role: Role = Role.USER


class UserIn(UserEdit):
    """A new person; without a password they get one nobody knows."""

    username: Username
    password: Password | None = None


class UserChange(UserEdit):
    is_active: bool | None = Field(None, description="False deactivates: doors close.")


UserPatch = partial(UserChange)


class ResetIn(Schema):
    password: Password | None = None


class UserQuery(PageQuery):
    q: Text = Field("", max_length=100, description="Part of a name or email.")
    role: Role | None = None
    is_active: bool | None = None


class UserRow(Out):
    id: UUID
    name: str
    username: str
    email: str
    role: Role
    is_active: bool
    last_login_at: datetime | None
    created_at: datetime


class UserOut(UserRow):
    """A person, without anything secret."""


class UserCreated(UserOut):
    password: str | None = Field(
        None, description="Only if it was generated; it is shown this one time."
    )


class MeOut(UserOut):
    permissions: list[Permission]
    scopes: list[Permission] = Field(description="What this key or token may do.")


class KeyIn(Schema):
    name: Text = Field(min_length=1, max_length=100)
    scopes: list[Permission] = Field(min_length=1, max_length=len(Permission))
    days: int = Field(
        90, ge=0, le=366, description="Days until it expires; 0 means never."
    )


class KeyQuery(PageQuery):
    owner: UUID | None = None


class KeyRow(Out):
    id: UUID
    name: str
    last4: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyOut(KeyRow):
    user_id: UUID


class KeyCreated(KeyOut):
    secret: str = Field(description="The key itself; it is shown this one time.")
