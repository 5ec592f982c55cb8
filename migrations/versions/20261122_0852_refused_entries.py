"""audit entries by their result."""

from alembic import op

revision = "bf42d4f54179"
down_revision = "f2fd140a4fc9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entries_result", "audit_entries", ["result", "seq"])


def downgrade() -> None:
    op.drop_index("ix_audit_entries_result", "audit_entries")
