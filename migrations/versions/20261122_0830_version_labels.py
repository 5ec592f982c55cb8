"""labels of versions."""

import sqlalchemy as sa
from alembic import op

revision = "ff2aef36c81f"
down_revision = "177a7ea3611f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bot_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("label", sa.String(length=40), nullable=False, server_default="")
        )
    with op.batch_alter_table("bot_versions", schema=None) as batch_op:
        batch_op.alter_column(
            "label",
            existing_type=sa.String(length=40),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    with op.batch_alter_table("bot_versions", schema=None) as batch_op:
        batch_op.drop_column("label")
