"""what workers tell of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "7210587238a3"
down_revision = "4bc3f7d0da98"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("worker_beats", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "engine",
                sa.String(length=16),
                nullable=False,
                server_default="embedded",
            )
        )
        batch_op.add_column(
            sa.Column("threads", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(
            sa.Column("evidence", sa.JSON(), nullable=False, server_default="{}")
        )
        batch_op.add_column(
            sa.Column("probe_asked_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("worker_beats", schema=None) as batch_op:
        batch_op.alter_column(
            "engine",
            existing_type=sa.String(length=16),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "threads",
            existing_type=sa.Integer(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "evidence",
            existing_type=sa.JSON(),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    with op.batch_alter_table("worker_beats", schema=None) as batch_op:
        batch_op.drop_column("probe_asked_at")
        batch_op.drop_column("evidence")
        batch_op.drop_column("threads")
        batch_op.drop_column("engine")
