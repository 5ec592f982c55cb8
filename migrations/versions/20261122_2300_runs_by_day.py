"""runs of the last days by how they ended, from indexes alone."""

from alembic import op

revision = "f7c25d1e9a40"
down_revision = "e4b1c09d7f35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_runs_queued", table_name="runs")
    op.create_index("ix_runs_queued", "runs", ["queued_at", "id", "status"])
    op.create_index("ix_runs_ended", "runs", ["ended_at", "status"])


def downgrade() -> None:
    op.drop_index("ix_runs_ended", table_name="runs")
    op.drop_index("ix_runs_queued", table_name="runs")
    op.create_index("ix_runs_queued", "runs", ["queued_at", "id"])
