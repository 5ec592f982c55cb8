"""What a chat is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from dashboard.bots.schemas import storable
from dashboard.chat.models import Mode, Speaker
from dashboard.schemas import Out, PageQuery, Schema, Text

LONGEST = 8000
"""Characters of one message."""

Inputs = Annotated[dict[str, Any], AfterValidator(storable)]


class MessageIn(Schema):
    """One thing to say, and what shall be done with it."""

    mode: Mode = Mode.CHAT
    text: Text = Field("", max_length=LONGEST)
    type_id: UUID | None = None
    inputs: Inputs = Field(default_factory=dict)
    ai_model_id: UUID | None = None
    open: bool = False
    """Of execute: put it to the vote at once."""
    project_id: UUID | None = None
    task_id: UUID | None = None
    """What the chat is about, said when it begins; a task brings its project along."""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.mode in {Mode.CHAT, Mode.SUGGEST} and not self.text:
            raise ValueError("Write something first.")
        if self.mode in {Mode.CONFIRM, Mode.EXECUTE} and self.type_id is None:
            raise ValueError("Choose the type of work it is about.")
        return self


class TitleIn(Schema):
    title: Text = Field(min_length=1, max_length=120)


class AboutIn(Schema):
    """What a chat is about, as people write it."""

    project_id: UUID | None = None
    task: Text = Field("", max_length=40)


class ChatEdit(Schema):
    """What shall be another; another project lets go of the task before."""

    title: Text = Field(default_factory=str, min_length=1, max_length=120)
    project_id: UUID | None = None
    task_id: UUID | None = None


class ChatQuery(PageQuery):
    q: Text = Field("", max_length=80)
    project_id: UUID | None = None
    task_id: UUID | None = None
    archived: bool = False


class AfterQuery(Schema):
    after: int = Field(0, ge=0, le=10**9)
    """So many characters of the answer are known already."""


class ChatRow(Out):
    id: UUID
    title: str
    workflow_id: UUID | None
    project_id: UUID | None
    task_id: UUID | None
    messages: int
    created_at: datetime
    archived_at: datetime | None


class MessageOut(Out):
    id: UUID
    number: int
    speaker: Speaker
    mode: Mode
    text: str
    outcome: dict[str, Any] | None
    call_id: UUID | None
    is_live: bool
    at: datetime


class ChatOut(Out):
    id: UUID
    title: str
    workflow_id: UUID | None
    project_id: UUID | None
    task_id: UUID | None
    created_at: datetime
    archived_at: datetime | None
    messages: list[MessageOut]


class PartOut(Out):
    """The rest of an answer, as far as it has come."""

    text: str
    after: int
    status: str
    message: str
    """What went wrong, if something did."""


class ProgramIn(Schema):
    """What a program says: types and models by id or by name."""

    mode: Mode = Mode.CHAT
    message: Text = Field("", max_length=LONGEST)
    session_id: UUID | None = None
    type: Text = Field("", max_length=80)
    inputs: Inputs = Field(default_factory=dict)
    model: Text = Field("", max_length=80)
    open: bool = False
    project_id: UUID | None = None
    task_id: UUID | None = None


class ReplyOut(Out):
    session_id: UUID
    message_id: UUID
    text: str
    outcome: dict[str, Any] | None
    streamUrl: str | None  # noqa: N815  # as the origin's programs know it
    """Where a model's answer comes word by word."""
