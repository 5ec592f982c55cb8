"""advice asked."""

import sqlalchemy as sa
from alembic import op

revision = "c1d7a90f52be"
down_revision = "64bd6f8bd898"
branch_labels = None
depends_on = None

PROBLEMS = (
    "timed_out",
    "rate_limited",
    "server_error",
    "unreachable",
    "unauthorized",
    "refused",
    "cut_off",
    "too_large",
    "bad_answer",
    "over_limit",
    "lost",
)


def upgrade() -> None:
    op.create_table(
        "advice_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_advice_requests_agent_id_agents"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["users.id"],
            name=op.f("fk_advice_requests_asked_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["model_calls.id"],
            name=op.f("fk_advice_requests_call_id_model_calls"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["workflow_rounds.id"],
            name=op.f("fk_advice_requests_round_id_workflow_rounds"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_requests")),
        sa.UniqueConstraint("call_id", name=op.f("uq_advice_requests_call_id")),
        sa.UniqueConstraint(
            "round_id",
            "agent_id",
            "number",
            name=op.f("uq_advice_requests_round_id_agent_id_number"),
        ),
    )
    with op.batch_alter_table("advice_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_advice_requests_agent_id"), ["agent_id"], unique=False
        )
    with op.batch_alter_table("workflow_advice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "problem",
                sa.Enum(
                    *PROBLEMS,
                    name="problem",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.alter_column("given_by_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_workflow_advice_call_id"), ["call_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_workflow_advice_call_id_model_calls"),
            "model_calls",
            ["call_id"],
            ["id"],
        )


def downgrade() -> None:
    """Advice that nobody passed on has no place in the table as it was."""
    advice = sa.table("workflow_advice", sa.column("given_by_id", sa.Uuid()))
    scores = sa.table("advice_scores", sa.column("advice_id", sa.Uuid()))
    own = sa.select(sa.literal_column("id")).select_from(advice)
    own = own.where(advice.c.given_by_id.is_(None))
    op.execute(scores.delete().where(scores.c.advice_id.in_(own)))
    op.execute(advice.delete().where(advice.c.given_by_id.is_(None)))
    with op.batch_alter_table("workflow_advice", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_workflow_advice_call_id_model_calls"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("uq_workflow_advice_call_id"), type_="unique"
        )
        batch_op.drop_constraint(
            batch_op.f("ck_workflow_advice_problem"), type_="check"
        )
        batch_op.alter_column("given_by_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("problem")
        batch_op.drop_column("call_id")
    with op.batch_alter_table("advice_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_requests_agent_id"))
    op.drop_table("advice_requests")
