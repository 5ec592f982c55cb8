"""What pages and the API read about one run."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent
from dashboard.bots.models import BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor, find_for
from dashboard.runs.models import Execution, OutputFile, Run, RunFile, state_of
from dashboard.thinking.reports import load_called, progress
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
    joinedload(Run.bot),
    joinedload(Run.started_by).load_only(User.name),
    joinedload(Run.acknowledged_by).load_only(User.name),
)
"""Who a run is about, and what its permissions ask for."""

STEPS = joinedload(Run.steps)
PINNED: tuple[ExecutableOption, ...] = (
    *ANSWERABLE,
    STEPS.joinedload(Execution.bot),
    STEPS.joinedload(Execution.version).load_only(BotVersion.number),
    STEPS.joinedload(Execution.agent).load_only(Agent.name),
)
"""A run with its steps, and which version of which bot each of them runs."""

SUMMARY: tuple[ExecutableOption, ...] = (
    *PINNED,
    STEPS.selectinload(Execution.files).joinedload(OutputFile.blob),
)
"""A run with its steps and their files: two statements."""

BRIEF: tuple[ExecutableOption, ...] = (
    *PINNED,
    STEPS.joinedload(Execution.files).joinedload(OutputFile.blob),
)
"""A run inside another page, in one statement: its logs are fetched by the page."""

LEAN: tuple[ExecutableOption, ...] = (defer(Run.inputs), defer(Run.output))
"""A page shows the steps' outputs, and the inputs on a tab of their own."""

QUIET: tuple[ExecutableOption, ...] = (*LEAN, STEPS.defer(Execution.output))
"""Where nothing is shown of what the run was given and of what it returned."""

ACTED_ON: tuple[ExecutableOption, ...] = (
    *PINNED,
    joinedload(Run.files),
    STEPS.defer(Execution.output),
)
"""A run to which something is done: all that its rules and a retry ask for."""


def run_for(actor: Actor, run_id: UUID, *options: ExecutableOption) -> Run:
    """One run with its steps and what their agents called, or 404."""
    run = find_for(actor, Run, run_id, *SUMMARY, *options)
    load_called(run.steps)
    return run


def run_to_change(actor: Actor, run_id: UUID) -> Run:
    """One run to which something shall be done, or 404."""
    return find_for(actor, Run, run_id, *ACTED_ON)


def run_of(workflow_id: UUID) -> Run | None:
    """The run that a workflow's current revision bought, for the workflow's page."""
    bought = (
        select(Round.id)
        .join(Round.workflow)
        .where(Workflow.id == workflow_id, Round.revision == Workflow.revision)
    )
    wanted = select(Run).where(Run.round_id == bought.scalar_subquery())
    return db.session.scalars(wanted.options(*BRIEF, *LEAN)).unique().one_or_none()


def input_of(actor: Actor, run_id: UUID) -> Run:
    """One run with what was given to it, and what stands above its tabs."""
    attached = joinedload(Run.workflow).joinedload(Workflow.files)
    return find_for(
        actor,
        Run,
        run_id,
        *ANSWERABLE,
        joinedload(Run.files).joinedload(RunFile.blob),
        attached.joinedload(WorkflowFile.blob),
    )


def head_of(actor: Actor, run_id: UUID) -> Run:
    """One run with what stands above its tabs, or 404."""
    return find_for(actor, Run, run_id, *PINNED, *QUIET)


def step_for(actor: Actor, run_id: UUID, position: int, sub: int = 0) -> Execution:
    """One step of a run somebody may see, or a call of its agent, or 404."""
    wanted = select(Execution).where(is_step(actor, run_id, position, sub))
    whose = joinedload(Execution.run).load_only(Run.status)
    lean = wanted.options(defer(Execution.output), whose)
    return db.session.scalar(lean) or abort(404)


def output_of(actor: Actor, run_id: UUID, position: int, sub: int = 0) -> Any:
    """All that a step returned, or 404."""
    wanted = select(Execution.output).where(is_step(actor, run_id, position, sub))
    found = db.session.execute(wanted).one_or_none() or abort(404)
    return found.output


def output_file(
    actor: Actor, run_id: UUID, position: int, name: str, sub: int = 0
) -> UUID:
    """Where the bytes of a file lie that a step left behind, or 404."""
    mine = select(Execution.id).where(is_step(actor, run_id, position, sub))
    wanted = select(OutputFile.blob_id).where(
        OutputFile.execution_id.in_(mine), OutputFile.name == name
    )
    return db.session.scalar(wanted) or abort(404)


def is_step(
    actor: Actor, run_id: UUID, position: int, sub: int
) -> sa.ColumnElement[bool]:
    """The step at this place, of a run this actor sees."""
    seen = Execution.run.has(sa.and_(Run.id == run_id, Run.seen_by(actor)))
    return sa.and_(seen, Execution.position == position, Execution.sub == sub)


def news(actor: Actor, run_id: UUID) -> tuple[str, int]:
    """`Run.state` as it is now, without loading the run; and how far agents came."""
    tries = select(func.coalesce(func.sum(Execution.attempt), 0))
    tries = tries.where(Execution.run_id == Run.id, Execution.sub == 0)
    wanted = (
        Run.visible_to(actor)
        .where(Run.id == run_id)
        .with_only_columns(
            Run.status,
            Run.step,
            tries.scalar_subquery(),
            Run.cancel_requested_at,
            progress(run_id),
        )
    )
    found = db.session.execute(wanted).one_or_none() or abort(404)
    return state_of(*found[:4]), found[4]
