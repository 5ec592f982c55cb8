"""metrics of rounds."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "177a7ea3611f"
down_revision = "7367ab9a4545"
branch_labels = None
depends_on = None

BATCH = 500
MOMENT = sa.DateTime(timezone=True)
ROUNDS = sa.table(
    "workflow_rounds",
    sa.column("id", sa.Uuid),
    sa.column("workflow_id", sa.Uuid),
    sa.column("opened_at", MOMENT),
    sa.column("closes_at", MOMENT),
    sa.column("original_closes_at", MOMENT),
    sa.column("decided_at", MOMENT),
    sa.column("outcome", sa.String),
    sa.column("early", sa.Boolean),
)
WORKFLOWS = sa.table(
    "workflows", sa.column("id", sa.Uuid), sa.column("council_id", sa.Uuid)
)
VOTERS = sa.table(
    "workflow_round_voters",
    sa.column("round_id", sa.Uuid),
    sa.column("user_id", sa.Uuid),
    sa.column("weight", sa.Integer),
)
VOTES = sa.table(
    "workflow_votes",
    sa.column("round_id", sa.Uuid),
    sa.column("user_id", sa.Uuid),
    sa.column("choice", sa.String),
    sa.column("cast_at", MOMENT),
    sa.column("superseded_at", MOMENT),
    sa.column("voided_at", MOMENT),
)
RUNS = sa.table(
    "runs",
    sa.column("round_id", sa.Uuid),
    sa.column("status", sa.String),
    sa.column("queued_at", MOMENT),
    sa.column("available_at", MOMENT),
    sa.column("started_at", MOMENT),
    sa.column("ended_at", MOMENT),
)
METRICS = sa.table(
    "workflow_metrics",
    sa.column("id", sa.Uuid),
    sa.column("round_id", sa.Uuid),
    sa.column("workflow_id", sa.Uuid),
    sa.column("council_id", sa.Uuid),
    sa.column("outcome", sa.String),
    sa.column("decided_at", MOMENT),
    sa.column("first_vote_seconds", sa.Double),
    sa.column("decision_seconds", sa.Double),
    sa.column("eligible_weight", sa.Integer),
    sa.column("voted_weight", sa.Integer),
    sa.column("approve_weight", sa.Integer),
    sa.column("reject_weight", sa.Integer),
    sa.column("early", sa.Boolean),
    sa.column("extended_seconds", sa.Double),
    sa.column("queue_seconds", sa.Double),
    sa.column("run_seconds", sa.Double),
    sa.column("run_status", sa.String),
)
DECIDED = ("approved", "rejected", "lapsed")
ENDED = ("completed", "failed", "blocked", "cancelled", "needs_review")


def upgrade() -> None:
    op.create_table(
        "workflow_metrics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_vote_seconds", sa.Double(), nullable=True),
        sa.Column("decision_seconds", sa.Double(), nullable=False),
        sa.Column("eligible_weight", sa.Integer(), nullable=False),
        sa.Column("voted_weight", sa.Integer(), nullable=False),
        sa.Column("approve_weight", sa.Integer(), nullable=False),
        sa.Column("reject_weight", sa.Integer(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("extended_seconds", sa.Double(), nullable=False),
        sa.Column("queue_seconds", sa.Double(), nullable=True),
        sa.Column("run_seconds", sa.Double(), nullable=True),
        sa.Column("run_status", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_workflow_metrics_council_id_councils"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["workflow_rounds.id"],
            name=op.f("fk_workflow_metrics_round_id_workflow_rounds"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_workflow_metrics_workflow_id_workflows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_metrics")),
        sa.UniqueConstraint("round_id", name=op.f("uq_workflow_metrics_round_id")),
    )
    with op.batch_alter_table("workflow_metrics", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_metrics_council", ["council_id", "decided_at"], unique=False
        )
        batch_op.create_index(
            "ix_workflow_metrics_decided", ["decided_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workflow_metrics_workflow_id"), ["workflow_id"], unique=False
        )
    measure(op.get_bind())


def measure(connection):
    """Write the row of every round that was decided before there were metrics."""
    decided = (
        sa.select(ROUNDS, WORKFLOWS.c.council_id)
        .join(WORKFLOWS, WORKFLOWS.c.id == ROUNDS.c.workflow_id)
        .where(ROUNDS.c.outcome.in_(DECIDED), ROUNDS.c.decided_at.is_not(None))
        .order_by(ROUNDS.c.id)
        .limit(BATCH)
    )
    batch = connection.execute(decided).all()
    while batch:
        ids = [each.id for each in batch]
        seats, votes = (
            by_round(connection, VOTERS, ids),
            by_round(connection, VOTES, ids),
        )
        runs = by_round(connection, RUNS, ids)
        rows = [
            metric(each, seats[each.id], votes[each.id]) | run_times(runs[each.id])
            for each in batch
        ]
        connection.execute(sa.insert(METRICS), rows)
        batch = connection.execute(decided.where(ROUNDS.c.id > ids[-1])).all()


def by_round(connection, table, ids):
    found = defaultdict(list)
    for row in connection.execute(sa.select(table).where(table.c.round_id.in_(ids))):
        found[row.round_id].append(row)
    return found


def metric(round_, seats, votes):
    weights = {seat.user_id: seat.weight for seat in seats}
    sums = defaultdict(int)
    for vote in votes:
        if vote.superseded_at is None and vote.voided_at is None:
            sums[vote.choice] += weights.get(vote.user_id, 0)
    first = min((vote.cast_at for vote in votes), default=None)
    return {
        "id": uuid7(),
        "round_id": round_.id,
        "workflow_id": round_.workflow_id,
        "council_id": round_.council_id,
        "outcome": round_.outcome,
        "decided_at": round_.decided_at,
        "first_vote_seconds": seconds(round_.opened_at, first),
        "decision_seconds": seconds(round_.opened_at, round_.decided_at),
        "eligible_weight": sum(weights.values()),
        "voted_weight": sum(sums.values()),
        "approve_weight": sums["approve"],
        "reject_weight": sums["reject"] + sums["veto"],
        "early": round_.early,
        "extended_seconds": seconds(round_.original_closes_at, round_.closes_at),
    }


def run_times(runs):
    """The one run a round bought, if it has ended."""
    run = next((run for run in runs if run.status in ENDED), None)
    if run is None:
        return {"queue_seconds": None, "run_seconds": None, "run_status": ""}
    allowed = max(run.queued_at, run.available_at)
    return {
        "queue_seconds": seconds(allowed, run.started_at),
        "run_seconds": seconds(run.started_at, run.ended_at),
        "run_status": run.status,
    }


def seconds(start, end):
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())


def downgrade() -> None:
    with op.batch_alter_table("workflow_metrics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_metrics_workflow_id"))
        batch_op.drop_index("ix_workflow_metrics_decided")
        batch_op.drop_index("ix_workflow_metrics_council")
    op.drop_table("workflow_metrics")
