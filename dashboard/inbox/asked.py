"""The votes somebody is asked for, and whether theirs may decide."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.home.waiting import has_voted, is_asked
from dashboard.permissions import Actor, Permission
from dashboard.workflows.models import Round, RoundVoter, Status, Vote, Workflow
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Ballot, Choice, Seat, early


def votes_for(actor: Actor, at: datetime) -> Select[Any]:
    """One row for each open vote that this person has not given."""
    return (
        select(
            Workflow.id,
            Workflow.number,
            Workflow.title,
            Workflow.revision,
            Council.name.label("council"),
            Round.id.label("round_id"),
            Round.rule,
            Round.explain,
            Round.opened_at.label("since"),
            Round.closes_at.label("deadline"),
            voted_before(actor).label("is_changed"),
        )
        .select_from(Round)
        .join(Round.workflow)
        .join(Workflow.council)
        .where(is_waiting(actor, at))
    )


def is_waiting(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    if Permission.WORKFLOW_VOTE not in actor.grants:
        return sa.false()
    return sa.and_(
        Workflow.status == Status.OPEN,
        Workflow.seen_by(actor),
        Round.revision == Workflow.revision,
        Round.outcome.is_(None),
        Round.closes_at > at,
        is_asked(actor),
        ~has_voted(actor),
    )


def voted_before(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether this person voted on an earlier revision of the same proposal."""
    earlier = aliased(Round)
    cast = (
        select(Vote.id)
        .join(earlier, earlier.id == Vote.round_id)
        .where(
            earlier.workflow_id == Workflow.id,
            earlier.revision < Workflow.revision,
            Vote.user_id == actor.id,
        )
    )
    return cast.exists()


def deciding(rows: Sequence[Row[Any]], voter_id: UUID, at: datetime) -> set[UUID]:
    """The rounds among these that this person's vote could end at once."""
    seats, ballots = standing([row.round_id for row in rows])
    return {
        row.round_id
        for row in rows
        if may_decide(
            Rule.model_validate(row.rule),
            seats.get(row.round_id, []),
            ballots.get(row.round_id, []),
            voter_id=voter_id,
            opened_at=row.since,
            at=at,
        )
    }


def may_decide(
    rule: Rule,
    seats: Sequence[Seat],
    ballots: Sequence[Ballot],
    *,
    voter_id: UUID,
    opened_at: datetime,
    at: datetime,
) -> bool:
    return any(
        early(
            rule,
            seats,
            [*ballots, Ballot(voter_id, choice)],
            opened_at=opened_at,
            now=at,
        )
        for choice in (Choice.APPROVE, Choice.REJECT)
    )


def standing(
    round_ids: Collection[UUID],
) -> tuple[dict[UUID, list[Seat]], dict[UUID, list[Ballot]]]:
    """Seats and votes that count, by round, in one statement."""
    counts = sa.and_(
        Vote.round_id == RoundVoter.round_id,
        Vote.user_id == RoundVoter.user_id,
        Vote.superseded_at.is_(None),
        Vote.voided_at.is_(None),
    )
    wanted = (
        select(RoundVoter, Vote.choice)
        .outerjoin(Vote, counts)
        .where(RoundVoter.round_id.in_(round_ids))
    )
    seats: dict[UUID, list[Seat]] = {}
    ballots: dict[UUID, list[Ballot]] = {}
    for voter, choice in db.session.execute(wanted):
        seats.setdefault(voter.round_id, []).append(voter.seat)
        if choice:
            ballots.setdefault(voter.round_id, []).append(Ballot(voter.user_id, choice))
    return seats, ballots
