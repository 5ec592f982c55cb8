"""runs of workflows in the order of lists."""

from alembic import op

revision = "3a9e57b0c8d2"
down_revision = "f7c25d1e9a40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_runs_workflow", "runs", ["workflow_id", "id"])
    op.drop_index("ix_runs_workflow_id", table_name="runs")


def downgrade() -> None:
    op.create_index("ix_runs_workflow_id", "runs", ["workflow_id"])
    op.drop_index("ix_runs_workflow", table_name="runs")
