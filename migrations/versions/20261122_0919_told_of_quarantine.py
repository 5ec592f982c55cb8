"""notices of incidents, and refused calls of hooks."""

import sqlalchemy as sa
from alembic import op

revision = "5b0e6c1f7a42"
down_revision = "c1d7a90f52be"
branch_labels = None
depends_on = None

KINDS = (
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
)
CHECK = "ck_notices_noticekind"


def upgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("workflow_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column("incident_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f(CHECK), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(CHECK), sa.column("kind").in_([*KINDS, "quarantine"])
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notices_incident_id_incidents"),
            "incidents",
            ["incident_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index(
            batch_op.f("ix_notices_incident_id"), ["incident_id"], unique=False
        )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_notices_one_subject"),
            "(workflow_id IS NULL) <> (incident_id IS NULL)",
        )
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("refusals", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column(
                "refusal", sa.String(length=300), nullable=False, server_default=""
            )
        )
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        for column in ("refusals", "refusal"):
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    """News of incidents have no place in the table as it was."""
    with op.batch_alter_table("hooks", schema=None) as batch_op:
        batch_op.drop_column("refusal")
        batch_op.drop_column("refusals")
    op.execute("DELETE FROM notices WHERE workflow_id IS NULL")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notices_one_subject"), type_="check")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_notices_incident_id_incidents"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_notices_incident_id"))
        batch_op.drop_constraint(batch_op.f(CHECK), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(CHECK), sa.column("kind").in_(KINDS)
        )
        batch_op.drop_column("incident_id")
        batch_op.alter_column("workflow_id", existing_type=sa.Uuid(), nullable=False)
