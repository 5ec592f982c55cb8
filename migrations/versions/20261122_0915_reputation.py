"""reputation."""

import sqlalchemy as sa
from alembic import op

revision = "01a4f4caeb65"
down_revision = "c903f7697916"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reputation_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "completed",
                "failed",
                "rejected",
                "manual",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=True),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("savings", sa.BigInteger(), nullable=False),
        sa.Column("adjustment", sa.Integer(), nullable=False),
        sa.Column("total_actions", sa.Integer(), nullable=False),
        sa.Column("total_successes", sa.Integer(), nullable=False),
        sa.Column("total_savings", sa.BigInteger(), nullable=False),
        sa.Column("total_adjustment", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("score_after", sa.Integer(), nullable=False),
        sa.Column("formula", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["users.id"],
            name=op.f("fk_reputation_entries_actor_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_reputation_entries_agent_id_agents"),
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_reputation_entries_workflow_id_workflows"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reputation_entries")),
        sa.UniqueConstraint(
            "agent_id", "number", name=op.f("uq_reputation_entries_agent_id_number")
        ),
        sa.UniqueConstraint(
            "agent_id", "source", name=op.f("uq_reputation_entries_agent_id_source")
        ),
    )
    with op.batch_alter_table("reputation_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reputation_entries_workflow_id"),
            ["workflow_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_reputation_entries_at", ["at", "agent_id"], unique=False
        )
    op.create_table(
        "advice_scores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("advice_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("forecast", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("brier", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["advice_id"],
            ["workflow_advice.id"],
            name=op.f("fk_advice_scores_advice_id_workflow_advice"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_advice_scores_agent_id_agents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_scores")),
        sa.UniqueConstraint("advice_id", name=op.f("uq_advice_scores_advice_id")),
    )
    with op.batch_alter_table("advice_scores", schema=None) as batch_op:
        batch_op.create_index(
            "ix_advice_scores_agent", ["agent_id", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("advice_scores", schema=None) as batch_op:
        batch_op.drop_index("ix_advice_scores_agent")
    op.drop_table("advice_scores")
    with op.batch_alter_table("reputation_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_reputation_entries_at")
        batch_op.drop_index(batch_op.f("ix_reputation_entries_workflow_id"))
    op.drop_table("reputation_entries")
