"""schedules."""

import sqlalchemy as sa
from alembic import op

revision = "bdf7b60697ff"
down_revision = "4ec80eed8418"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("cron", sa.String(length=120), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column(
            "overlap",
            sa.Enum(
                "skip",
                "queue",
                name="overlap",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "catch_up",
            sa.Enum(
                "skip",
                "last",
                "all",
                name="catchup",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("approved_version_id", sa.Uuid(), nullable=True),
        sa.Column("approved_hash", sa.String(length=71), nullable=False),
        sa.Column("approved_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"],
            ["workflows.id"],
            name=op.f("fk_schedules_approval_id_workflows"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_version_id"],
            ["bot_versions.id"],
            name=op.f("fk_schedules_approved_version_id_bot_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bots.id"], name=op.f("fk_schedules_bot_id_bots")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_schedules_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedules_approval_id"), ["approval_id"], unique=False
        )
        batch_op.create_index("ix_schedules_bot", ["bot_id", "id"], unique=False)
        batch_op.create_index("ix_schedules_due", ["is_on", "next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_schedules_owner_id"), ["owner_id"], unique=False
        )
    op.create_table(
        "schedule_slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "fired",
                "overlapped",
                "missed",
                "refused",
                name="slotstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_schedule_slots_run_id_runs")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedules.id"],
            name=op.f("fk_schedule_slots_schedule_id_schedules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_slots")),
        sa.UniqueConstraint(
            "schedule_id", "due_at", name=op.f("uq_schedule_slots_schedule_id_due_at")
        ),
    )
    with op.batch_alter_table("schedule_slots", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_slots_run_id"), ["run_id"], unique=False
        )
        batch_op.create_index(
            "ix_schedule_slots_schedule", ["schedule_id", "id"], unique=False
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("schedule_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_runs_schedule", ["schedule_id", "status"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_runs_schedule_id_schedules"),
            "schedules",
            ["schedule_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_runs_schedule_id_schedules"), type_="foreignkey"
        )
        batch_op.drop_index("ix_runs_schedule")
        batch_op.drop_column("schedule_id")
    with op.batch_alter_table("schedule_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_schedule_slots_schedule")
        batch_op.drop_index(batch_op.f("ix_schedule_slots_run_id"))
    op.drop_table("schedule_slots")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedules_owner_id"))
        batch_op.drop_index("ix_schedules_due")
        batch_op.drop_index("ix_schedules_bot")
        batch_op.drop_index(batch_op.f("ix_schedules_approval_id"))
    op.drop_table("schedules")
