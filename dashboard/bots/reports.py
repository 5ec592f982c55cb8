"""What the pages of a bot show, in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort
from sqlalchemy import Row, Select, orm, select
from sqlalchemy.orm import aliased

from dashboard.bots.models import Bot, BotStatus, BotVersion
from dashboard.bots.schemas import LARGEST, BotQuery
from dashboard.extensions import db
from dashboard.lists import Paged, Rows
from dashboard.permissions import SYSTEM, Actor
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User
from dashboard.workflows.models import Round, Workflow, WorkflowStep
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.voting import Reason


@dataclass(frozen=True)
class Shown:
    """A version, and whose names stand beside it."""

    version: BotVersion
    author: str
    owner: str


def page_of(actor: Actor, query: BotQuery) -> Rows:
    """The list with these filters, newest first."""
    if actor.sees_all and not (query.q or query.mine):
        pages = every_bot(query.status, query.failing)
    else:
        rows = Bot.rows_for(
            actor, query.q, query.status, mine=query.mine, failing=query.failing
        )
        pages = Paged(rows, (Bot.id,))
    return pages.page(query.after, query.limit)


@cache
def every_bot(status: BotStatus | None, failing: bool) -> Paged:
    """The same for all who see everything."""
    return Paged(Bot.rows_for(SYSTEM, status=status, failing=failing), (Bot.id,))


def version_shown(bot: Bot, number: int | None = None) -> Shown:
    """The active version, or the numbered one; no such one is a 404."""
    if number is not None and not 0 < number <= LARGEST:
        abort(404)
    author, owner = aliased(User), aliased(User)
    wanted = BotVersion.number == number if number else BotVersion.is_active
    found = db.session.execute(
        select(BotVersion, author.name, owner.name)
        .join(author, BotVersion.author_id == author.id)
        .join(owner, owner.id == bot.owner_id)
        .where(BotVersion.bot_id == bot.id, wanted)
    ).one_or_none()
    return Shown(*(found or abort(404)))


def versions_of(bot: Bot, actor: Actor) -> Select[Any]:
    """Each with the latest workflow it was approved in, which not all may see."""
    seen = Workflow.seen_by(actor)
    rows: Any = select(
        BotVersion.number,
        BotVersion.message,
        BotVersion.label,
        BotVersion.author_id,
        BotVersion.content_hash,
        BotVersion.is_active,
        BotVersion.created_at,
        User.name.label("author_name"),
        Workflow.id.is_not(None).label("is_approved"),
        sa.case((seen, Workflow.id)).label("workflow_id"),
        sa.case((seen, Workflow.number)).label("workflow_number"),
    )
    named = orm.join(BotVersion, User, BotVersion.author_id == User.id)
    rows = rows.select_from(
        orm.outerjoin(named, Workflow, Workflow.id == latest_approval())
    )
    return rows.where(BotVersion.bot_id == bot.id)


def latest_approval() -> sa.ScalarSelect[UUID]:
    """The last workflow whose voters approved the version in the row around this."""
    approved, step = aliased(Workflow), aliased(WorkflowStep)
    return (
        select(approved.id)
        .select_from(approved)
        .join(step, step.workflow_id == approved.id)
        .join(
            Round,
            sa.and_(
                Round.workflow_id == approved.id,
                Round.revision == approved.revision,
            ),
        )
        .where(
            step.bot_version_id == BotVersion.id,
            Round.outcome == Outcome.APPROVED,
            Round.reason != Reason.NO_REVIEW_REQUIRED.value,
        )
        .order_by(step.workflow_id.desc())
        .limit(1)
        .correlate(BotVersion)
        .scalar_subquery()
    )


def runs_of(bot: Bot, actor: Actor) -> Select[Any]:
    """The steps in which this bot ran, of the runs this person may see."""
    rows: Any = select(
        Execution.id,
        Execution.run_id,
        Execution.status,
        Execution.message,
        Execution.started_at,
        Execution.ended_at,
        Run.trigger,
        Run.queued_at,
        BotVersion.number.label("version"),
    )
    rows = rows.join(Execution.run).join(Execution.version)
    return rows.where(Execution.bot_id == bot.id, Run.seen_by(actor))


def last_runs(bot: Bot, actor: Actor, count: int) -> Sequence[Row[Any]]:
    rows = runs_of(bot, actor).order_by(Execution.id.desc()).limit(count)
    return db.session.execute(rows).all()
