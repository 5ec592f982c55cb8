"""What a hook is made of, for browser and JSON alike."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from dashboard.schemas import Out, PageQuery, Schema, Text


class HookIn(Schema):
    name: Text = Field(min_length=2, max_length=80)


class HookOfBotIn(HookIn):
    bot_id: UUID


class HookSwitch(Schema):
    is_on: bool


class HookQuery(PageQuery):
    bot_id: UUID | None = None


class HookOut(Out):
    id: UUID
    bot_id: UUID
    bot_name: str
    owner_id: UUID
    owner_name: str
    name: str
    is_on: bool
    last_called_at: datetime | None
    refusals: int
    refusal: str
    refused_at: datetime | None
    created_at: datetime
    revoked_at: datetime | None


class NewSecret(Out):
    """Shown this once."""

    id: UUID
    url: str
    secret: str


class CallOut(Out):
    id: UUID
    message_id: str
    run_id: UUID | None
    received_at: datetime
