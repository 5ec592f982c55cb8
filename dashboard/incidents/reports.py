"""What pages and the API read about incidents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.incidents.models import Incident
from dashboard.incidents.schemas import IncidentQuery, State
from dashboard.permissions import Actor
from dashboard.runs.models import Execution, Run
from dashboard.runs.supervision import OWN_DOING
from dashboard.users.models import User
from dashboard.webhooks.models import Endpoint

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Incident.bot),
    joinedload(Incident.endpoint).load_only(Endpoint.name),
)
"""An incident with what its permissions ask for."""
MOST = 5


def state() -> sa.ColumnElement[str]:
    return sa.case(
        (Incident.resolved_at.is_not(None), State.RESOLVED.value),
        (Incident.acknowledged_at.is_not(None), State.ACKNOWLEDGED.value),
        else_=State.OPEN.value,
    )


def rows_for(actor: Actor, query: IncidentQuery) -> Select[*tuple[Any, ...]]:
    """What a list shows, without loading a single object.

    The run, and its error, are for those who may see it.
    """
    sees_run = sa.and_(Run.id.is_not(None), Run.seen_by(actor))
    rows = (
        select(
            Incident.id,
            Incident.kind,
            state().label("state"),
            Incident.summary,
            Incident.bot_id,
            Bot.name.label("bot_name"),
            Bot.owner_id,
            Bot.quarantined_at,
            Incident.endpoint_id,
            Endpoint.name.label("endpoint_name"),
            sa.case((sees_run, Incident.run_id)).label("run_id"),
            sees_run.label("sees_run"),
            sa.case((sees_run, Run.error), else_="").label("error"),
            Incident.opened_at,
            Incident.acknowledged_at,
            Incident.acknowledged_by_id,
            User.name.label("acknowledged_by_name"),
            Incident.note,
            Incident.resolved_at,
        )
        .outerjoin(Incident.bot)
        .outerjoin(Incident.endpoint)
        .outerjoin(Incident.run)
        .outerjoin(User, User.id == Incident.acknowledged_by_id)
        .where(Incident.seen_by(actor))
    )
    return narrowed(rows, query)


def narrowed(
    rows: Select[*tuple[Any, ...]], query: IncidentQuery
) -> Select[*tuple[Any, ...]]:
    if query.state:
        rows = rows.where(is_in(query.state))
    if query.kind:
        rows = rows.where(Incident.kind == query.kind)
    if query.bot_id:
        rows = rows.where(Incident.bot_id == query.bot_id)
    return rows


def is_in(state: State) -> sa.ColumnElement[bool]:
    is_seen = Incident.acknowledged_at.is_not(None)
    if state is State.RESOLVED:
        return Incident.resolved_at.is_not(None)
    wanted = is_seen if state is State.ACKNOWLEDGED else ~is_seen
    return sa.and_(Incident.resolved_at.is_(None), wanted)


def row_of(actor: Actor, incident_id: UUID) -> Row[Any] | None:
    rows = rows_for(actor, IncidentQuery()).where(Incident.id == incident_id)
    return db.session.execute(rows).one_or_none()


def unresolved(bot_id: UUID) -> Sequence[Incident]:
    """Why a bot stands still, as far as nobody has put an end to it."""
    wanted = select(Incident).where(
        Incident.bot_id == bot_id, Incident.resolved_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(Incident.id)).all()


def failures_of(actor: Actor, bot_id: UUID) -> Sequence[Row[Any]]:
    """The last times a bot failed; what it said, where this person sees the run."""
    seen = Run.seen_by(actor)
    rows: Any = (
        select(
            Execution.run_id,
            Execution.status,
            Execution.ended_at,
            BotVersion.number.label("version"),
            seen.label("sees_run"),
            sa.case((seen, Execution.message), else_="").label("message"),
        )
        .join(Execution.run)
        .join(Execution.version)
        .where(Execution.bot_id == bot_id, Execution.status.in_(OWN_DOING))
        .order_by(Execution.id.desc())
    )
    return db.session.execute(rows.limit(MOST)).all()


def bots_offered(actor: Actor) -> Sequence[Row[UUID, str]]:
    """The bots of the list's filter: those that had an incident."""
    known = select(Incident.bot_id)
    bots = select(Bot.id, Bot.name).where(Bot.seen_by(actor), Bot.id.in_(known))
    return db.session.execute(bots.order_by(Bot.name).limit(200)).all()


def number_open(actor: Actor) -> sa.ScalarSelect[int]:
    """How many incidents nobody has seen to, for a page that asks much at once."""
    number = select(func.count()).select_from(Incident)
    wanted = number.where(Incident.resolved_at.is_(None), Incident.seen_by(actor))
    return wanted.scalar_subquery()
