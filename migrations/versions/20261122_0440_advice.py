"""advice of agents."""

import sqlalchemy as sa
from alembic import op

revision = "02c97447687b"
down_revision = "bf9422a2a04a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workflow_advice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column(
            "opinion",
            sa.Enum(
                "approve",
                "reject",
                "abstain",
                name="opinion",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=71), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_workflow_advice_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"],
            ["users.id"],
            name=op.f("fk_workflow_advice_given_by_id_users"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["workflow_rounds.id"],
            name=op.f("fk_workflow_advice_round_id_workflow_rounds"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_advice")),
    )
    with op.batch_alter_table("workflow_advice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workflow_advice_agent_id"), ["agent_id"], unique=False
        )
        batch_op.create_index(
            "ix_workflow_advice_live",
            ["round_id", "agent_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_advice", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_advice_live")
        batch_op.drop_index(batch_op.f("ix_workflow_advice_agent_id"))
    op.drop_table("workflow_advice")
