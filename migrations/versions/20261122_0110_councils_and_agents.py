"""councils and agents."""

import sqlalchemy as sa
from alembic import op

revision = "43026d39347a"
down_revision = "c9022680f888"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "councils",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("review_actions", sa.Boolean(), nullable=False),
        sa.Column("savings_threshold", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_councils")),
        sa.UniqueConstraint("name", name=op.f("uq_councils_name")),
    )
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.create_index(
            "ix_councils_archived", ["archived_at", "id"], unique=False
        )
    op.create_table(
        "agents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "paused",
                "retired",
                name="agentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_agents_owner_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("name", name=op.f("uq_agents_name")),
    )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agents_owner_id"), ["owner_id"], unique=False
        )
        batch_op.create_index("ix_agents_status", ["status", "id"], unique=False)
    op.create_table(
        "council_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("can_veto", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_council_memberships_council_id_councils"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_council_memberships_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_memberships")),
        sa.UniqueConstraint(
            "council_id",
            "user_id",
            name=op.f("uq_council_memberships_council_id_user_id"),
        ),
    )
    with op.batch_alter_table("council_memberships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_memberships_user_id"), ["user_id"], unique=False
        )
    op.create_table(
        "council_advisers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_council_advisers_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["councils.id"],
            name=op.f("fk_council_advisers_council_id_councils"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_advisers")),
        sa.UniqueConstraint(
            "council_id",
            "agent_id",
            name=op.f("uq_council_advisers_council_id_agent_id"),
        ),
    )
    with op.batch_alter_table("council_advisers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_advisers_agent_id"), ["agent_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("council_advisers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_advisers_agent_id"))
    op.drop_table("council_advisers")
    with op.batch_alter_table("council_memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_memberships_user_id"))
    op.drop_table("council_memberships")
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_index("ix_agents_status")
        batch_op.drop_index(batch_op.f("ix_agents_owner_id"))
    op.drop_table("agents")
    with op.batch_alter_table("councils", schema=None) as batch_op:
        batch_op.drop_index("ix_councils_archived")
    op.drop_table("councils")
