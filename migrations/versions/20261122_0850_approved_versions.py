"""the workflows that ran a version of a bot."""

from alembic import op

revision = "f2fd140a4fc9"
down_revision = "ac1d7ca07653"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_workflow_steps_version", "workflow_steps", ["bot_version_id", "workflow_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_workflow_steps_version", "workflow_steps")
