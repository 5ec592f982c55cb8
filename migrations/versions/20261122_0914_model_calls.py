"""model calls."""

import sqlalchemy as sa
from alembic import op

revision = "c903f7697916"
down_revision = "21063ac131b0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "test",
                "try",
                "advice",
                "chat",
                "step",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ai_model_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("prompt_version_id", sa.Uuid(), nullable=True),
        sa.Column("execution_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "completed",
                "failed",
                "cancelled",
                name="callstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tool_calls", sa.JSON(), nullable=False),
        sa.Column(
            "problem",
            sa.Enum(
                "timed_out",
                "rate_limited",
                "server_error",
                "unreachable",
                "unauthorized",
                "refused",
                "cut_off",
                "too_large",
                "bad_answer",
                "over_limit",
                "lost",
                name="problem",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_word_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_model_calls_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["ai_model_id"],
            ["ai_models.id"],
            name=op.f("fk_model_calls_ai_model_id_ai_models"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["users.id"],
            name=op.f("fk_model_calls_asked_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["bot_executions.id"],
            name=op.f("fk_model_calls_execution_id_bot_executions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["prompt_version_id"],
            ["prompt_versions.id"],
            name=op.f("fk_model_calls_prompt_version_id_prompt_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_calls")),
        sa.UniqueConstraint("key", name=op.f("uq_model_calls_key")),
    )
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.create_index("ix_model_calls_agent", ["agent_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_model_calls_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_model_calls_execution", ["execution_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_model_calls_model", ["ai_model_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_model_calls_prompt", ["prompt_version_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_model_calls_ready", ["status", "available_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.drop_index("ix_model_calls_ready")
        batch_op.drop_index("ix_model_calls_prompt")
        batch_op.drop_index("ix_model_calls_model")
        batch_op.drop_index("ix_model_calls_execution")
        batch_op.drop_index(batch_op.f("ix_model_calls_asked_by_id"))
        batch_op.drop_index("ix_model_calls_agent")
    op.drop_table("model_calls")
