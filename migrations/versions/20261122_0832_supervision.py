"""failures in a row, and quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "929e5f2aa2fb"
down_revision = "ff2aef36c81f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bots", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "failures_in_row", sa.Integer(), nullable=False, server_default="0"
            )
        )
        batch_op.add_column(
            sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("bots", schema=None) as batch_op:
        batch_op.alter_column(
            "failures_in_row",
            existing_type=sa.Integer(),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    with op.batch_alter_table("bots", schema=None) as batch_op:
        batch_op.drop_column("quarantined_at")
        batch_op.drop_column("resume_at")
        batch_op.drop_column("failures_in_row")
