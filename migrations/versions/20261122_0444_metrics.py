"""metrics of rounds."""

import sqlalchemy as sa
from alembic import op

revision = "177a7ea3611f"
down_revision = "7367ab9a4545"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    with op.batch_alter_table("workflow_metrics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_metrics_workflow_id"))
        batch_op.drop_index("ix_workflow_metrics_decided")
        batch_op.drop_index("ix_workflow_metrics_council")
    op.drop_table("workflow_metrics")
