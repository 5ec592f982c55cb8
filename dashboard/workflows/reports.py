"""What the workflow pages show: rows for lists, and one round with its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent
from dashboard.bots.models import BotVersion
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import (
    Round,
    RoundVoter,
    Status,
    Vote,
    Workflow,
    WorkflowFile,
    WorkflowStep,
)
from dashboard.workflows.schemas import WorkflowQuery

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Workflow.type).joinedload(WorkflowType.council),
    joinedload(Workflow.council),
    joinedload(Workflow.proposer),
    joinedload(Workflow.agent),
    joinedload(Workflow.editors),
    joinedload(Workflow.files).joinedload(WorkflowFile.blob),
    joinedload(Workflow.steps).joinedload(WorkflowStep.bot),
    joinedload(Workflow.steps)
    .joinedload(WorkflowStep.version)
    .load_only(BotVersion.number, BotVersion.content_hash),
)
"""Everything a workflow's page needs of it, in one statement and without code."""


def rows_for(actor: Actor, query: WorkflowQuery) -> Select[*tuple[Any, ...]]:
    """What the list shows, without loading a single object."""
    proposer = aliased(User)
    rows = (
        select(
            Workflow.id,
            Workflow.number,
            Workflow.title,
            Workflow.status,
            Workflow.status_reason,
            Workflow.type_id,
            Workflow.council_id,
            Workflow.revision,
            Workflow.created_at,
            Workflow.ended_at,
            WorkflowType.name.label("type_name"),
            WorkflowType.risk,
            Council.name.label("council_name"),
            proposer.name.label("proposer_name"),
            Round.closes_at,
            Round.explain,
        )
        .join(Workflow.type)
        .join(Workflow.council)
        .join(proposer, proposer.id == Workflow.proposer_id)
        .outerjoin(Round, current_round())
        .where(Workflow.seen_by(actor))
    )
    return narrowed(rows, actor, query)


def current_round() -> sa.ColumnElement[bool]:
    return and_(Round.workflow_id == Workflow.id, Round.revision == Workflow.revision)


def narrowed(
    rows: Select[*tuple[Any, ...]], actor: Actor, query: WorkflowQuery
) -> Select[*tuple[Any, ...]]:
    if query.status:
        rows = rows.where(Workflow.status == query.status)
    if query.council_id:
        rows = rows.where(Workflow.council_id == query.council_id)
    if query.type_id:
        rows = rows.where(Workflow.type_id == query.type_id)
    if query.mine == "vote":
        rows = rows.where(awaits_vote_of(actor.id))
    if query.mine == "proposed":
        rows = rows.where(Workflow.proposer_id == actor.id)
    if number := number_in(query.q):
        return rows.where(Workflow.number == number)
    if query.q:
        rows = rows.where(Workflow.title.icontains(query.q, autoescape=True))
    return rows


def number_in(text: str) -> int | None:
    """The number somebody searches for; one that no column holds is a text."""
    digits = text.removeprefix("#")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def awaits_vote_of(user_id: UUID) -> sa.ColumnElement[bool]:
    """Open, this person may vote, and has not."""
    round_ = aliased(Round)
    voted = exists().where(
        Vote.round_id == round_.id,
        Vote.user_id == user_id,
        Vote.superseded_at.is_(None),
    )
    return and_(
        Workflow.status == Status.OPEN,
        exists()
        .where(
            round_.workflow_id == Workflow.id,
            round_.revision == Workflow.revision,
            RoundVoter.round_id == round_.id,
            RoundVoter.user_id == user_id,
            RoundVoter.gone.is_(False),
            ~voted,
        )
        .correlate(Workflow),
    )


def round_of(workflow: Workflow) -> Round | None:
    """The current round with its people and votes, in one statement."""
    return db.session.scalars(rounds(workflow)).unique().one_or_none()


def rounds(workflow: Workflow) -> Select[Round]:
    return (
        select(Round)
        .where(Round.workflow_id == workflow.id, Round.revision == workflow.revision)
        .options(
            joinedload(Round.voters).joinedload(RoundVoter.user).load_only(User.name),
            joinedload(Round.votes),
        )
    )


@dataclass(frozen=True)
class BallotLine:
    """One person of the electorate and how they voted, if they did."""

    user_id: UUID
    name: str
    weight: int
    roles: Sequence[str]
    can_veto: bool
    gone: bool
    choice: str | None
    reason: str
    cast_at: datetime | None
    changed: int


def ballot_lines(round_: Round | None) -> list[BallotLine]:
    """Everybody who may vote: those who did first, then those who are missing."""
    if round_ is None:
        return []
    lines = [line_of(round_, voter) for voter in round_.voters]
    return sorted(lines, key=lambda line: (line.choice is None, line.name.casefold()))


def line_of(round_: Round, voter: RoundVoter) -> BallotLine:
    vote = round_.vote_of(voter.user_id)
    earlier = [v for v in round_.votes if v.user_id == voter.user_id and not v.counts]
    return BallotLine(
        user_id=voter.user_id,
        name=voter.user.name,
        weight=voter.weight,
        roles=voter.roles,
        can_veto=voter.can_veto,
        gone=voter.gone,
        choice=vote.choice if vote else None,
        reason=vote.reason if vote else "",
        cast_at=vote.cast_at if vote else None,
        changed=len(earlier),
    )


def agents_offered() -> Sequence[sa.Row[UUID, str]]:
    active = select(Agent.id, Agent.name).where(Agent.status == "active")
    return db.session.execute(active.order_by(Agent.name)).all()


def news(actor: Actor, workflow_id: UUID) -> int | None:
    """The change counter of a workflow this actor sees; None when there is none."""
    return db.session.scalar(
        select(Workflow.seq).where(Workflow.id == workflow_id, Workflow.seen_by(actor))
    )
