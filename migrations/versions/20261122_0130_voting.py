"""voting."""

import sqlalchemy as sa
from alembic import op

revision = "82e31d5020a8"
down_revision = "45b34f16db60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workflow_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=71), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quorum_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "rejected",
                "lapsed",
                "superseded",
                "cancelled",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explain", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_workflow_rounds_workflow_id_workflows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_rounds")),
        sa.UniqueConstraint(
            "workflow_id",
            "revision",
            name=op.f("uq_workflow_rounds_workflow_id_revision"),
        ),
    )
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_rounds_due", ["outcome", "closes_at"], unique=False
        )
    op.create_table(
        "workflow_round_voters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("can_veto", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["workflow_rounds.id"],
            name=op.f("fk_workflow_round_voters_round_id_workflow_rounds"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_workflow_round_voters_user_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_round_voters")),
        sa.UniqueConstraint(
            "round_id",
            "user_id",
            name=op.f("uq_workflow_round_voters_round_id_user_id"),
        ),
    )
    with op.batch_alter_table("workflow_round_voters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workflow_round_voters_user_id"), ["user_id"], unique=False
        )
    op.create_table(
        "workflow_votes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "approve",
                "reject",
                "abstain",
                "veto",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=71), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["workflow_rounds.id"],
            name=op.f("fk_workflow_votes_round_id_workflow_rounds"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_workflow_votes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_votes")),
        sa.UniqueConstraint(
            "round_id",
            "user_id",
            "key",
            name=op.f("uq_workflow_votes_round_id_user_id_key"),
        ),
    )
    with op.batch_alter_table("workflow_votes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_votes_live",
            ["round_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_workflow_votes_user_id"), ["user_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_votes_user_id"))
        batch_op.drop_index(
            "ix_workflow_votes_live",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
    op.drop_table("workflow_votes")
    with op.batch_alter_table("workflow_round_voters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_round_voters_user_id"))
    op.drop_table("workflow_round_voters")
    with op.batch_alter_table("workflow_rounds", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_rounds_due")
    op.drop_table("workflow_rounds")
