"""What the records themselves say an agent's ledger must hold."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, load_only, selectinload

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.reputation.models import ReputationEntry
from dashboard.reputation.sources import Deed, deed_of_rejection, deeds_of
from dashboard.runs.models import Execution, Run, RunStatus
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.models.rounds import Outcome


class Proof(NamedTuple):
    """A deed as its source record has it, and when that came to its end."""

    deed: Deed
    at: datetime | None


def proofs_for(agent_id: UUID) -> dict[str, Proof]:
    """By source."""
    proofs = {}
    for run, workflow in runs_with(agent_id):
        for deed in deeds_of(workflow, run):
            if deed.agent_id == agent_id:
                proofs[deed.source] = Proof(deed, run.ended_at)
    for round_, workflow in rejections_of(agent_id):
        deed = deed_of_rejection(workflow, round_, agent_id)
        proofs[deed.source] = Proof(deed, round_.decided_at)
    return proofs


def runs_with(agent_id: UUID) -> list[tuple[Run, Workflow]]:
    """Runs of its own work, and runs in which it took a step."""
    took_part = select(Execution.run_id).where(
        Execution.agent_id == agent_id, Execution.sub == 0
    )
    wanted = (
        select(Run, Workflow)
        .join(Run.workflow)
        .where(Run.status.in_([RunStatus.COMPLETED, RunStatus.FAILED]))
        .where(sa.or_(Workflow.agent_id == agent_id, Run.id.in_(took_part)))
        .options(
            load_only(Run.status, Run.ended_at),
            contains_eager(Run.workflow).load_only(
                Workflow.agent_id, Workflow.weekly_savings, Workflow.status_reason
            ),
            selectinload(Run.steps).load_only(
                Execution.position, Execution.status, Execution.agent_id
            ),
        )
        .execution_options(populate_existing=True)
    )
    return [(run, workflow) for run, workflow in db.session.execute(wanted)]


def rejections_of(agent_id: UUID) -> list[tuple[Round, Workflow]]:
    wanted = (
        select(Round, Workflow)
        .join(Round.workflow)
        .where(Workflow.agent_id == agent_id, Round.outcome == Outcome.REJECTED)
        .options(load_only(Round.decided_at), load_only(Workflow.agent_id))
        .execution_options(populate_existing=True)
    )
    return [(round_, workflow) for round_, workflow in db.session.execute(wanted)]


def audited_adjustments(agent_id: UUID) -> dict[UUID, int]:
    """The points of every correction by hand, as the audit trail has them."""
    changes = select(AuditEntry.changes).where(
        AuditEntry.subject_type == "agents",
        AuditEntry.subject_id == agent_id,
        AuditEntry.action == Permission.REPUTATION_WRITE.value,
    )
    kind = f"{ReputationEntry.__tablename__}/"
    return {
        UUID(place.removeprefix(kind)): fields["adjustment"][1]
        for each in db.session.scalars(changes)
        for place, fields in each.items()
        if place.startswith(kind) and "adjustment" in fields
    }
