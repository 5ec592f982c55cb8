"""What pages and the API read about runs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor, find_for
from dashboard.runs.models import Execution, OutputFile, Run, RunFile, state_of
from dashboard.runs.schemas import RunQuery
from dashboard.users.models import User
from dashboard.workflows.models import Round, Workflow, WorkflowFile

ANSWERABLE: tuple[ExecutableOption, ...] = (
    joinedload(Run.workflow)
    .load_only(
        Workflow.number,
        Workflow.title,
        Workflow.proposer_id,
        Workflow.council_id,
        Workflow.agent_id,
        Workflow.status,
    )
    .joinedload(Workflow.editors),
    joinedload(Run.bot).load_only(Bot.name, Bot.owner_id),
    joinedload(Run.started_by).load_only(User.name),
)
"""Who a run is about, and what its permissions ask for."""

STEPS = joinedload(Run.steps)
SUMMARY: tuple[ExecutableOption, ...] = (
    *ANSWERABLE,
    STEPS.joinedload(Execution.bot).load_only(Bot.name),
    STEPS.joinedload(Execution.version).load_only(BotVersion.number),
    STEPS.selectinload(Execution.files).joinedload(OutputFile.blob),
    STEPS.selectinload(Execution.tail),
)
"""A run with its steps, their files and the ends of their logs: three statements."""


BRIEF: tuple[ExecutableOption, ...] = (
    *ANSWERABLE,
    STEPS.joinedload(Execution.bot).load_only(Bot.name),
    STEPS.joinedload(Execution.version).load_only(BotVersion.number),
    STEPS.joinedload(Execution.files).joinedload(OutputFile.blob),
)
"""A run inside another page, in one statement: its logs are fetched by the page."""

LEAN: tuple[ExecutableOption, ...] = (defer(Run.inputs), defer(Run.output))
"""A page shows the steps' outputs, and the inputs on a tab of their own."""


def run_for(actor: Actor, run_id: UUID, *options: ExecutableOption) -> Run:
    """One run with its steps, or 404."""
    return find_for(actor, Run, run_id, *SUMMARY, *options)


def run_of(workflow_id: UUID) -> Run | None:
    """The run that a workflow's current revision bought, for the workflow's page."""
    bought = (
        select(Round.id)
        .join(Round.workflow)
        .where(Workflow.id == workflow_id, Round.revision == Workflow.revision)
    )
    wanted = select(Run).where(Run.round_id == bought.scalar_subquery())
    return db.session.scalars(wanted.options(*BRIEF, *LEAN)).unique().one_or_none()


def rows_for(actor: Actor, query: RunQuery) -> Select[*tuple[Any, ...]]:
    """What the list shows, without loading a single object."""
    first = sa.and_(Execution.run_id == Run.id, Execution.position == 1)
    rows = (
        select(
            Run.id,
            Run.status,
            Run.trigger,
            Run.workflow_id,
            Run.bot_id,
            Run.error,
            Run.attempt,
            Run.queued_at,
            Run.available_at,
            Run.started_at,
            Run.ended_at,
            Workflow.number.label("workflow_number"),
            Workflow.title.label("workflow_title"),
            Bot.name.label("bot_name"),
            BotVersion.number.label("version"),
            User.name.label("started_by_name"),
        )
        .outerjoin(Run.workflow)
        .outerjoin(Run.bot)
        .outerjoin(Run.started_by)
        .outerjoin(Execution, first)
        .outerjoin(Execution.version)
        .where(Run.seen_by(actor))
    )
    return narrowed(rows, query)


def narrowed(
    rows: Select[*tuple[Any, ...]], query: RunQuery
) -> Select[*tuple[Any, ...]]:
    if query.status:
        rows = rows.where(Run.status == query.status)
    if query.trigger:
        rows = rows.where(Run.trigger == query.trigger)
    if query.bot_id:
        of_bot = select(Execution.run_id).where(Execution.bot_id == query.bot_id)
        rows = rows.where(Run.id.in_(of_bot))
    if query.q:
        named = [
            column.icontains(query.q, autoescape=True)
            for column in (Workflow.title, Bot.name, Run.error)
        ]
        rows = rows.where(sa.or_(*named))
    return rows


def bots_offered(actor: Actor) -> Sequence[Row[UUID, str]]:
    """The choices of the list's filter."""
    bots = select(Bot.id, Bot.name).where(Bot.seen_by(actor))
    return db.session.execute(bots.order_by(Bot.name).limit(200)).all()


def input_of(actor: Actor, run_id: UUID) -> Run:
    """One run with what was given to it."""
    attached = joinedload(Run.workflow).joinedload(Workflow.files)
    return head_of(
        actor,
        run_id,
        joinedload(Run.files).joinedload(RunFile.blob),
        attached.joinedload(WorkflowFile.blob),
    )


def head_of(actor: Actor, run_id: UUID, *options: ExecutableOption) -> Run:
    """One run with what stands above its tabs, or 404."""
    return find_for(actor, Run, run_id, *ANSWERABLE, *options)


def step_for(actor: Actor, run_id: UUID, position: int) -> Execution:
    """One step of a run somebody may see, or 404."""
    wanted = select(Execution).where(is_step(actor, run_id, position))
    return db.session.scalar(wanted.options(defer(Execution.output))) or abort(404)


def output_file(actor: Actor, run_id: UUID, position: int, name: str) -> UUID:
    """Where the bytes of a file lie that a step left behind, or 404."""
    mine = select(Execution.id).where(is_step(actor, run_id, position))
    wanted = select(OutputFile.blob_id).where(
        OutputFile.execution_id.in_(mine), OutputFile.name == name
    )
    return db.session.scalar(wanted) or abort(404)


def is_step(actor: Actor, run_id: UUID, position: int) -> sa.ColumnElement[bool]:
    """The step at this place, of a run this actor sees."""
    seen = sa.and_(Run.id == run_id, Run.seen_by(actor))
    return sa.and_(Execution.run.has(seen), Execution.position == position)


def news(actor: Actor, run_id: UUID) -> str:
    """`Run.state` as it is now, without loading the run."""
    tries = select(func.coalesce(func.sum(Execution.attempt), 0))
    tries = tries.where(Execution.run_id == Run.id)
    wanted = (
        Run.visible_to(actor)
        .where(Run.id == run_id)
        .with_only_columns(
            Run.status, Run.step, tries.scalar_subquery(), Run.cancel_requested_at
        )
    )
    found = db.session.execute(wanted).one_or_none() or abort(404)
    return state_of(*found)
