"""agent steps."""

import sqlalchemy as sa
from alembic import op

revision = "21063ac131b0"
down_revision = "b8adfbfcf7d5"
branch_labels = None
depends_on = None

EXECUTIONS = sa.table(
    "bot_executions", sa.column("id"), sa.column("agent_id"), sa.column("sub")
)
THINKING = sa.select(EXECUTIONS.c.id).where(
    sa.or_(EXECUTIONS.c.agent_id.is_not(None), EXECUTIONS.c.sub > 0)
)
"""What agents did, which could not be told before."""


def upgrade() -> None:
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sub", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("agent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("inputs", sa.JSON(), nullable=True))
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("bot_version_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.drop_constraint(
            batch_op.f("uq_bot_executions_run_id_position"), type_="unique"
        )
        batch_op.create_index(
            batch_op.f("ix_bot_executions_agent_id"), ["agent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_bot_executions_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_bot_executions_run_id_position_sub"),
            ["run_id", "position", "sub"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_bot_executions_parent_id_bot_executions"),
            "bot_executions",
            ["parent_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_bot_executions_agent_id_agents"),
            "agents",
            ["agent_id"],
            ["id"],
        )
    with op.batch_alter_table("workflow_steps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("pinned", sa.JSON(), nullable=True))
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("bot_version_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_workflow_steps_agent_id"), ["agent_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_workflow_steps_agent_id_agents"),
            "agents",
            ["agent_id"],
            ["id"],
        )
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("brief", sa.JSON(), nullable=True))
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_workflow_type_steps_agent_id"), ["agent_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_workflow_type_steps_agent_id_agents"),
            "agents",
            ["agent_id"],
            ["id"],
        )
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.alter_column(
            "sub",
            existing_type=sa.Integer(),
            existing_nullable=False,
            server_default=None,
        )
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_workflow_type_steps_one_actor"),
            "(bot_id IS NULL) <> (agent_id IS NULL)",
        )
    with op.batch_alter_table("workflow_steps", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_workflow_steps_one_actor"),
            "(bot_id IS NULL) <> (agent_id IS NULL)",
        )
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_bot_executions_one_actor"),
            "(bot_id IS NULL) <> (agent_id IS NULL)",
        )


def downgrade() -> None:
    for table in ("log_chunks", "output_files"):
        rows = sa.table(table, sa.column("execution_id"))
        op.execute(sa.delete(rows).where(rows.c.execution_id.in_(THINKING)))
    op.execute("DELETE FROM bot_executions WHERE sub > 0")
    op.execute("DELETE FROM bot_executions WHERE agent_id IS NOT NULL")
    op.execute("DELETE FROM workflow_steps WHERE agent_id IS NOT NULL")
    op.execute("DELETE FROM workflow_type_steps WHERE agent_id IS NOT NULL")
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_bot_executions_one_actor"), type_="check"
        )
    with op.batch_alter_table("workflow_steps", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_workflow_steps_one_actor"), type_="check"
        )
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_workflow_type_steps_one_actor"), type_="check"
        )
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_workflow_type_steps_agent_id_agents"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_workflow_type_steps_agent_id"))
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("brief")
        batch_op.drop_column("agent_id")
    with op.batch_alter_table("workflow_steps", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_workflow_steps_agent_id_agents"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_workflow_steps_agent_id"))
        batch_op.alter_column("bot_version_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("pinned")
        batch_op.drop_column("agent_id")
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_bot_executions_agent_id_agents"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_bot_executions_parent_id_bot_executions"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("uq_bot_executions_run_id_position_sub"), type_="unique"
        )
        batch_op.drop_index(batch_op.f("ix_bot_executions_parent_id"))
        batch_op.drop_index(batch_op.f("ix_bot_executions_agent_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_bot_executions_run_id_position"), ["run_id", "position"]
        )
        batch_op.alter_column("bot_version_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("bot_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("inputs")
        batch_op.drop_column("agent_id")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("sub")
