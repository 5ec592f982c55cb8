"""ai models."""

import sqlalchemy as sa
from alembic import op

revision = "8e1ea8c6ae4a"
down_revision = "bf42d4f54179"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ai_models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "provider",
            sa.Enum(
                "openai",
                "anthropic",
                "google",
                "ollama",
                "llama_cpp",
                "other",
                name="provider",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("model_id", sa.String(length=120), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=False),
        sa.Column(
            "usage_type",
            sa.Enum(
                "general",
                "interview",
                "prompt_generation",
                "commit_generation",
                "task_execution",
                name="usagetype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed_key", sa.Text(), nullable=True),
        sa.Column("key_last4", sa.String(length=4), nullable=False),
        sa.Column("price_in", sa.BigInteger(), nullable=False),
        sa.Column("price_out", sa.BigInteger(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("max_tokens", sa.Integer(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("calls_per_minute", sa.Integer(), nullable=True),
        sa.Column("spend_per_day", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_ai_models_created_by_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_models")),
        sa.UniqueConstraint("name", name=op.f("uq_ai_models_name")),
    )
    with op.batch_alter_table("ai_models", schema=None) as batch_op:
        batch_op.create_index("ix_ai_models_active", ["is_active", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ai_models", schema=None) as batch_op:
        batch_op.drop_index("ix_ai_models_active")
    op.drop_table("ai_models")
