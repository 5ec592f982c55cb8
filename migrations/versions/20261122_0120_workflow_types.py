"""workflow types."""

import sqlalchemy as sa
from alembic import op

revision = "954c3d43c210"
down_revision = "e466dd166069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workflow_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "risk",
            sa.Enum(
                "low",
                "medium",
                "high",
                "critical",
                name="risk",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("input_schema", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.Column("auto_run", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_workflow_types_council_id_councils"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_types")),
        sa.UniqueConstraint("name", name=op.f("uq_workflow_types_name")),
    )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_types_archived", ["archived_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workflow_types_council_id"), ["council_id"], unique=False
        )
    op.create_table(
        "workflow_type_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bots.id"], name=op.f("fk_workflow_type_steps_bot_id_bots")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["workflow_types.id"],
            name=op.f("fk_workflow_type_steps_type_id_workflow_types"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_type_steps")),
        sa.UniqueConstraint(
            "type_id", "position", name=op.f("uq_workflow_type_steps_type_id_position")
        ),
    )
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workflow_type_steps_bot_id"), ["bot_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_type_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_type_steps_bot_id"))
    op.drop_table("workflow_type_steps")
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_types_council_id"))
        batch_op.drop_index("ix_workflow_types_archived")
    op.drop_table("workflow_types")
