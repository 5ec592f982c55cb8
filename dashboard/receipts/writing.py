"""What a receipt tells of a workflow, read with one statement for each table."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload, selectinload

from dashboard.advice.models import Advice
from dashboard.agents.models import Agent
from dashboard.audit import AuditEntry, AuditHead
from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.receipts import telling
from dashboard.receipts.signing import private_key, sealed
from dashboard.runs.models import Run
from dashboard.runs.reports import BRIEF
from dashboard.users.models import User
from dashboard.workflows.models import Round, RoundVoter, Vote, Workflow
from dashboard.workflows.voting import Result

NOTHING = "There is nothing to prove yet: no vote on this has been decided."


def file_of(workflow: Workflow) -> bytes:
    """The receipt as it is handed out, signed now."""
    return sealed(
        receipt_of(workflow),
        issuer=current_app.config["BASE_URL"],
        issued_at=now(),
        key=private_key(current_app.config["AUDIT_KEY"]),
    )


def receipt_of(workflow: Workflow) -> dict[str, Any]:
    """Everything from the proposal to the result; refused before any decision."""
    rounds = rounds_of(workflow)
    if not any(is_decided(round_) for round_ in rounds):
        raise RuleBroken(NOTHING)
    runs, advice = runs_of(rounds), advice_of(rounds)
    votes = [vote for round_ in rounds for vote in round_.votes]
    entries = entries_about(workflow, *rounds, *votes, *advice, *runs)
    return {
        "proposal": telling.proposal(workflow),
        "rounds": [telling.round_(each) for each in rounds],
        "advice": [telling.advice(each) for each in advice],
        "runs": [telling.run(each) for each in runs],
        "audit": [telling.entry(row.AuditEntry) for row in entries],
        "chain": {"seq": entries[0].head_seq, "hash": entries[0].head_hash},
    }


def is_decided(round_: Round) -> bool:
    return round_.outcome is not None and round_.outcome.value in set(Result)


def rounds_of(workflow: Workflow) -> Sequence[Round]:
    """Every revision that was voted on, the first one first."""
    wanted = (
        select(Round)
        .where(Round.workflow_id == workflow.id)
        .options(
            selectinload(Round.voters).joinedload(RoundVoter.user).load_only(User.name),
            selectinload(Round.votes).options(
                joinedload(Vote.user).load_only(User.name),
                joinedload(Vote.voided_by).load_only(User.name),
            ),
        )
        .order_by(Round.revision)
    )
    return db.session.scalars(wanted).all()


def advice_of(rounds: Sequence[Round]) -> Sequence[Advice]:
    wanted = (
        select(Advice)
        .where(Advice.round_id.in_([round_.id for round_ in rounds]))
        .options(
            joinedload(Advice.agent).load_only(Agent.name),
            joinedload(Advice.given_by).load_only(User.name),
        )
        .order_by(Advice.given_at, Advice.id)
    )
    return db.session.scalars(wanted).all()


def runs_of(rounds: Sequence[Round]) -> Sequence[Run]:
    wanted = (
        select(Run)
        .where(Run.round_id.in_([round_.id for round_ in rounds]))
        .options(*BRIEF)
        .order_by(Run.id)
    )
    return db.session.scalars(wanted).unique().all()


def entries_about(*subjects: Model) -> Sequence[Row[int, str, AuditEntry]]:
    """What the trail says of these records, and its end beside each entry."""
    statement = (
        select(
            AuditHead.seq.label("head_seq"),
            AuditHead.hash.label("head_hash"),
            AuditEntry,
        )
        .select_from(sa.outerjoin(AuditHead, AuditEntry, about(subjects)))
        .order_by(AuditEntry.seq)
    )
    return db.session.execute(statement).all()


def about(subjects: Iterable[Model]) -> sa.ColumnElement[bool]:
    ids: dict[str, list[UUID]] = {}
    for subject in subjects:
        ids.setdefault(subject.__tablename__, []).append(subject.id)
    return sa.or_(
        *(
            sa.and_(AuditEntry.subject_type == table, AuditEntry.subject_id.in_(each))
            for table, each in ids.items()
        )
    )
