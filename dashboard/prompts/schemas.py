"""What a prompt, its versions and its labels are made of, for browser and JSON."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from dashboard.bots.schemas import ChangesOut
from dashboard.prompts.models import LATEST, MoveKind, PromptKind
from dashboard.prompts.reading import LARGEST
from dashboard.schemas import Out, PageQuery, Schema, Text, no_nul, partial

LONGEST = 64 << 10
"""Characters of a prompt."""
LONGEST_VALUE = 20_000
MOST_VARIABLES = 60
LABEL = re.compile(r"[a-z][a-z0-9._-]{0,39}")


def readable(content: str) -> str:
    """Text that is no mere space, with one kind of line end."""
    content = no_nul(content).replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        raise ValueError("Write what the model is told.")
    return encodable(content)


def encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("Contains a character that cannot be stored.") from error
    return text


def a_label(name: str) -> str:
    if not LABEL.fullmatch(name):
        raise ValueError("Begin with a letter; then small letters, digits and . _ -")
    if name == LATEST:
        raise ValueError("latest always points at the newest version, by itself.")
    return name


Content = Annotated[
    str,
    StringConstraints(strip_whitespace=False, max_length=LONGEST),
    AfterValidator(readable),
]
Label = Annotated[Text, AfterValidator(a_label)]
Value = Annotated[
    str,
    StringConstraints(strip_whitespace=False, max_length=LONGEST_VALUE),
    AfterValidator(no_nul),
    AfterValidator(encodable),
]
Reason = Annotated[
    str, StringConstraints(min_length=3, max_length=500), AfterValidator(no_nul)
]
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Name = Annotated[str, StringConstraints(max_length=80), AfterValidator(no_nul)]
Values = Annotated[dict[Name, Value], Field(max_length=MOST_VARIABLES)]


class VariableIn(Schema):
    """What is known of a variable."""

    description: Text = Field("", max_length=300)
    example: Value = ""


Variables = Annotated[dict[Name, VariableIn], Field(max_length=MOST_VARIABLES)]


class VersionIn(Schema):
    content: Content
    variables: Variables = {}
    """What is left out keeps what the version before said of it."""
    message: Text = Field(min_length=2, max_length=200)
    based_on: Number | None = None
    """The version its author started from; a newer one in between is refused."""


class PromptFacts(Schema):
    """What may change about a prompt without a new version."""

    name: Text = Field(min_length=2, max_length=120)
    description: Text = Field("", max_length=2000)


PromptPatch = partial(PromptFacts)


class PromptIn(PromptFacts):
    kind: PromptKind = PromptKind.SYSTEM
    content: Content
    variables: Variables = {}
    message: Text = Field("First version", min_length=2, max_length=200)


class ReasonIn(Schema):
    reason: Reason


class PutIn(ReasonIn):
    version: Number


class MoveIn(PutIn):
    """Make a label, or move it."""

    label: Label


class ProtectIn(ReasonIn):
    type_id: UUID


class Deed(StrEnum):
    """What can be proposed of a protected label."""

    MOVE = "move"
    ROLL_BACK = "roll_back"
    REMOVE = "remove"
    RELEASE = "release"


class ProposeIn(ReasonIn):
    """Ask the council that protects a label; `version` only says where to move."""

    deed: Deed = Deed.MOVE
    version: Number | None = None


class RenderIn(Schema):
    version: Number | None = None
    """The newest one, if left out."""
    values: Values = {}


class TryIn(RenderIn):
    model_id: UUID
    other: Number | None = None
    """A second version, to be tried beside the first."""
    question: Text = Field("", max_length=LONGEST_VALUE)
    """What a person would say; a system prompt needs one."""


class DiffQuery(Schema):
    before: Number | None = Field(None, alias="from")
    after: Number | None = Field(None, alias="to")


class PromptQuery(PageQuery):
    q: Text = Field("", max_length=120)
    archived: bool = False
    behind: bool = False


class VersionRow(Out):
    id: UUID
    number: int
    message: str
    content_hash: str
    author_name: str | None
    created_at: datetime


class VersionOut(Out):
    id: UUID
    number: int
    message: str
    content_hash: str
    content: str
    variables: dict[str, Any]
    author_id: UUID | None
    created_at: datetime


class LabelOut(Out):
    name: str
    version: int
    version_id: UUID
    type_id: UUID | None
    """The type of proposal that moves it, if it is protected."""
    moved_at: datetime


class LabelList(Out):
    items: list[LabelOut]


class PromptRow(Out):
    id: UUID
    name: str
    description: str
    kind: PromptKind
    newest: int
    production: int | None
    agents: int
    updated_by_name: str | None
    updated_at: datetime
    created_at: datetime
    archived_at: datetime | None


class PromptOut(Out):
    id: UUID
    name: str
    description: str
    kind: PromptKind
    owner_id: UUID | None
    newest: int
    labels: list[LabelOut]
    created_at: datetime
    archived_at: datetime | None


class PromptDiffOut(Out):
    before: VersionOut
    after: VersionOut
    is_same: bool
    text: ChangesOut


class MoveOut(Out):
    label: str
    kind: MoveKind
    before: int | None
    after: int | None
    reason: str
    actor_name: str | None
    workflow_id: UUID | None
    at: datetime


class UsageOut(Out):
    number: int
    calls: int
    completed: int
    ended: int
    steps: int
    tokens_in: int
    tokens_out: int
    cost: int
    """Millionths of a dollar."""
    last_at: datetime | None


class UsageList(Out):
    items: list[UsageOut]


class RenderedOut(Out):
    version: int
    text: str
    unfilled: list[str]
    """Variables that got no value and stay as they are."""


class TriedOut(Out):
    id: UUID
    calls: list[UUID]


class ProposedOut(Out):
    """The proposal on which a council decides."""

    id: UUID
    number: int
    title: str
    status: str
