"""The workers' signs of life."""

from datetime import datetime

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
