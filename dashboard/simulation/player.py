"""The player: one workflow and its council, moved by the engine of real rounds."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ValidationError

from dashboard.simulation.rounds import PlayedRound, moment, numbers
from dashboard.simulation.scenarios import (
    AnyStep,
    EditStep,
    FinishStep,
    Office,
    OpenStep,
    RuleStep,
    Scenario,
    SeatStep,
    StartStep,
    StopStep,
    VoidStep,
    Voter,
    VoteStep,
)
from dashboard.simulation.schemas import Outcome
from dashboard.workflows.rules import Excluded, Rule
from dashboard.workflows.timing import start_refusal
from dashboard.workflows.voting import (
    Ballot,
    Choice,
    Refusal,
    Seat,
    refusal,
    satisfiable,
)


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    APPROVED = "approved"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


BEFORE_RUN = {State.DRAFT, State.OPEN, State.APPROVED}


class Player:
    """Takes the steps of a scenario one by one; a refused step changes nothing."""

    def __init__(self, scenario: Scenario) -> None:
        self.proposer = scenario.proposer
        self.editors = set(scenario.editors or ())
        self.agent_owner = scenario.agent_owner
        self.members = {member.voter: member for member in scenario.eligible}
        self.rule = dict(scenario.rule)
        self.state = State.DRAFT
        self.reason: str | None = None
        self.revision = 1
        self.runs = self.decisions = 0
        self.is_frozen = False
        self.round: PlayedRound | None = None

    def take(self, step: AnyStep, second: int) -> Refusal | None:
        """Try something at a second, after all that time has brought by then."""
        self.advance(second)
        at = moment(second)
        match step:
            case OpenStep():
                return self.open(step, at)
            case VoteStep():
                return self.vote(step, at)
            case VoidStep():
                return self.void(step, at)
            case SeatStep():
                return self.seat(step, at)
            case RuleStep():
                self.rule |= step.rule
                return None
            case EditStep():
                return self.edit(step)
            case StopStep():
                return self.stop(step)
            case StartStep():
                return self.start(step, at)
            case FinishStep():
                return self.finish(step)

    def advance(self, second: int) -> None:
        """What time brings: a vote closes or becomes certain, an approval runs out."""
        at = moment(second)
        if self.state is State.OPEN and self.round and self.round.may_be_due(at):
            self.settle(at, quiet=True)
        expires_at = self.round and self.round.expires_at
        if self.state is State.APPROVED and expires_at and at >= expires_at:
            self.state, self.reason = State.EXPIRED, "run_window_passed"

    def settle(self, at: datetime, *, quiet: bool = False) -> None:
        decision = self.round and self.round.settle(at, quiet=quiet)
        if decision:
            self.state = State(decision.result.value)
            self.reason = decision.reason.value
            self.decisions += 1

    def open(self, step: OpenStep, at: datetime) -> Refusal | None:
        if self.state is not State.DRAFT:
            return Refusal.WRONG_STATE
        if not self.writes(step):
            return Refusal.NOT_AUTHORIZED
        try:
            rule = Rule.model_validate(self.rule)
        except ValidationError:
            return Refusal.INVALID_RULE
        seats = self.electorate(rule)
        if not seats:
            return Refusal.NO_ELIGIBLE_VOTERS
        if not satisfiable(rule, seats):
            return Refusal.RULE_UNSATISFIABLE
        closes_at = at + timedelta(seconds=rule.voting_period)
        self.round = PlayedRound(rule, seats, at, closes_at, closes_at)
        self.state, self.reason = State.OPEN, None
        return None

    def electorate(self, rule: Rule) -> list[Seat]:
        out: set[str | None] = set()
        if Excluded.PROPOSER in rule.exclude:
            out.add(self.proposer)
        if Excluded.EDITORS in rule.exclude:
            out |= self.editors
        if Excluded.AGENT_OWNER in rule.exclude:
            out.add(self.agent_owner)
        return [
            Seat(name, member.weight, frozenset(member.roles), member.veto)
            for name, member in self.members.items()
            if member.weight >= 1 and name not in out
        ]

    def vote(self, step: VoteStep, at: datetime) -> Refusal | None:
        round_ = self.round
        choice = step.choice if isinstance(step.choice, str) else ""
        if self.state is not State.OPEN or round_ is None:
            return Refusal.NOT_OPEN
        refused = refusal(
            round_.rule,
            round_.seats,
            round_.ballots,
            is_open=True,
            voter=step.voter,
            choice=choice,
            reason_text=step.reason or "",
            revision=self.revision if step.revision is None else step.revision,
            current_revision=self.revision,
        )
        if refused:
            return refused
        ballot = Ballot(step.voter, Choice(choice))
        round_.count([*round_.without(step.voter), ballot], at)
        self.settle(at)
        return None

    def void(self, step: VoidStep, at: datetime) -> Refusal | None:
        round_ = self.round
        if self.state is not State.OPEN or round_ is None:
            return Refusal.WRONG_STATE
        if step.office is not Office.GUARDIAN:
            return Refusal.NOT_AUTHORIZED
        if not round_.has_vote_of(step.voter):
            return Refusal.NOT_ELIGIBLE
        round_.lose(step.voter)
        round_.count(round_.without(step.voter), at)
        self.settle(at)
        return None

    def seat(self, step: SeatStep, at: datetime) -> Refusal | None:
        """The council changes at once, an open round only by who leaves it."""
        if step.type == "member_remove":
            self.members.pop(step.voter, None)
            if self.state is State.OPEN and self.round:
                self.round.lose(step.voter)
                self.settle(at)
            return None
        known = self.members.get(step.voter)
        if known is None and step.type == "weight_change":
            return None
        changed = step.model_dump(
            include={"weight", "roles", "veto"}, exclude_none=True
        )
        member = known or Voter(voter=step.voter)
        self.members[step.voter] = member.model_copy(update=changed)
        return None

    def edit(self, step: EditStep) -> Refusal | None:
        if self.state not in BEFORE_RUN:
            return Refusal.WRONG_STATE
        if not self.writes(step):
            return Refusal.NOT_AUTHORIZED
        if step.content == "changed":
            self.revision += 1
            self.state, self.reason, self.round = State.DRAFT, None, None
            if step.by:
                self.editors.add(step.by)
        return None

    def writes(self, step: AnyStep) -> bool:
        known = step.by == self.proposer or step.by in self.editors
        return known or step.office is Office.EDITOR

    def stop(self, step: StopStep) -> Refusal | None:
        """Take it back, stop its run, or pull the brake for everything."""
        guards = step.office is Office.GUARDIAN
        if step.type in {"freeze", "unfreeze"}:
            if guards:
                self.is_frozen = step.type == "freeze"
            return None if guards else Refusal.NOT_AUTHORIZED
        withdrawn = step.type == "cancel"
        if self.state not in (BEFORE_RUN if withdrawn else {State.RUNNING}):
            return Refusal.WRONG_STATE
        if not guards and not (withdrawn and step.by == self.proposer):
            return Refusal.NOT_AUTHORIZED
        self.state = State.CANCELLED
        self.reason = "cancelled" if withdrawn else "emergency_stop"
        return None

    def start(self, step: StartStep, at: datetime) -> Refusal | None:
        round_ = self.round
        if self.state is not State.APPROVED or round_ is None:
            return Refusal.WRONG_STATE
        refused = start_refusal(
            round_.rule,
            is_approved=True,
            is_executor=step.office in {Office.EXECUTOR, Office.SYSTEM},
            is_proposer=step.by == self.proposer,
            is_frozen=self.is_frozen,
            ready_at=round_.ready_at,
            at=at,
        )
        if refused is None:
            self.state = State.RUNNING
            self.runs += 1
        return refused

    def finish(self, step: FinishStep) -> Refusal | None:
        if self.state is not State.RUNNING:
            return Refusal.WRONG_STATE
        succeeded = step.result == "success"
        self.state = State.COMPLETED if succeeded else State.FAILED
        return None

    def outcome(self) -> Outcome:
        """Where it stands, as the expectations of a scenario name it."""
        known = Outcome(
            state=self.state.value,
            reason=self.reason,
            early=False,
            revision=self.revision,
            runs=self.runs,
            decisions=self.decisions,
        )
        return known.model_copy(update=numbers(self.round)) if self.round else known
