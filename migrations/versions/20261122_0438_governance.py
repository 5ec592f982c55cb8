"""councils changed by vote."""

import sqlalchemy as sa
from alembic import op

revision = "bf9422a2a04a"
down_revision = "dd5c5362e529"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "council_charters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_council_charters_council_id_councils"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["workflow_types.id"],
            name=op.f("fk_council_charters_type_id_workflow_types"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_charters")),
        sa.UniqueConstraint("council_id", name=op.f("uq_council_charters_council_id")),
    )
    with op.batch_alter_table("council_charters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_charters_type_id"), ["type_id"], unique=False
        )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "work",
                    "governance",
                    name="typekind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="work",
            )
        )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=sa.Enum(
                "work",
                "governance",
                name="typekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default=None,
        )
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.drop_column("change")
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("ck_workflow_types_typekind"), type_="check"
        )
        batch_op.drop_column("kind")
    with op.batch_alter_table("council_charters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_charters_type_id"))
    op.drop_table("council_charters")
