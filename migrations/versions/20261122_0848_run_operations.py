"""runs that are retried, acknowledged and found by their inputs."""

import json

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "ac1d7ca07653"
down_revision = "7210587238a3"
branch_labels = None
depends_on = None

BATCH = 500
LONGEST_NAME, LONGEST_VALUE, MOST = 80, 200, 20
RUNS = sa.table(
    "runs",
    sa.column("id", sa.Uuid),
    sa.column("status", sa.String),
    sa.column("trigger", sa.String),
    sa.column("inputs", sa.JSON),
    sa.column("is_unacknowledged", sa.Boolean),
)
INPUTS = sa.table(
    "run_inputs",
    sa.column("id", sa.Uuid),
    sa.column("run_id", sa.Uuid),
    sa.column("name", sa.String),
    sa.column("value", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retry_of_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_runs_retry_of_id"), ["retry_of_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_runs_retry_of_id_runs"), "runs", ["retry_of_id"], ["id"]
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("dispatches", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column(
                "is_unacknowledged",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
            )
        )
        batch_op.add_column(
            sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("acknowledged_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("acknowledgement", sa.Text(), nullable=False, server_default="")
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.alter_column(
            "dispatches",
            existing_type=sa.Integer(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "is_unacknowledged",
            existing_type=sa.Boolean(),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "acknowledgement",
            existing_type=sa.Text(),
            existing_nullable=False,
            server_default=None,
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_runs_trigger"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_runs_trigger"),
            sa.column("trigger").in_(["workflow", "person", "api", "schedule", "hook"]),
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_runs_acknowledged_by_id_users"),
            "users",
            ["acknowledged_by_id"],
            ["id"],
        )
        batch_op.drop_index(batch_op.f("ix_runs_started_by_id"))
        batch_op.create_index(
            "ix_runs_started_by", ["started_by_id", "id"], unique=False
        )
        batch_op.create_index("ix_runs_trigger", ["trigger", "id"], unique=False)
        batch_op.create_index(
            "ix_runs_unacknowledged", ["is_unacknowledged", "id"], unique=False
        )
        batch_op.create_index("ix_runs_queued", ["queued_at", "id"], unique=False)
    op.create_table(
        "run_inputs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_run_inputs_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_inputs")),
    )
    with op.batch_alter_table("run_inputs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_inputs_run_id"), ["run_id"], unique=False
        )
        batch_op.create_index(
            "ix_run_inputs_value", ["name", "value", "run_id"], unique=False
        )
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_error_line", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_bot_executions_bot_run", ["bot_id", "run_id"], unique=False
        )
        batch_op.create_index(
            "ix_bot_executions_version_run", ["bot_version_id", "run_id"], unique=False
        )
    # what went wrong before anybody could say so still waits to be looked at
    op.execute(
        sa.update(RUNS)
        .where(RUNS.c.status.in_(["failed", "blocked", "needs_review"]))
        .values(is_unacknowledged=True)
    )
    note_inputs(op.get_bind())


def note_inputs(connection):
    """Write the plain inputs of the runs there are, so that a filter finds them."""
    wanted = sa.select(RUNS.c.id, RUNS.c.inputs).order_by(RUNS.c.id).limit(BATCH)
    batch = connection.execute(wanted).all()
    while batch:
        rows = [row for run in batch for row in plain(run)]
        if rows:
            connection.execute(sa.insert(INPUTS), rows)
        batch = connection.execute(wanted.where(RUNS.c.id > batch[-1].id)).all()


def plain(run):
    """Text, numbers and yes or no, as they are typed into the filter."""
    kept = [
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in (run.inputs or {}).items()
        if isinstance(value, str | int | float | bool) and len(name) <= LONGEST_NAME
    ]
    return [
        {"id": uuid7(), "run_id": run.id, "name": name, "value": text}
        for name, text in kept[:MOST]
        if len(text) <= LONGEST_VALUE
    ]


def downgrade() -> None:
    # runs of what did not exist before are called a program's
    op.execute(
        sa.update(RUNS)
        .where(RUNS.c.trigger.in_(["schedule", "hook"]))
        .values(trigger="api")
    )
    with op.batch_alter_table("bot_executions", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_executions_version_run")
        batch_op.drop_index("ix_bot_executions_bot_run")
        batch_op.drop_column("first_error_line")
    with op.batch_alter_table("run_inputs", schema=None) as batch_op:
        batch_op.drop_index("ix_run_inputs_value")
        batch_op.drop_index(batch_op.f("ix_run_inputs_run_id"))
    op.drop_table("run_inputs")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_queued")
        batch_op.drop_index("ix_runs_unacknowledged")
        batch_op.drop_index("ix_runs_trigger")
        batch_op.drop_index("ix_runs_started_by")
        batch_op.create_index(
            batch_op.f("ix_runs_started_by_id"), ["started_by_id"], unique=False
        )
        batch_op.drop_constraint(
            batch_op.f("fk_runs_acknowledged_by_id_users"), type_="foreignkey"
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_runs_trigger"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_runs_trigger"),
            sa.column("trigger").in_(["workflow", "person", "api"]),
        )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("acknowledgement")
        batch_op.drop_column("acknowledged_by_id")
        batch_op.drop_column("acknowledged_at")
        batch_op.drop_column("is_unacknowledged")
        batch_op.drop_column("dispatches")
        batch_op.drop_column("dispatched_at")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_runs_retry_of_id_runs"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_runs_retry_of_id"))
        batch_op.drop_column("retry_of_id")
