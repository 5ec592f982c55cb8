"""Reputation as it comes in and goes out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field, field_validator

from dashboard.advice.models import Opinion
from dashboard.agents.models import AgentStatus
from dashboard.reputation.formula import FULL, Level
from dashboard.reputation.models import Reason
from dashboard.schemas import Out, PageQuery, Schema, Text


class AdjustmentIn(Schema):
    """Points that a person adds or takes, and why."""

    points: int = Field(ge=-FULL, le=FULL, description="Below zero takes points.")
    reason: Text = Field(min_length=3, max_length=500)

    @field_validator("points")
    @classmethod
    def moves(cls, points: int) -> int:
        if points == 0:
            raise ValueError("Add or take at least one point.")
        return points


class Who(StrEnum):
    ACTIVE = "active"
    ALL = "all"


class LeaderQuery(PageQuery):
    q: Text = Field("", max_length=80)
    who: Who = Who.ACTIVE


class LeaderOut(Out):
    """One agent on the board; without a rank while its data are few."""

    rank: int | None
    id: UUID
    name: str
    status: AgentStatus
    score: int
    level: Level
    change_7d: int
    actions: int
    successes: int
    success_rate: int | None
    savings: int


class PartOut(Out):
    letter: str
    name: str
    value: float
    weight: float
    points: int
    most: int


class LedgerRowOut(Out):
    """One row of the ledger; its totals give its score by the formula it names."""

    number: int
    at: datetime
    reason: Reason
    source: str
    workflow_id: UUID | None
    note: str
    actor_name: str | None
    actions: int
    successes: int
    savings: int
    adjustment: int
    total_actions: int
    total_successes: int
    total_savings: int
    total_adjustment: int
    change: int
    score_after: int
    formula: int


class ReputationOut(Out):
    """Where an agent stands, what that is made of, and a page of its ledger."""

    agent_id: UUID
    score: int | None
    level: Level | None
    has_few_data: bool
    actions: int
    successes: int
    success_rate: int | None
    savings: int
    adjustment: int
    parts: list[PartOut]
    items: list[LedgerRowOut]
    next: str | None
    total: int
    total_is_capped: bool


class BucketOut(Out):
    """Advice given with about this much confidence, and how often it was right."""

    least: int
    most: int
    number: int
    stated: float
    right: float
    brier: float


class ScoredOut(Out):
    id: UUID
    advice_id: UUID
    workflow_id: UUID
    workflow_number: int
    opinion: Opinion
    confidence: int
    forecast: int
    succeeded: bool
    brier: int
    at: datetime


class CalibrationOut(Out):
    """How sure an agent's advice was, how right, and a page of the scored advice."""

    agent_id: UUID
    number: int
    brier: float | None
    buckets: list[BucketOut]
    items: list[ScoredOut]
    next: str | None
    total: int
    total_is_capped: bool
