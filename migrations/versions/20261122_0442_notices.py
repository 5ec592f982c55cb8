"""notices and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "7367ab9a4545"
down_revision = "02c97447687b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "half_time",
                "last_call",
                "extended",
                "changed",
                "voided",
                "decided",
                "expires_soon",
                "expired",
                "finished",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notices_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_notices_workflow_id_workflows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notices_user_id_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_user", ["user_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notices_workflow_id"), ["workflow_id"], unique=False
        )
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("half_reminded_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("last_reminded_at", sa.DateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.drop_column("last_reminded_at")
        batch_op.drop_column("half_reminded_at")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_workflow_id"))
        batch_op.drop_index("ix_notices_user")
    op.drop_table("notices")
