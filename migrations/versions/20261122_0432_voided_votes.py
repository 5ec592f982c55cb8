"""voided votes."""

import sqlalchemy as sa
from alembic import op

revision = "815e99f38c49"
down_revision = "a767b05c5972"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workflow_votes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voided_by_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_workflow_votes_voided_by_id_users"),
            "users",
            ["voided_by_id"],
            ["id"],
        )
        batch_op.add_column(
            sa.Column("void_reason", sa.Text(), nullable=False, server_default="")
        )
    with op.batch_alter_table("workflow_votes", schema=None) as batch_op:
        batch_op.alter_column(
            "void_reason", existing_type=sa.Text(), server_default=None
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_votes", schema=None) as batch_op:
        batch_op.drop_column("void_reason")
        batch_op.drop_constraint(
            batch_op.f("fk_workflow_votes_voided_by_id_users"), type_="foreignkey"
        )
        batch_op.drop_column("voided_by_id")
