"""What the oversight pages offer to choose from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentStatus
from dashboard.councils.models import BlockedType, Council
from dashboard.extensions import db
from dashboard.workflow_types.models import TypeKind, WorkflowType

SETTING: tuple[ExecutableOption, ...] = (
    joinedload(Council.blocked_types),
    joinedload(Council.charter),
)
"""A council with what a change of its oversight looks at, in one statement."""


def types_known(council: Council) -> Sequence[Row[Any]]:
    """Every type in use, and what this council blocks, with the reason."""
    rows: Any = select(
        WorkflowType.id,
        WorkflowType.name,
        WorkflowType.kind,
        WorkflowType.archived_at,
        BlockedType.id.label("blocked_id"),
        BlockedType.reason,
    )
    rows = rows.outerjoin(
        BlockedType,
        and_(
            BlockedType.type_id == WorkflowType.id,
            BlockedType.council_id == council.id,
        ),
    ).where(or_(WorkflowType.archived_at.is_(None), BlockedType.id.is_not(None)))
    return db.session.execute(rows.order_by(WorkflowType.name)).all()


def blockable(types: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Work can be blocked; what changes a council cannot."""
    return [row for row in types if row.kind is not TypeKind.GOVERNANCE]


def agents_asking() -> Sequence[Row[Any]]:
    """Agents that are not retired."""
    rows: Any = select(Agent.id, Agent.name).where(Agent.status != AgentStatus.RETIRED)
    return db.session.execute(rows.order_by(Agent.name)).all()
