"""editors."""

import sqlalchemy as sa
from alembic import op

revision = "1a24ab4f1b67"
down_revision = "815e99f38c49"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workflow_editors", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "is_named", sa.Boolean(), nullable=False, server_default=sa.true()
            )
        )
    with op.batch_alter_table("workflow_editors", schema=None) as batch_op:
        batch_op.alter_column(
            "is_named", existing_type=sa.Boolean(), server_default=None
        )
    # until now whoever stood here had changed something; when, nobody wrote down
    op.execute(
        "UPDATE workflow_editors SET edited_at = (SELECT created_at FROM workflows "
        "WHERE workflows.id = workflow_editors.workflow_id)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM workflow_editors WHERE edited_at IS NULL")
    with op.batch_alter_table("workflow_editors", schema=None) as batch_op:
        batch_op.drop_column("is_named")
        batch_op.drop_column("edited_at")
