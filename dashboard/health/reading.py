"""One look at the database: each thing is asked once, whoever wants to know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, func, select

from dashboard.audit import AuditHead
from dashboard.clock import database_now, now
from dashboard.extensions import db
from dashboard.runs.brake import held_back
from dashboard.runs.models import Run, RunStatus, WorkerBeat
from dashboard.schedules.models import Schedule
from dashboard.webhooks.models import Delivery, DeliveryStatus

LATE = timedelta(seconds=60)
"""A schedule is looked at every few seconds; later than this it is late."""
SILENT = timedelta(seconds=60)
"""A worker gives a sign of life every few seconds."""
MOST = 100


@dataclass(frozen=True)
class Engine:
    """Which database it is, and how quickly it answered."""

    name: str
    version: str
    milliseconds: float


class Reading:
    """What stands in the database about the system, read as it is asked for."""

    @cached_property
    def at(self) -> datetime:
        return database_now(db.session())

    @cached_property
    def engine(self) -> Engine:
        dialect = db.session.connection().dialect
        begun = perf_counter()
        db.session.execute(sa.text("SELECT 1"))
        took = (perf_counter() - begun) * 1000
        version = ".".join(map(str, dialect.server_version_info or ()))
        is_sqlite = dialect.name == "sqlite"
        return Engine("SQLite" if is_sqlite else "PostgreSQL", version, round(took, 2))

    @cached_property
    def size(self) -> int:
        """Bytes the database takes on its disk."""
        connection = db.session.connection()
        if connection.dialect.name == "postgresql":
            size = select(func.pg_database_size(func.current_database()))
            return int(db.session.scalar(size) or 0)
        file = Path(connection.engine.url.database or "")
        parts = (file.with_name(file.name + end) for end in ("", "-wal"))
        return sum(part.stat().st_size for part in parts if part.is_file())

    @cached_property
    def revision(self) -> str | None:
        from alembic.runtime.migration import MigrationContext  # for few

        return MigrationContext.configure(
            db.session.connection()
        ).get_current_revision()

    @cached_property
    def skew(self) -> float:
        """Seconds by which our clock is ahead of the database's."""
        before = now()
        theirs = database_now(db.session())
        after = now()
        return ((before + (after - before) / 2) - theirs).total_seconds()

    @cached_property
    def head(self) -> Row[int, str] | None:
        return db.session.execute(select(AuditHead.seq, AuditHead.hash)).first()

    @cached_property
    def beats(self) -> Sequence[WorkerBeat]:
        wanted = select(WorkerBeat).order_by(WorkerBeat.name).limit(MOST)
        return db.session.scalars(wanted).all()

    @property
    def alive(self) -> Sequence[WorkerBeat]:
        return [beat for beat in self.beats if self.is_alive(beat)]

    def is_alive(self, beat: WorkerBeat) -> bool:
        return self.at - beat.seen_at <= SILENT

    @cached_property
    def running(self) -> Sequence[Row[Any]]:
        """The runs at work, each with the worker that holds it."""
        wanted: Any = select(Run.id, Run.worker, Run.started_at)
        wanted = wanted.where(Run.status == RunStatus.RUNNING).order_by(Run.id)
        found: Sequence[Row[Any]] = db.session.execute(wanted.limit(MOST)).all()
        return found

    @cached_property
    def numbers(self) -> Row[Any]:
        """Everything that is counted, in one statement."""
        return db.session.execute(
            select(
                *self._of_runs(),
                *self._of_deliveries(),
                *self._of_schedules(),
            )
        ).one()

    def _of_runs(self) -> Sequence[sa.ColumnElement[Any]]:
        held = Run.status == RunStatus.QUEUED, held_back(self.at)
        due = (
            Run.status == RunStatus.QUEUED,
            Run.available_at <= self.at,
            ~held_back(self.at),
        )
        lapsed = Run.status == RunStatus.RUNNING, Run.lease_until < self.at
        return (
            counted(Run, Run.status == RunStatus.QUEUED).label("queued"),
            counted(Run, *held).label("held"),
            earliest(Run.available_at, *due).label("oldest_due"),
            counted(Run, Run.status == RunStatus.RUNNING).label("running"),
            counted(Run, *lapsed).label("lapsed"),
        )

    def _of_deliveries(self) -> Sequence[sa.ColumnElement[Any]]:
        pending = Delivery.status == DeliveryStatus.PENDING
        failed = Delivery.status == DeliveryStatus.FAILED
        return (
            counted(Delivery, pending).label("pending"),
            earliest(Delivery.created_at, pending).label("oldest_pending"),
            counted(Delivery, failed).label("undelivered"),
        )

    def _of_schedules(self) -> Sequence[sa.ColumnElement[Any]]:
        on = Schedule.is_on.is_(True), Schedule.archived_at.is_(None)
        return (
            counted(Schedule, *on).label("schedules"),
            counted(Schedule, *on, Schedule.next_at <= self.at).label("schedules_due"),
            counted(Schedule, *on, Schedule.next_at < self.at - LATE).label(
                "schedules_late"
            ),
            earliest(Schedule.next_at, *on).label("next_schedule"),
        )


def counted(model: Any, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """A number of its own: each condition finds its way through its own index."""
    number = select(func.count()).select_from(model).where(*conditions)
    return number.scalar_subquery()


def earliest(
    column: Any, *conditions: sa.ColumnElement[bool]
) -> sa.ScalarSelect[datetime]:
    return select(func.min(column)).where(*conditions).scalar_subquery()
