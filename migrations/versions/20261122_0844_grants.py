"""secrets and grants."""

import sqlalchemy as sa
from alembic import op

revision = "4bc3f7d0da98"
down_revision = "3498474a9d2b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("sealed_value", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_stored_secrets_created_by_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_secrets")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_secrets_name")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "network",
                "secret",
                name="grantkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("secret_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoke_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["bot_id"], ["bots.id"], name=op.f("fk_grants_bot_id_bots")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["users.id"], name=op.f("fk_grants_revoked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["secret_id"],
            ["stored_secrets.id"],
            name=op.f("fk_grants_secret_id_stored_secrets"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["bot_versions.id"],
            name=op.f("fk_grants_version_id_bot_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_grants_workflow_id_workflows"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("workflow_id", name=op.f("uq_grants_workflow_id")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(
            "ix_grants_bot", ["bot_id", "revoked_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_grants_secret_id"), ["secret_id"], unique=False
        )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "decides_grants",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
            )
        )
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.alter_column(
            "decides_grants",
            existing_type=sa.Boolean(),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    with op.batch_alter_table("workflow_types", schema=None) as batch_op:
        batch_op.drop_column("decides_grants")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_secret_id"))
        batch_op.drop_index("ix_grants_bot")
    op.drop_table("grants")
    op.drop_table("stored_secrets")
