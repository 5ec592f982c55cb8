"""What is asked of the metrics, and what they answer."""

from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from pydantic import computed_field

from dashboard.exports import Kind
from dashboard.schemas import Out, PageQuery, Schema
from dashboard.workflows.schemas import WorkflowQuery
from dashboard.workflows.voting import Result


class Period(IntEnum):
    """How many days back a council is looked at."""

    MONTH = 30
    QUARTER = 90
    YEAR = 365


class HealthQuery(Schema):
    days: Period = Period.QUARTER


class ExportQuery(WorkflowQuery):
    """The filters of the list of workflows, and how the file is written."""

    format: Kind = Kind.CSV


class MetricQuery(PageQuery):
    """Whole days in UTC; both ends belong to the period."""

    council_id: UUID | None = None
    outcome: Result | None = None
    since: date | None = None
    until: date | None = None


class MetricRow(Out):
    id: UUID
    round_id: UUID
    workflow_id: UUID
    number: int
    title: str
    revision: int
    council_id: UUID
    outcome: Result
    decided_at: datetime
    first_vote_seconds: float | None
    decision_seconds: float
    eligible_weight: int
    voted_weight: int
    approve_weight: int
    reject_weight: int
    early: bool
    extended_seconds: float
    queue_seconds: float | None
    run_seconds: float | None
    run_status: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own recipe
    @property
    def turnout(self) -> float | None:
        """The share of the weight that voted; none if nobody had to vote."""
        return (
            self.voted_weight / self.eligible_weight if self.eligible_weight else None
        )


class SpanOut(Out):
    begins: date
    approved: int
    rejected: int
    lapsed: int
    turnout: int | None
    first_vote_seconds: float | None
    decision_seconds: float | None
    disagreement: int | None


class MemberOut(Out):
    user_id: UUID
    name: str
    asked: int
    voted: int
    share: int | None
    median_seconds: float | None
    outvoted: int


class HealthOut(Out):
    """Shares are whole per cent; seconds are medians unless they say otherwise."""

    days: int
    decided: int
    without_vote: int
    approved: int
    rejected: int
    lapsed: int
    turnout: int | None
    first_vote_seconds: float | None
    first_vote_seconds_p90: float | None
    decision_seconds: float | None
    decision_seconds_p90: float | None
    disagreement: int | None
    unanimous_share: int | None
    close_share: int | None
    early_share: int | None
    extended_share: int | None
    lapsed_share: int | None
    is_capped: bool
    spans: list[SpanOut]
    members: list[MemberOut]
