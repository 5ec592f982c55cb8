"""Workflows and votes as tables, for whoever opens them in a spreadsheet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from dashboard.councils.models import Council
from dashboard.exports import CAP
from dashboard.extensions import db
from dashboard.metrics.models import WorkflowMetric
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Round, RoundVoter, Vote, Workflow
from dashboard.workflows.reports import current_round, narrowed
from dashboard.workflows.schemas import WorkflowQuery

Line = list[Any]


@dataclass(frozen=True)
class Table:
    """A header, and the rows under it: one more than a file takes, if there are."""

    name: str
    header: Sequence[str]
    rows: Iterable[Line]


def workflows(actor: Actor, query: WorkflowQuery) -> Table:
    """The workflows that the list shows with these filters, newest first."""
    proposer = aliased(User)
    rows = (
        select(
            Workflow.number,
            Workflow.title,
            Workflow.status,
            Workflow.status_reason,
            WorkflowType.name.label("type_name"),
            WorkflowType.risk,
            Council.name.label("council_name"),
            proposer.name.label("proposer_name"),
            Workflow.revision,
            Workflow.created_at,
            Round.opened_at,
            Round.closes_at,
            Round.decided_at,
            Round.outcome,
            Round.explain,
            WorkflowMetric.first_vote_seconds,
            WorkflowMetric.decision_seconds,
            WorkflowMetric.queue_seconds,
            WorkflowMetric.run_seconds,
            WorkflowMetric.run_status,
            Workflow.ended_at,
            Workflow.content_hash,
        )
        .join(Workflow.type)
        .join(Workflow.council)
        .join(proposer, proposer.id == Workflow.proposer_id)
        .outerjoin(Round, current_round())
        .outerjoin(WorkflowMetric, WorkflowMetric.round_id == Round.id)
        .where(Workflow.seen_by(actor))
        .order_by(Workflow.id.desc())
    )
    return table("workflows", WORKFLOWS, narrowed(rows, actor, query))


def votes(actor: Actor, query: WorkflowQuery) -> Table:
    """Every vote on those workflows, also the ones that count no more."""
    voter = aliased(User)
    seat = RoundVoter.user_id == Vote.user_id
    rows = (
        select(
            Workflow.number,
            Workflow.title,
            Round.revision,
            Council.name.label("council_name"),
            voter.name.label("voter_name"),
            RoundVoter.weight,
            Vote.choice,
            Vote.reason,
            Vote.cast_at,
            Vote.superseded_at,
            Vote.voided_at,
            Vote.void_reason,
            Vote.content_hash,
        )
        .select_from(Vote)
        .join(Round, Round.id == Vote.round_id)
        .join(Workflow, Workflow.id == Round.workflow_id)
        .join(Council, Council.id == Workflow.council_id)
        .join(voter, voter.id == Vote.user_id)
        .outerjoin(RoundVoter, (RoundVoter.round_id == Round.id) & seat)
        .where(Workflow.seen_by(actor))
        .order_by(Workflow.id.desc(), Vote.id.desc())
    )
    return table("votes", VOTES, narrowed(rows, actor, query))


def table(
    name: str,
    columns: dict[str, Callable[[Row[Any]], Any]],
    rows: Select[*tuple[Any, ...]],
) -> Table:
    found = db.session.execute(rows.limit(CAP + 1)).all()
    lines = ([value(row) for value in columns.values()] for row in found)
    return Table(name, tuple(columns), lines)


def explained(letter: str) -> Callable[[Row[Any]], Any]:
    return lambda row: (row.explain or {}).get(letter)


def stands(row: Row[Any]) -> str:
    """Whether a vote is in the tally, and what took it out."""
    if row.voided_at:
        return "voided"
    return "superseded" if row.superseded_at else "counts"


WORKFLOWS: dict[str, Callable[[Row[Any]], Any]] = {
    "Number": lambda row: row.number,
    "Title": lambda row: row.title,
    "Status": lambda row: row.status.value,
    "Why": lambda row: row.status_reason,
    "Type": lambda row: row.type_name,
    "Risk": lambda row: row.risk.value,
    "Council": lambda row: row.council_name,
    "Proposer": lambda row: row.proposer_name,
    "Revision": lambda row: row.revision,
    "Proposed (UTC)": lambda row: row.created_at,
    "Opened (UTC)": lambda row: row.opened_at,
    "Closes (UTC)": lambda row: row.closes_at,
    "Decided (UTC)": lambda row: row.decided_at,
    "Outcome": lambda row: row.outcome and row.outcome.value,
    "Approve": explained("A"),
    "Reject": explained("R"),
    "Abstain": explained("N"),
    "Eligible": explained("E"),
    "First vote (seconds)": lambda row: row.first_vote_seconds,
    "Decision (seconds)": lambda row: row.decision_seconds,
    "Queue (seconds)": lambda row: row.queue_seconds,
    "Run (seconds)": lambda row: row.run_seconds,
    "Run": lambda row: row.run_status,
    "Ended (UTC)": lambda row: row.ended_at,
    "Content hash": lambda row: row.content_hash,
}
VOTES: dict[str, Callable[[Row[Any]], Any]] = {
    "Number": lambda row: row.number,
    "Title": lambda row: row.title,
    "Revision": lambda row: row.revision,
    "Council": lambda row: row.council_name,
    "Voter": lambda row: row.voter_name,
    "Weight": lambda row: row.weight,
    "Choice": lambda row: row.choice.value,
    "Reason": lambda row: row.reason,
    "Cast (UTC)": lambda row: row.cast_at,
    "Counts": stands,
    "Superseded (UTC)": lambda row: row.superseded_at,
    "Voided (UTC)": lambda row: row.voided_at,
    "Why voided": lambda row: row.void_reason,
    "Content hash": lambda row: row.content_hash,
}
