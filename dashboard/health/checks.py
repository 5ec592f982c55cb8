"""What has to be so for the site to work."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import cache

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from dashboard.audit import AuditHead
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import WorkerBeat

SILENT = timedelta(seconds=60)


class Health(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


def database() -> Health:
    db.session.execute(sa.text("SELECT 1"))
    return Health.OK


def migrations() -> Health:
    context = MigrationContext.configure(db.session.connection())
    return Health.OK if context.get_current_revision() == newest() else Health.DEGRADED


@cache
def newest() -> str | None:
    """The last migration that ships with this code."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def worker() -> Health:
    """Without one, pages answer and queued runs wait."""
    seen = select(WorkerBeat.id).where(WorkerBeat.seen_at > now() - SILENT)
    return Health.OK if db.session.scalar(seen.limit(1)) else Health.DEGRADED


def audit() -> Health:
    return Health.OK if db.session.scalar(select(AuditHead.id)) else Health.DEGRADED


CHECKS: dict[str, Callable[[], Health]] = {
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "audit": audit,
}


def examine() -> dict[str, Health]:
    """Every check's answer; when one breaks, the rest is not asked any more."""
    found: dict[str, Health] = {}
    try:
        for name, check in CHECKS.items():
            found[name] = check()
    except SQLAlchemyError:
        db.session.rollback()
        found |= {name: Health.DOWN for name in CHECKS if name not in found}
    return found
