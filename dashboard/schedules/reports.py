"""What the pages show of schedules, and of what became of their times."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import defer, join, joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.bots.models import Bot, BotStatus, BotVersion
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.models import WENT_WRONG, Run
from dashboard.schedules.deciding import SlotStatus
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.schedules.schemas import ScheduleQuery, State
from dashboard.users.models import User
from dashboard.workflow_types.models import TypeKind, TypeStep, WorkflowType
from dashboard.workflows.models import Status, Workflow

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Schedule.owner),
    joinedload(Schedule.bot).joinedload(Bot.active).options(defer(BotVersion.code)),
    joinedload(Schedule.approved_version).options(defer(BotVersion.code)),
)
"""A schedule with its bot, its owner and the approved version, in one statement."""
MOST = 200


def rows_for(actor: Actor, query: ScheduleQuery) -> Select[Any]:
    return narrowed(summaries(actor), actor, query)


def summaries(actor: Actor) -> Select[Any]:
    """What a list shows, with the last time of each and the run it started."""
    rows: Any = (
        select(
            Schedule.id,
            Schedule.name,
            Schedule.bot_id,
            Bot.name.label("bot_name"),
            Bot.owner_id.label("bot_owner_id"),
            BotVersion.number.label("version"),
            Schedule.owner_id,
            User.name.label("owner_name"),
            Schedule.cron,
            Schedule.timezone,
            Schedule.inputs,
            Schedule.overlap,
            Schedule.catch_up,
            Schedule.is_on,
            Schedule.next_at,
            Schedule.created_at,
            Schedule.archived_at,
            ScheduleSlot.due_at.label("last_due_at"),
            ScheduleSlot.status.label("last_status"),
            ScheduleSlot.note.label("last_note"),
            Run.id.label("last_run_id"),
            Run.status.label("last_run_status"),
        )
        .select_from(with_all_of_it(actor))
        .where(Schedule.seen_by(actor))
    )
    return cast(Select[Any], rows)


def row_of(actor: Actor, schedule_id: UUID) -> Row[Any] | None:
    """The same of one schedule, archived or not."""
    rows = summaries(actor).where(Schedule.id == schedule_id)
    return db.session.execute(rows).one_or_none()


def with_all_of_it(actor: Actor) -> sa.FromClause:
    """One tree of joins: counting the rows would not know where to hang single ones."""
    active = sa.and_(BotVersion.bot_id == Bot.id, BotVersion.is_active)
    of_bot = join(join(Schedule, Bot, Schedule.bot), BotVersion, active)
    owned = join(of_bot, User, Schedule.owner)
    slotted = join(owned, ScheduleSlot, Schedule.last_slot, isouter=True)
    return join(slotted, Run, run_seen_by(actor), isouter=True)


def run_seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Who sees a schedule need not see what its bot did."""
    return sa.and_(Run.id == ScheduleSlot.run_id, Run.seen_by(actor))


def narrowed(rows: Select[Any], actor: Actor, query: ScheduleQuery) -> Select[Any]:
    archived = query.state is State.ARCHIVED
    gone = Schedule.archived_at.is_not(None)
    rows = rows.where(gone if archived else ~gone)
    if query.state and not archived:
        rows = rows.where(Schedule.is_on == (query.state is State.ON))
    if query.bot_id:
        rows = rows.where(Schedule.bot_id == query.bot_id)
    if query.mine:
        rows = rows.where(Schedule.owner_id == actor.id)
    if query.failing:
        refused = ScheduleSlot.status == SlotStatus.REFUSED
        rows = rows.where(sa.or_(refused, Run.status.in_(WENT_WRONG)))
    if query.q:
        rows = rows.where(Schedule.name.icontains(query.q, autoescape=True))
    return rows


def slots_of(actor: Actor, schedule: Schedule) -> Select[Any]:
    rows: Any = select(
        ScheduleSlot.due_at,
        ScheduleSlot.status,
        ScheduleSlot.note,
        Run.id.label("run_id"),
        ScheduleSlot.at,
        Run.status.label("run_status"),
        Run.error,
    )
    rows = rows.select_from(join(ScheduleSlot, Run, run_seen_by(actor), isouter=True))
    return rows.where(ScheduleSlot.schedule_id == schedule.id)


def proposals_of(actor: Actor, schedule: Schedule) -> Sequence[Row[Any]]:
    """What approved it and what would, as far as this person may see it."""
    asked = sa.and_(
        Workflow.status.in_([Status.DRAFT, Status.OPEN, Status.APPROVED]),
        Workflow.change["schedule_id"].as_string() == str(schedule.id),
    )
    rows: Any = select(Workflow.id, Workflow.number, Workflow.title, Workflow.status)
    rows = rows.where(sa.or_(Workflow.id == schedule.approval_id, asked))
    rows = rows.where(Workflow.seen_by(actor))
    found: Sequence[Row[Any]] = db.session.execute(
        rows.order_by(Workflow.id.desc()).limit(10)
    ).all()
    return found


def types_for(bot: Bot) -> Sequence[Row[Any]]:
    """The work whose only step is this bot, and which council decides on it."""
    others = select(TypeStep.id).where(
        TypeStep.type_id == WorkflowType.id, TypeStep.bot_id != bot.id
    )
    steps = (
        select(sa.func.count(TypeStep.id))
        .where(TypeStep.type_id == WorkflowType.id)
        .scalar_subquery()
    )
    by = sa.func.coalesce(Council.name, "by its domain").label("council_name")
    types: Any = (
        select(WorkflowType.id, WorkflowType.name, by)
        .outerjoin(WorkflowType.council)
        .where(WorkflowType.archived_at.is_(None), WorkflowType.kind == TypeKind.WORK)
        .where(sa.or_(WorkflowType.council_id.is_(None), Council.archived_at.is_(None)))
        .where(steps == 1, ~others.exists())
    )
    found: Sequence[Row[Any]] = db.session.execute(
        types.order_by(WorkflowType.name).limit(MOST)
    ).all()
    return found


def bots_offered(actor: Actor) -> Sequence[Row[UUID, str]]:
    bots = select(Bot.id, Bot.name).where(
        Bot.seen_by(actor), Bot.status != BotStatus.ARCHIVED
    )
    return db.session.execute(bots.order_by(Bot.name).limit(MOST)).all()
