"""From open to decided: the engine applied to stored rounds, inside a transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from dashboard.councils.models import Council, Membership
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.inbox import notices
from dashboard.metrics.recording import record_decision
from dashboard.oversight.judging import judgement_of
from dashboard.permissions import VOTERS
from dashboard.runs.models import Run, RunStatus
from dashboard.users.models import User
from dashboard.webhooks import telling
from dashboard.workflows import changes, outcomes
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.explain import explain
from dashboard.workflows.models import Round, RoundVoter, Status, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.refusals import broken
from dashboard.workflows.rules import Excluded, Rule, combine, in_force
from dashboard.workflows.timing import decision_due, usable
from dashboard.workflows.voting import (
    Decision,
    Refusal,
    Result,
    Seat,
    early,
    satisfiable,
)

UNDECIDED = {
    Outcome.CANCELLED: "Not decided: it was cancelled while people could still vote.",
    Outcome.SUPERSEDED: "Not decided: the proposal was changed, so no vote counts.",
}


class Overdue(Exception):
    """What time has brought is not written yet: that comes before any verb."""


def rule_for(workflow: Workflow) -> Rule:
    """The council's rule, or the type's own in its place."""
    try:
        return in_force(workflow.council.rule, workflow.type.rule)
    except ValidationError as error:
        raise broken(Refusal.INVALID_RULE) from error


def seated(council_id: UUID | InstrumentedAttribute[UUID]) -> Select[UUID]:
    """Who sits on a council and may vote at all, whatever their weight."""
    return (
        select(Membership.user_id)
        .join(Membership.user)
        .where(Membership.council_id == council_id)
        .where(User.is_active, User.role.in_(VOTERS))
    )


def electorate(workflow: Workflow, rule: Rule) -> list[RoundVoter]:
    """Active people with a voting seat, less those whom the rule leaves out."""
    left_out = excluded(workflow, rule)
    voters = voters_of(workflow.council_id)
    return [voter for voter in voters if voter.user_id not in left_out]


def voters_of(council_id: UUID) -> list[RoundVoter]:
    """Everybody who would vote in a round that opened on this council now."""
    seats = select(Membership).where(
        Membership.council_id == council_id,
        Membership.weight >= 1,
        Membership.user_id.in_(seated(council_id)),
    )
    return [
        RoundVoter(
            user_id=seat.user_id,
            weight=seat.weight,
            roles=[seat.role],
            can_veto=seat.can_veto,
            gone=False,
        )
        for seat in db.session.scalars(seats)
    ]


def could_pass(council: Council, own_rule: Rule) -> bool:
    """Whether a type with this rule of its own could ever pass on this council."""
    rule = combine(Rule.model_validate(council.rule), own_rule)
    return satisfiable(rule, [voter.seat for voter in voters_of(council.id)])


def excluded(workflow: Workflow, rule: Rule) -> set[UUID]:
    people: set[UUID] = set()
    if Excluded.PROPOSER in rule.exclude:
        people |= {workflow.proposer_id} | changes.cause_of(workflow)
    if Excluded.EDITORS in rule.exclude:
        people |= workflow.have_edited
    agent = workflow.agent
    if Excluded.AGENT_OWNER in rule.exclude and agent and agent.owner_id:
        people.add(agent.owner_id)
    return people


def open_round(workflow: Workflow, at: datetime, by: UUID) -> Round:
    """Freeze what is judged, by whom, by which rule and until when."""
    if workflow.status is not Status.DRAFT:
        raise broken(Refusal.WRONG_STATE, "Only a draft can be opened for voting.")
    rule = rule_for(workflow)
    content = judged_content(workflow)
    closes_at = at + timedelta(seconds=rule.voting_period)
    round_ = Round(
        workflow_id=workflow.id,
        revision=workflow.revision,
        content=content,
        content_hash=hash_of(content),
        rule=rule.model_dump(mode="json"),
        opened_at=at,
        closes_at=closes_at,
        original_closes_at=closes_at,
    )
    workflow.content_hash = round_.content_hash
    judgement = judgement_of(workflow)
    round_.oversight = judgement.as_json()
    if judgement.reason:
        workflow.rounds.append(round_)
        round_.explain = {"verdict": judgement.verdict}
        close(
            workflow, round_, Decision(Result(judgement.result), judgement.reason), at
        )
    else:
        round_.voters = electorate(workflow, rule)
        check_electorate(rule, round_.seats)
        workflow.move(Status.OPEN)
        explain_round(round_, at)
        workflow.rounds.append(round_)
        db.session.flush()  # what is told names the round by its id
        notices.told_opened(workflow, round_, by=by)
        telling.told_opened(workflow, round_)
    return round_


def check_electorate(rule: Rule, seats: list[Seat]) -> None:
    if not seats:
        raise broken(Refusal.NO_ELIGIBLE_VOTERS)
    if not satisfiable(rule, seats):
        raise broken(Refusal.RULE_UNSATISFIABLE)


def load_round(workflow: Workflow) -> Round:
    """The round of the current revision as it is stored now, ready to be judged."""
    wanted = (
        select(Round)
        .where(Round.workflow_id == workflow.id, Round.revision == workflow.revision)
        .options(
            selectinload(Round.voters).joinedload(RoundVoter.user),
            selectinload(Round.votes),
            joinedload(Round.workflow),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).unique().one()


def leavers(round_: Round, council_id: UUID) -> list[RoundVoter]:
    """Voters who left the council or were deactivated since the round opened.

    Another weight or seat is no leaving: the round keeps what it was opened with.
    """
    present = set(db.session.scalars(seated(council_id)))
    return [v for v in round_.voters if not v.gone and v.user_id not in present]


def note_leavers(round_: Round, council_id: UUID) -> bool:
    """They vote no more; a vote they cast stands, and their weight stays."""
    left = leavers(round_, council_id)
    for voter in left:
        voter.gone = True
    return bool(left)


def is_overdue(workflow: Workflow, round_: Round, at: datetime) -> bool:
    """Whether there is something to write that nobody asked for.

    Its time has come, or a voter has left.
    """
    return has_come(workflow, round_, at) or (
        workflow.is_open and bool(leavers(round_, workflow.council_id))
    )


def has_come(workflow: Workflow, round_: Round, at: datetime) -> bool:
    """Whether the vote is over or certain, or the approval has run out, by now."""
    if workflow.status is Status.APPROVED:
        return round_.expires_at is not None and at >= round_.expires_at
    if at >= round_.closes_at:
        return True
    rule, seats, ballots = round_.frozen_rule, round_.seats, round_.ballots
    return bool(early(rule, seats, ballots, opened_at=round_.opened_at, now=at))


def round_at(workflow: Workflow, at: datetime) -> Round:
    """The round of a locked workflow, for a verb that comes at this moment.

    If time was first, nothing is done: see `Overdue`.
    """
    round_ = load_round(workflow)
    if is_overdue(workflow, round_, at):
        raise Overdue
    return round_


def settle(
    workflow: Workflow,
    round_: Round,
    at: datetime,
    *,
    only_time: bool = False,
    by: UUID | None = None,
) -> bool:
    """Decide if it is due or certain; say whether anything was decided.

    What time alone decided (`only_time`: nobody voted or left since the last look)
    bears the moment that was due, not the moment of the look.
    """
    found = decision_due(
        round_.frozen_rule,
        round_.seats,
        round_.ballots,
        opened_at=round_.opened_at,
        closes_at=round_.closes_at,
        at=at,
        quiet=only_time,
    )
    decision, moment = found or (None, at)
    explain_round(round_, moment, decision)
    if decision:
        close(workflow, round_, decision, moment, by=by)
    return decision is not None


def explain_round(
    round_: Round, at: datetime, decision: Decision | None = None
) -> None:
    round_.explain = explain(
        round_.frozen_rule,
        round_.seats,
        round_.ballots,
        opened_at=round_.opened_at,
        now=at,
        decision=decision,
    )


def close(
    workflow: Workflow,
    round_: Round,
    decision: Decision,
    at: datetime,
    by: UUID | None = None,
) -> None:
    """Write the one decision of this round; an approval buys the one run."""
    if round_.outcome is not None:
        raise RuleBroken("This round is decided already.")
    round_.outcome = Outcome(decision.result.value)
    round_.reason = decision.reason.value
    round_.early = decision.early
    round_.decided_at = at
    if decision.result is Result.APPROVED:
        approve(workflow, round_, at)
    else:
        workflow.move(Status(decision.result.value), decision.reason.value, at)
    db.session.flush()  # what is told and counted below names the round by its id
    record_decision(workflow, round_)
    notices.told_decided(workflow, round_, by=by)
    telling.told_decided(workflow, round_, at)
    if decision.result is Result.REJECTED:
        outcomes.over(outcomes.Over(workflow, round_, at))


def approve(workflow: Workflow, round_: Round, at: datetime) -> None:
    round_.ready_at, round_.expires_at = usable(round_.frozen_rule, at)
    workflow.move(Status.APPROVED, round_.reason)
    if round_.content["auto_run"]:
        db.session.flush()  # the run names the round by its id
        db.session.add(Run.of_workflow(workflow, round_, round_.ready_at))


def expire(workflow: Workflow, round_: Round, at: datetime) -> bool:
    """An approval nobody used in time is worth nothing."""
    if round_.expires_at is None or at < round_.expires_at:
        return False
    withdraw_run(round_, "The approval expired before the run began.", at, taken=True)
    workflow.move(Status.EXPIRED, "run_window_passed", round_.expires_at)
    notices.told_expired(workflow, round_)
    return True


def withdraw_run(round_: Round, why: str, at: datetime, *, taken: bool = False) -> None:
    """Take back a run that no worker has started.

    `taken`: also from a worker that has it in hand and did not begin it in time.
    """
    wanted = select(Run).where(Run.round_id == round_.id).with_for_update()
    run = db.session.scalar(wanted.execution_options(populate_existing=True))
    if run is None:
        return
    if taken and run.status is RunStatus.RUNNING:
        run.status, run.token, run.lease_until = RunStatus.QUEUED, None, None
    run.withdraw(why, at)
    if run.ended_at == at:
        telling.told_ended(run, at)


def end_undecided(round_: Round, outcome: Outcome, at: datetime) -> None:
    """Its votes stay to be read, and come to nothing."""
    round_.outcome, round_.decided_at = outcome, at
    round_.explain = round_.explain | {
        "certain": True,
        "can_still_pass": False,
        "can_still_fail": False,
        "verdict": UNDECIDED[outcome],
    }


def supersede(workflow: Workflow, editor_id: UUID, at: datetime) -> None:
    """A changed proposal is a draft again; old votes stay as history only."""
    round_ = None if workflow.status is Status.DRAFT else workflow.round
    if round_ is not None:
        if round_.outcome is None:
            end_undecided(round_, Outcome.SUPERSEDED, at)
        withdraw_run(round_, "The proposal was changed after its approval.", at)
        notices.told_changed(workflow, round_, by=editor_id)
    workflow.note_edit(editor_id, at)
    workflow.move(Status.DRAFT)
