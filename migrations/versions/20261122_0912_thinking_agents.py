"""agents that think."""

import sqlalchemy as sa
from alembic import op

revision = "b8adfbfcf7d5"
down_revision = "a92406479edc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_tools",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("input_schema", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_agent_tools_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bots.id"], name=op.f("fk_agent_tools_bot_id_bots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_tools")),
        sa.UniqueConstraint(
            "agent_id", "bot_id", name=op.f("uq_agent_tools_agent_id_bot_id")
        ),
    )
    with op.batch_alter_table("agent_tools", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agent_tools_bot_id"), ["bot_id"], unique=False
        )
    op.create_table(
        "agent_trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "success",
                "partial",
                "failure",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_agent_trainings_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["users.id"],
            name=op.f("fk_agent_trainings_recorded_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_trainings")),
    )
    with op.batch_alter_table("agent_trainings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agent_trainings_agent", ["agent_id", "id"], unique=False
        )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "strengths", sa.JSON(), nullable=False, server_default=sa.text("'[]'")
            )
        )
        batch_op.add_column(
            sa.Column(
                "weaknesses", sa.JSON(), nullable=False, server_default=sa.text("'[]'")
            )
        )
        batch_op.add_column(
            sa.Column(
                "last_feedback",
                sa.String(length=300),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(sa.Column("ai_model_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("prompt_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "prompt_label",
                sa.String(length=40),
                nullable=False,
                server_default="production",
            )
        )
        batch_op.add_column(
            sa.Column(
                "parameters", sa.JSON(), nullable=False, server_default=sa.text("'{}'")
            )
        )
        batch_op.add_column(sa.Column("spend_per_run", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("spend_per_day", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("reputation", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_agents_ai_model_id"), ["ai_model_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agents_prompt_id"), ["prompt_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_agents_ai_model_id_ai_models"),
            "ai_models",
            ["ai_model_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_agents_prompt_id_prompts"), "prompts", ["prompt_id"], ["id"]
        )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.alter_column(
            "strengths",
            existing_type=sa.JSON(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "weaknesses",
            existing_type=sa.JSON(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "last_feedback",
            existing_type=sa.String(length=300),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "prompt_label",
            existing_type=sa.String(length=40),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "parameters",
            existing_type=sa.JSON(),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_agents_prompt_id_prompts"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_agents_ai_model_id_ai_models"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_agents_prompt_id"))
        batch_op.drop_index(batch_op.f("ix_agents_ai_model_id"))
        batch_op.drop_column("reputation")
        batch_op.drop_column("spend_per_day")
        batch_op.drop_column("spend_per_run")
        batch_op.drop_column("parameters")
        batch_op.drop_column("prompt_label")
        batch_op.drop_column("prompt_id")
        batch_op.drop_column("ai_model_id")
        batch_op.drop_column("last_feedback")
        batch_op.drop_column("weaknesses")
        batch_op.drop_column("strengths")
    with op.batch_alter_table("agent_trainings", schema=None) as batch_op:
        batch_op.drop_index("ix_agent_trainings_agent")
    op.drop_table("agent_trainings")
    with op.batch_alter_table("agent_tools", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_tools_bot_id"))
    op.drop_table("agent_tools")
