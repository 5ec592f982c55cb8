"""Casting a vote in a stored round, inside a transaction that holds the workflow."""

from datetime import datetime
from typing import NoReturn
from uuid import UUID, uuid4

from sqlalchemy import select

from dashboard.errors import Denied
from dashboard.extensions import db
from dashboard.inbox import notices
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflows import changes
from dashboard.workflows.models import Round, Vote, Workflow
from dashboard.workflows.refusals import CLOSED, SENTENCES, broken
from dashboard.workflows.rules import Excluded
from dashboard.workflows.schemas import VoteIn
from dashboard.workflows.voting import (
    Ballot,
    Choice,
    Refusal,
    early,
    extended,
    meets_quorum,
    refusal,
    tally,
)

NOTHING_TO_VOID = "Voting is not open, so there is no vote to take out."
NO_SUCH_VOTE = "This person has no vote here that counts."


class Repeated(Exception):
    """The same vote was counted while this one waited for the lock."""

    def __init__(self, vote: Vote) -> None:
        super().__init__(vote.key)
        self.vote = vote


def already_cast(workflow: Workflow, voter: User, key: str) -> Vote | None:
    """The vote a form or program has sent before, under the same key."""
    if not key:
        return None
    return db.session.scalar(
        select(Vote)
        .join(Round, Round.id == Vote.round_id)
        .where(Round.workflow_id == workflow.id)
        .where(Vote.user_id == voter.id, Vote.key == key)
    )


def cast(
    workflow: Workflow, round_: Round, voter: User, wanted: VoteIn, at: datetime
) -> Vote:
    """Add the vote, or refuse it with the reason; an earlier one is superseded."""
    check(workflow, round_, voter, wanted, at)
    before = round_.ballots
    if earlier := round_.vote_of(voter.id):
        earlier.superseded_at = at
        db.session.flush()  # at most one live vote a person, at every moment
    vote = Vote(
        user_id=voter.id,
        choice=Choice(wanted.choice),
        reason=wanted.reason,
        revision=round_.revision,
        content_hash=round_.content_hash,
        key=wanted.key or uuid4().hex,
        cast_at=at,
    )
    round_.votes.append(vote)
    extend(workflow, round_, before, at, by=voter.id)
    return vote


def void(
    workflow: Workflow,
    round_: Round,
    voter_id: UUID,
    by: User,
    reason: str,
    at: datetime,
) -> Vote:
    """Take a vote out for good: it counts no more, and its voter votes no more."""
    vote, seat = round_.vote_of(voter_id), round_.voter(voter_id)
    if vote is None or seat is None:
        raise broken(Refusal.NOT_ELIGIBLE, NO_SUCH_VOTE)
    before = round_.ballots
    vote.void(by, reason, at)
    seat.gone = True
    extend(workflow, round_, before, at, by=by.id)
    return vote


def check(
    workflow: Workflow, round_: Round, voter: User, wanted: VoteIn, at: datetime
) -> None:
    refused = refusal(
        round_.frozen_rule,
        round_.seats,
        round_.ballots,
        is_open=workflow.is_open and round_.opened_at <= at < round_.closes_at,
        voter=voter.id,
        choice=wanted.choice,
        reason_text=wanted.reason,
        revision=wanted.revision,
        current_revision=workflow.revision,
    )
    if refused:
        raise_refusal(refused, workflow, round_, voter)


def extend(
    workflow: Workflow, round_: Round, before: list[Ballot], at: datetime, by: UUID
) -> None:
    """A late quorum or a late flip gives the others time to answer."""
    rule, seats = round_.frozen_rule, round_.seats
    had_quorum = round_.quorum_reached_at is not None
    closed_at = round_.closes_at
    round_.closes_at = extended(
        rule,
        before,
        round_.ballots,
        seats,
        at=at,
        closes_at=round_.closes_at,
        original_closes_at=round_.original_closes_at,
        quorum_reached_before=had_quorum,
    )
    if not had_quorum and meets_quorum(rule, tally(seats, round_.ballots)):
        round_.quorum_reached_at = at
    if round_.closes_at > closed_at and not is_decided(round_, at):
        notices.told_extended(workflow, round_, by=by)


def is_decided(round_: Round, at: datetime) -> bool:
    """Whether the vote that moved the deadline also made the deadline idle."""
    rule, seats, ballots = round_.frozen_rule, round_.seats, round_.ballots
    return bool(early(rule, seats, ballots, opened_at=round_.opened_at, now=at))


def raise_refusal(
    refused: Refusal, workflow: Workflow, round_: Round | None, voter: User
) -> NoReturn:
    sentence = sentence_for(refused, workflow, round_, voter.id)
    if refused is Refusal.NOT_ELIGIBLE:
        raise Denied(sentence, code=refused.value)
    raise broken(refused, sentence)


def sentence_for(
    refused: Refusal, workflow: Workflow, round_: Round | None, voter: UUID
) -> str:
    """Why this person cannot vote now, in words that fit the case."""
    if refused is Refusal.NOT_OPEN:
        return CLOSED.get(workflow.status, SENTENCES[refused])
    if refused is Refusal.NOT_ELIGIBLE:
        return absence(workflow, round_, voter)
    return SENTENCES[refused]


def absence(workflow: Workflow, round_: Round | None, voter: UUID) -> str:
    seat = round_.voter(voter) if round_ else None
    if round_ and (voided := round_.voided_vote_of(voter)):
        return (
            "A guardian voided your vote, so you vote no more in this round: "
            f"“{voided.void_reason}”"
        )
    if seat and seat.gone:
        return "You have left this council since the round opened."
    if reason := left_out(workflow, round_, voter):
        return f"You {reason}, so you have no vote on it."
    return f"You had no voting seat on {workflow.council.name} when this round opened."


def left_out(workflow: Workflow, round_: Round | None, voter: UUID) -> str:
    """What the rule leaves this person out for; nothing for who had no seat."""
    agent = workflow.agent
    owner_id = agent.owner_id if agent else None
    parts = {
        Excluded.PROPOSER: ("proposed this", voter == workflow.proposer_id),
        Excluded.EDITORS: ("edited this", voter in workflow.have_edited),
        Excluded.AGENT_OWNER: ("own the agent it is for", voter == owner_id),
    }
    asked = round_.frozen_rule.exclude if round_ else ()
    said = next((said for each in asked for said, is_it in [parts[each]] if is_it), "")
    if not said and Excluded.PROPOSER in asked and voter in changes.cause_of(workflow):
        return "own the bot it is for"
    return said


def why_not(workflow: Workflow, round_: Round | None, actor: Actor) -> str | None:
    """The reason shown in place of the vote form; None for who may vote."""
    if not workflow.is_open or round_ is None:
        return sentence_for(Refusal.NOT_OPEN, workflow, round_, actor.id)
    seat = round_.voter(actor.id)
    if seat is None or seat.gone:
        return sentence_for(Refusal.NOT_ELIGIBLE, workflow, round_, actor.id)
    if not round_.frozen_rule.vote_change and round_.vote_of(actor.id):
        return SENTENCES[Refusal.ALREADY_VOTED]
    return None
