"""chats about projects and tasks."""

import sqlalchemy as sa
from alembic import op

revision = "b872b163f1aa"
down_revision = "7d8e3c199e31"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("project_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("task_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_chat_sessions_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_chat_sessions_task_id"), ["task_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_chat_sessions_task_id_tasks"), "tasks", ["task_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_chat_sessions_project_id_projects"),
            "projects",
            ["project_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_chat_sessions_project_id_projects"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_chat_sessions_task_id_tasks"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_chat_sessions_task_id"))
        batch_op.drop_index(batch_op.f("ix_chat_sessions_project_id"))
        batch_op.drop_column("task_id")
        batch_op.drop_column("project_id")
