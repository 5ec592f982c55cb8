"""oversight and routing."""

import sqlalchemy as sa
from alembic import op

revision = "dd5c5362e529"
down_revision = "1a24ab4f1b67"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_restrictions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_agent_restrictions_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["workflow_types.id"],
            name=op.f("fk_agent_restrictions_type_id_workflow_types"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_restrictions")),
        sa.UniqueConstraint(
            "agent_id", "type_id", name=op.f("uq_agent_restrictions_agent_id_type_id")
        ),
    )
    with op.batch_alter_table("agent_restrictions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agent_restrictions_type_id"), ["type_id"], unique=False
        )
    op.create_table(
        "council_blocked_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_council_blocked_types_council_id_councils"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["workflow_types.id"],
            name=op.f("fk_council_blocked_types_type_id_workflow_types"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_blocked_types")),
        sa.UniqueConstraint(
            "council_id",
            "type_id",
            name=op.f("uq_council_blocked_types_council_id_type_id"),
        ),
    )
    with op.batch_alter_table("council_blocked_types", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_blocked_types_type_id"), ["type_id"], unique=False
        )
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("domains", sa.JSON(), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.alter_column("domains", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("oversight", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.alter_column("oversight", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("domain", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.alter_column("council_id", existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.alter_column(
            "domain", existing_type=sa.String(length=80), server_default=None
        )
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("routing", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.alter_column("routing", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.drop_column("routing")
    # a type that had no council of its own needs one again: the oldest there is
    op.execute(
        "UPDATE workflow_types SET council_id = "
        "(SELECT id FROM councils ORDER BY created_at, id LIMIT 1) "
        "WHERE council_id IS NULL"
    )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.alter_column("council_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("domain")
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.drop_column("oversight")
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.drop_column("domains")
    with op.batch_alter_table("council_blocked_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_blocked_types_type_id"))
    op.drop_table("council_blocked_types")
    with op.batch_alter_table("agent_restrictions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_restrictions_type_id"))
    op.drop_table("agent_restrictions")
