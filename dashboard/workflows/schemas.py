"""What a proposal and a vote are made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from dashboard.bots.schemas import storable
from dashboard.files.uploads import MOST_FILES, FileIn
from dashboard.schemas import Out, PageQuery, Schema, Text
from dashboard.workflows.models import Status
from dashboard.workflows.voting import Choice

MOST_EDITORS = 5

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{0,64}$")]


class WorkflowEdit(Schema):
    """What may be changed of a proposal.

    `keep` names the files that stay; `editors`, who else may change it.
    """

    title: Text = Field(min_length=3, max_length=120)
    description: Text = Field("", max_length=4000)
    inputs: Annotated[dict[str, Any], AfterValidator(storable)] = Field(
        default_factory=dict
    )
    agent_id: UUID | None = None
    weekly_savings: int | None = Field(None, ge=0, le=1_000_000_000)
    keep: list[Text] = Field(default_factory=list, max_length=MOST_FILES)
    editors: list[UUID] = Field(default_factory=list, max_length=MOST_EDITORS)


class WorkflowIn(WorkflowEdit):
    """A new proposal."""

    type_id: UUID


class WorkflowPost(WorkflowIn):
    """A new proposal as JSON, with its files in it."""

    files: list[FileIn] = Field(default_factory=list, max_length=MOST_FILES)
    open: bool = False


class WorkflowPut(WorkflowEdit):
    """A changed proposal as JSON."""

    files: list[FileIn] = Field(default_factory=list, max_length=MOST_FILES)


class VoteIn(Schema):
    """A vote on the revision that was read; the key makes a repeat harmless."""

    choice: Choice
    reason: Text = Field("", max_length=2000)
    revision: int = Field(ge=1)
    key: Key = ""


class CancelIn(Schema):
    reason: Text = Field("", max_length=500)


class VoidIn(Schema):
    """Why a vote is taken out; whoever cast it reads this."""

    reason: Text = Field(min_length=3, max_length=500)


class WorkflowQuery(PageQuery):
    status: Status | None = None
    council_id: UUID | None = None
    type_id: UUID | None = None
    mine: Text = Field("", pattern="^(vote|proposed)?$")
    q: Text = Field("", max_length=80)


class WorkflowRow(Out):
    id: UUID
    number: int
    title: str
    status: Status
    status_reason: str
    type_id: UUID
    type_name: str
    council_id: UUID
    council_name: str
    proposer_name: str
    revision: int
    closes_at: datetime | None
    created_at: datetime


class EarlierVoteOut(Out):
    """A vote that counts no more; voided says that a guardian took it out."""

    choice: Choice
    reason: str
    cast_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str


class BallotOut(Out):
    user_id: UUID
    name: str
    weight: int
    roles: list[str]
    can_veto: bool
    gone: bool
    choice: Choice | None
    reason: str
    cast_at: datetime | None
    earlier: list[EarlierVoteOut]


class RoundOut(Out):
    revision: int
    content: dict[str, Any]
    content_hash: str
    rule: dict[str, Any]
    opened_at: datetime
    closes_at: datetime
    original_closes_at: datetime
    quorum_reached_at: datetime | None
    outcome: str | None
    reason: str
    early: bool
    decided_at: datetime | None
    ready_at: datetime | None
    expires_at: datetime | None
    explain: dict[str, Any]
    oversight: dict[str, Any]
    ballots: list[BallotOut]


class RoundsOut(Out):
    """Every round of a workflow, newest first; superseded ones count for nothing."""

    items: list[RoundOut]


class WorkflowOut(Out):
    id: UUID
    number: int
    title: str
    description: str
    status: Status
    status_reason: str
    type_id: UUID
    council_id: UUID
    proposer_id: UUID
    agent_id: UUID | None
    inputs: dict[str, Any]
    weekly_savings: int | None
    savings: dict[str, Any] | None
    editors: list[UUID]
    routing: dict[str, Any]
    revision: int
    content: dict[str, Any]
    content_hash: str
    created_at: datetime
    ended_at: datetime | None
    round: RoundOut | None
    run_id: UUID | None
    may_vote: bool
    why_not: str | None


class VoteOut(Out):
    id: UUID
    choice: Choice
    reason: str
    revision: int
    content_hash: str
    cast_at: datetime
    status: Status


class RunStarted(Out):
    id: UUID
    status: str
    queued_at: datetime
