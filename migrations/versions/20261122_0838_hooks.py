"""hooks."""

import sqlalchemy as sa
from alembic import op

revision = "8797531336e2"
down_revision = "bdf7b60697ff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bots.id"], name=op.f("fk_hooks_bot_id_bots")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_hooks_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.create_index("ix_hooks_bot", ["bot_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hooks_owner_id"), ["owner_id"], unique=False
        )
    op.create_table(
        "hook_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hook_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["hooks.id"],
            name=op.f("fk_hook_calls_hook_id_hooks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_hook_calls_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_calls")),
        sa.UniqueConstraint(
            "hook_id", "message_id", name=op.f("uq_hook_calls_hook_id_message_id")
        ),
    )
    with op.batch_alter_table("hook_calls", schema=None) as batch_op:
        batch_op.create_index("ix_hook_calls_hook", ["hook_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hook_calls_run_id"), ["run_id"], unique=False
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hook_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_runs_hook_id"), ["hook_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_runs_hook_id_hooks"), "hooks", ["hook_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_runs_hook_id_hooks"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_runs_hook_id"))
        batch_op.drop_column("hook_id")
    with op.batch_alter_table("hook_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_calls_run_id"))
        batch_op.drop_index("ix_hook_calls_hook")
    op.drop_table("hook_calls")
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hooks_owner_id"))
        batch_op.drop_index("ix_hooks_bot")
    op.drop_table("hooks")
