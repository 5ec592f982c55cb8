"""savings."""

import sqlalchemy as sa
from alembic import op

revision = "495fdaf72411"
down_revision = "01a4f4caeb65"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calculator", sa.JSON(), nullable=True))
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("savings", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.drop_column("savings")
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.drop_column("calculator")
