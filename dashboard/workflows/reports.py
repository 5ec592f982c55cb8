"""What the workflow pages show: rows for lists, and one round with its people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent
from dashboard.bots.models import BotVersion
from dashboard.councils.models import Council
from dashboard.database import UtcDateTime
from dashboard.extensions import db
from dashboard.full_text import named
from dashboard.metrics.models import WorkflowMetric
from dashboard.permissions import GRANTS, Actor, Permission, Role
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import (
    Round,
    RoundVoter,
    Status,
    Vote,
    Workflow,
    WorkflowEditor,
    WorkflowFile,
    WorkflowStep,
)
from dashboard.workflows.schemas import WorkflowQuery

MOST_OFFERED = 200
PROPOSER = aliased(User)
"""Made once: a table that goes by another name gets all its columns anew."""

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Workflow.type).joinedload(WorkflowType.council),
    joinedload(Workflow.council),
    joinedload(Workflow.proposer),
    joinedload(Workflow.agent),
    joinedload(Workflow.editors).joinedload(WorkflowEditor.user).load_only(User.name),
    joinedload(Workflow.files).joinedload(WorkflowFile.blob),
    joinedload(Workflow.steps).joinedload(WorkflowStep.bot),
    joinedload(Workflow.steps)
    .joinedload(WorkflowStep.agent)
    .load_only(Agent.name, Agent.status),
    joinedload(Workflow.steps)
    .joinedload(WorkflowStep.version)
    .load_only(BotVersion.number, BotVersion.content_hash),
)
"""Everything a workflow's page needs of it, in one statement and without code."""


PEOPLE: tuple[ExecutableOption, ...] = (
    joinedload(Round.voters).joinedload(RoundVoter.user).load_only(User.name),
    selectinload(Round.votes).joinedload(Vote.voided_by).load_only(User.name),
)
"""Who may vote in a round, and its votes, asked apart: joined, each would meet each."""


def rows_for(actor: Actor, query: WorkflowQuery) -> Select[*tuple[Any, ...]]:
    """What the list shows, without loading a single object.

    Joined outwards though each has one: so the databases count without those tables.
    """
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
            PROPOSER.name.label("proposer_name"),
            Round.closes_at,
            Round.expires_at,
            Round.explain,
        )
        .outerjoin(Workflow.type)
        .outerjoin(Workflow.council)
        .outerjoin(PROPOSER, PROPOSER.id == Workflow.proposer_id)
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
        rows = rows.where(named(Workflow, query.q))
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
    """The current round with its people and votes, in two statements."""
    wanted = select(Round).where(*is_current(workflow)).options(*PEOPLE)
    return db.session.scalars(wanted).unique().one_or_none()


def round_and_metric(workflow: Workflow) -> tuple[Round | None, WorkflowMetric | None]:
    """The current round and what it took, in two statements."""
    wanted: Select[*tuple[Any, ...]] = (
        select(Round, WorkflowMetric)
        .outerjoin(WorkflowMetric, WorkflowMetric.round_id == Round.id)
        .where(*is_current(workflow))
        .options(*PEOPLE)
    )
    found = db.session.execute(wanted).unique().one_or_none()
    return (found[0], found[1]) if found else (None, None)


def is_current(workflow: Workflow) -> tuple[sa.ColumnElement[bool], ...]:
    return Round.workflow_id == workflow.id, Round.revision == workflow.revision


def rounds_of(workflow: Workflow) -> Sequence[Round]:
    """Every round with its people and votes, newest first, in three statements."""
    wanted = (
        select(Round)
        .where(Round.workflow_id == workflow.id)
        .options(
            selectinload(Round.voters).joinedload(RoundVoter.user).load_only(User.name),
            selectinload(Round.votes).joinedload(Vote.voided_by).load_only(User.name),
        )
        .order_by(Round.revision.desc())
    )
    return db.session.scalars(wanted).all()


def voted_before(workflow: Workflow, user_id: UUID) -> int | None:
    """The last revision before this one on which somebody voted."""
    if workflow.revision == 1:
        return None
    return db.session.scalar(
        select(sa.func.max(Vote.revision))
        .join(Round, Round.id == Vote.round_id)
        .where(Round.workflow_id == workflow.id, Vote.user_id == user_id)
        .where(Vote.revision < workflow.revision, Vote.superseded_at.is_(None))
    )


def agents_offered() -> Sequence[sa.Row[UUID, str]]:
    active = select(Agent.id, Agent.name).where(Agent.status == "active")
    return db.session.execute(active.order_by(Agent.name)).all()


def people_offered(but: UUID) -> Sequence[sa.Row[UUID, str]]:
    """Who could edit a proposal, too: active people who propose work themselves."""
    able = [role for role in Role if Permission.WORKFLOW_WRITE in GRANTS[role]]
    people = select(User.id, User.name).where(
        User.is_active, User.role.in_(able), User.id != but
    )
    return db.session.execute(people.order_by(User.name).limit(MOST_OFFERED)).all()


def has_news(actor: Actor, workflow_id: UUID, seen: int | None, at: datetime) -> bool:
    """Whether a page that saw this change is old by now, or must be gone."""
    due = sa.case(
        (Workflow.status == Status.OPEN, Round.closes_at),
        (Workflow.status == Status.APPROVED, Round.expires_at),
    )
    found = db.session.execute(
        select(Workflow.seq, sa.type_coerce(due, UtcDateTime).label("due"))
        .outerjoin(Round, current_round())
        .where(Workflow.id == workflow_id, Workflow.seen_by(actor))
    ).one_or_none()
    if found is None or found.seq != seen:
        return True
    return found.due is not None and found.due <= at
