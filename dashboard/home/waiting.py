"""What waits for one person's vote, and how each vote stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select

from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.workflows.explain import binding, headline, quorum_line, threshold_line
from dashboard.workflows.models import Round, RoundVoter, Status, Vote, Workflow
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Choice, Tally

MOST = 5


@dataclass(frozen=True)
class Waiting:
    """One open vote, with its arithmetic so far."""

    id: UUID
    number: int
    title: str
    council: str
    closes_at: datetime
    count: Tally
    need: int
    headline: str

    @classmethod
    def of(cls, row: Row[Any]) -> "Waiting":
        rule = Rule.model_validate(row.rule)
        count = Tally(
            approve=row.approve,
            reject=row.reject,
            abstain=row.abstain,
            eligible=row.eligible,
            approvers=row.approvers,
            roles={},
            vetoes=(),
        )
        numbers = arithmetic(rule, count, row.people)
        return cls(
            id=row.id,
            number=row.number,
            title=row.title,
            council=row.council,
            closes_at=row.closes_at,
            count=count,
            need=binding(numbers)["need"],
            headline=headline(numbers),
        )


def arithmetic(rule: Rule, count: Tally, people: int) -> dict[str, Any]:
    """As much of a vote's explanation as its headline needs."""
    approvers = {"have": count.approvers, "of": people, "need": rule.min_approvals}
    return {
        "A": count.approve,
        "R": count.reject,
        "N": count.abstain,
        "E": count.eligible,
        "quorum": quorum_line(rule, count),
        "threshold": threshold_line(rule, count),
        "approvers": approvers,
    }


def waiting_for(actor: Actor) -> tuple[list[Waiting], int]:
    """The open votes this person has not voted in, most urgent first, and how many."""
    rows: Sequence[Row[Any]] = db.session.execute(
        rows_for(actor).order_by(Round.closes_at, Workflow.id).limit(MOST)
    ).all()
    return [Waiting.of(row) for row in rows], rows[0].total if rows else 0


def rows_for(actor: Actor) -> Select[Any]:
    return (
        select(
            Workflow.id,
            Workflow.number,
            Workflow.title,
            Council.name.label("council"),
            Round.closes_at,
            Round.rule,
            weight(Choice.APPROVE).label("approve"),
            weight(Choice.REJECT, Choice.VETO).label("reject"),
            weight(Choice.ABSTAIN).label("abstain"),
            electorate(func.coalesce(func.sum(RoundVoter.weight), 0)).label("eligible"),
            electorate(func.count()).label("people"),
            approvers().label("approvers"),
            func.count().over().label("total"),
        )
        .select_from(Round)
        .join(Round.workflow)
        .join(Workflow.council)
        .where(Round.outcome.is_(None), Workflow.status == Status.OPEN)
        .where(Round.closes_at > now())
        .where(Workflow.seen_by(actor), is_asked(actor), ~has_voted(actor))
    )


def is_asked(actor: Actor) -> sa.ColumnElement[bool]:
    here = sa.and_(RoundVoter.user_id == actor.id, RoundVoter.gone.is_(False))
    return Round.voters.any(here)


def has_voted(actor: Actor) -> sa.ColumnElement[bool]:
    return Round.votes.any(
        sa.and_(Vote.user_id == actor.id, Vote.superseded_at.is_(None))
    )


def electorate(number: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    here = select(number).select_from(RoundVoter)
    return here.where(RoundVoter.round_id == Round.id).scalar_subquery()


def ballots(number: sa.ColumnElement[Any], *choices: Choice) -> sa.ScalarSelect[Any]:
    """A number over the votes that count and say one of these."""
    same_person = sa.and_(
        RoundVoter.round_id == Vote.round_id, RoundVoter.user_id == Vote.user_id
    )
    return (
        select(number)
        .select_from(Vote)
        .join(RoundVoter, same_person)
        .where(
            Vote.round_id == Round.id,
            Vote.choice.in_(choices),
            Vote.superseded_at.is_(None),
            Vote.voided_at.is_(None),
        )
        .correlate(Round)
        .scalar_subquery()
    )


def weight(*choices: Choice) -> sa.ScalarSelect[Any]:
    return ballots(func.coalesce(func.sum(RoundVoter.weight), 0), *choices)


def approvers() -> sa.ScalarSelect[Any]:
    return ballots(func.count(), Choice.APPROVE)
