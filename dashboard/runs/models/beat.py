"""The workers' signs of life."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.database import Model


class WorkerBeat(Model):
    """A worker process and when it last gave a sign of life."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    tier: Mapped[str] = mapped_column(sa.String(16), default="")
    engine: Mapped[str] = mapped_column(sa.String(16), default="embedded")
    """How it hears of work: embedded (it asks the database) or rq."""
    threads: Mapped[int] = mapped_column(default=1)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What its latest probe of the sandbox found; empty before the first."""
    probe_asked_at: Mapped[datetime | None]
    """Somebody wants the sandbox probed again; the worker clears it."""
