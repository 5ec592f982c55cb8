"""The queries behind the overview: a fixed number of statements, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, func, select

from dashboard.audit import AuditEntry
from dashboard.audit_log.reports import SHOWN
from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.home.decisions import Decisions, decisions_for
from dashboard.home.waiting import Waiting, waiting_for
from dashboard.incidents.reports import number_open
from dashboard.permissions import Actor
from dashboard.reputation.board import movers
from dashboard.runs.models import Run, RunStatus
from dashboard.sifting import LOWEST, id_at
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Workflow

FAILED = (RunStatus.FAILED, RunStatus.BLOCKED, RunStatus.NEEDS_REVIEW)
LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)
DAYS = 14
MOST = 5
NEWS = 10
NEAR = timedelta(hours=1)
"""By so much an id may be older than the moment of queueing."""
MOST_LOOKED_AT = 2_000
"""Runs of each status, where not all are this person's to see."""


@dataclass(frozen=True)
class Day:
    """How the runs queued on one day ended."""

    day: date
    completed: int = 0
    failed: int = 0
    other: int = 0

    @property
    def bar(self) -> dict[str, Any]:
        """As the chart wants it."""
        values = [self.completed, self.failed, self.other]
        return {"label": f"{self.day.day} {self.day:%b}", "values": values}


@dataclass(frozen=True)
class Home:
    """Everything the overview shows to one person."""

    numbers: Row[Any]
    waiting: list[Waiting]
    waiting_total: int
    running: Sequence[Row[Any]]
    failed: Sequence[Row[Any]]
    days: list[Day]
    decisions: Decisions
    moving: Sequence[Row[Any]]
    changed: Sequence[Row[Any]]

    @property
    def success_rate(self) -> int | None:
        """Whole per cent of the runs that ended in seven days; none if none did."""
        ended = self.numbers.completed_7d + self.numbers.failed_7d
        return self.numbers.completed_7d * 100 // ended if ended else None

    @property
    def bars(self) -> list[dict[str, Any]]:
        return [day.bar for day in self.days]

    @property
    def is_fresh(self) -> bool:
        """Nothing was ever proposed or run here."""
        return not (self.numbers.has_workflow or self.numbers.has_run)


def home_of(actor: Actor) -> Home:
    at = now()
    waiting, total = waiting_for(actor)
    running, failed = runs_for(actor)
    return Home(
        numbers=numbers_for(actor, at),
        waiting=waiting,
        waiting_total=total,
        running=running,
        failed=failed,
        days=days_for(actor, at.date()),
        decisions=decisions_for(actor, at.date(), DAYS),
        moving=movers(),
        changed=changes_for(actor),
    )


def numbers_for(actor: Actor, at: datetime) -> Row[Any]:
    """The tiles' numbers, and which first steps are done, in one statement."""
    day, week = at - timedelta(days=1), at - timedelta(days=7)
    done = Run.status == RunStatus.COMPLETED
    failed = Run.status.in_(FAILED)
    ended = select(
        counted(sa.and_(failed, Run.ended_at >= day)).label("failed_24h"),
        counted(done).label("completed_7d"),
        counted(failed).label("failed_7d"),
    )
    # what runs and what has ended are told by indexes of their own
    ended_runs = seen(ended.select_from(Run), actor).where(Run.ended_at >= week)
    return db.session.execute(
        select(
            live(actor, RunStatus.RUNNING).label("running"),
            live(actor, RunStatus.QUEUED).label("queued"),
            *ended_runs.subquery().c,
            number_open(actor).label("incidents"),
            exists(Bot).label("has_bot"),
            exists(Council).label("has_council"),
            exists(WorkflowType).label("has_type"),
            exists(Workflow).label("has_workflow"),
            exists(Run).label("has_run"),
        )
    ).one()


def live(actor: Actor, status: RunStatus) -> sa.ScalarSelect[int]:
    runs = seen(select(func.count(Run.id)), actor)
    return runs.where(Run.status == status).scalar_subquery()


def seen(runs: Any, actor: Actor) -> sa.Select[Any]:
    """Those that are this person's to see."""
    rows: sa.Select[Any] = runs
    if actor.sees_all:
        return rows
    return rows.outerjoin(Run.workflow).where(Run.seen_one_by_one(actor))


def counted(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return func.count().filter(condition)


def exists(model: Any) -> sa.ScalarSelect[Any]:
    other = sa.orm.aliased(model)
    return select(select(other.id).exists()).scalar_subquery()


def runs_for(actor: Actor) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The newest runs at work, and those that failed, in one statement."""
    parts = (select(newest(actor, each).subquery()) for each in (*LIVE, *FAILED))
    rows = db.session.execute(sa.union_all(*parts)).all()
    ordered = sorted(rows, key=lambda row: row.id, reverse=True)
    return (
        [row for row in ordered if row.status in LIVE][:MOST],
        [row for row in ordered if row.status in FAILED][:MOST],
    )


def newest(actor: Actor, status: RunStatus) -> sa.Select[Any]:
    """Each status by itself, as its index has them: only the newest are looked at."""
    titled = "#" + sa.cast(Workflow.number, sa.String) + " " + Workflow.title
    name = sa.case((Run.workflow_id.is_not(None), titled), else_=Bot.name)
    rows: sa.Select[Any] = select(
        Run.id,
        name.label("name"),
        Run.status,
        Run.error,
        Run.queued_at,
        Run.started_at,
        Run.ended_at,
    )
    rows = rows.outerjoin(Run.workflow).outerjoin(Run.bot).where(Run.status == status)
    if not actor.sees_all:
        of_it = select(Run.id).where(Run.status == status).order_by(Run.id.desc())
        end = of_it.offset(MOST_LOOKED_AT).limit(1).correlate(None).scalar_subquery()
        near = Run.id > func.coalesce(end, LOWEST)
        rows = rows.where(near, Run.seen_one_by_one(actor))
    return rows.order_by(Run.id.desc()).limit(MOST)


def days_for(actor: Actor, today: date) -> list[Day]:
    """The last fourteen days, oldest first, also those on which nothing ran."""
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    begins = {day: datetime.combine(day, time(), UTC) for day in days}
    day_of = sa.case(*((Run.queued_at >= begins[day], n) for n, day in enumerate(days)))
    ago = day_of.label("ago")
    runs = select(
        ago,
        counted(Run.status == RunStatus.COMPLETED).label("completed"),
        counted(Run.status.in_(FAILED)).label("failed"),
        func.count(Run.id).label("number"),
    ).where(Run.queued_at >= begins[days[-1]])
    if not actor.sees_all:
        # runs lie in the order of their ids: these are read as they lie
        runs = seen(runs, actor).where(Run.id >= id_at(begins[days[-1]] - NEAR))
    rows = db.session.execute(runs.group_by(ago))
    found = {
        row.ago: (row.completed, row.failed, row.number - row.completed - row.failed)
        for row in rows
    }
    return [Day(day, *found.get(n, ())) for n, day in enumerate(days)][::-1]


def changes_for(actor: Actor) -> Sequence[Row[Any]]:
    """The newest entries by this person or about what this person may see."""
    rows = select(*SHOWN).order_by(AuditEntry.seq.desc()).limit(NEWS)
    if not actor.sees_all:
        seen = [
            sa.and_(
                AuditEntry.subject_type == model.__tablename__,
                AuditEntry.subject_id.in_(select(model.id).where(model.seen_by(actor))),
            )
            for model in (Workflow, Council, Bot)
        ]
        rows = rows.where(sa.or_(AuditEntry.actor_id == actor.id, *seen))
    return db.session.execute(rows).all()
