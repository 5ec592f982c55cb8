"""The same steps through the real actions: stored rounds, aged before each step."""

from datetime import timedelta

from dashboard.clock import database_now
from dashboard.councils.models import Membership
from dashboard.errors import Denied, DomainError
from dashboard.extensions import db
from dashboard.freezes import actions as freezes
from dashboard.freezes.schemas import FreezeIn
from dashboard.permissions import Role
from dashboard.workflows import actions, jobs
from dashboard.workflows.schemas import VoteIn, WorkflowEdit
from dashboard.workflows.voting import meets_quorum, meets_threshold, tally
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    propose,
    rule_of,
)

UNIT = 1000
"""Seconds of the story that may be lost on the way without changing anything."""
TIMES = (
    "opened_at",
    "closes_at",
    "original_closes_at",
    "quorum_reached_at",
    "decided_at",
    "ready_at",
    "expires_at",
)
DECIDED = {"approved", "rejected", "lapsed"}
REASONS = {"withdrawn": "cancelled", "": None}


class Stage:
    """A council and a proposal on the database, and what happens to them."""

    def __init__(self, told):
        self.opened, self.titles, self.brake = 0, 0, None
        self.guardian = make_user("Guardian", role=Role.ADMIN)
        names = {"p", *(each["voter"] for each in told["eligible"])}
        self.people = {
            name: make_user(name, role=Role.COUNCIL_OPERATOR) for name in sorted(names)
        }
        self.council = make_council(rule=rule_of() | told["rule"])
        for each in told["eligible"]:
            self.seat(**each)
        bot = make_bot(self.guardian)
        type_ = make_type(self.council, bot, auto_run=False)
        self.workflow = propose(self.people["p"], type_)

    def seat(self, voter, weight=1, roles=("member",), veto=False):
        member = Membership(user_id=self.people[voter].id, role=roles[0])
        member.weight, member.can_veto = weight, veto
        self.council.members.append(member)
        db.session.commit()

    def age(self, second):
        """Move what is stored into the past, so that now is this second.

        The instant each step took is taken out again.
        """
        round_ = self.workflow.round
        if round_ is None:
            return
        opened_at = round_.opened_at
        start = database_now(db.session()) - timedelta(seconds=second - self.opened)
        for record in (round_, *round_.votes):
            for name in (*TIMES, "cast_at", "superseded_at"):
                if moment := getattr(record, name, None):
                    passed = UNIT * round(
                        (moment - opened_at) / timedelta(seconds=UNIT)
                    )
                    setattr(record, name, start + timedelta(seconds=passed))
        db.session.commit()

    def take(self, step):
        """The answer to a step, as a scenario names it."""
        self.age(step["at"])
        try:
            getattr(self, step["type"])(step)
        except Denied as refused:
            return refused.code or "not_authorized"
        except DomainError as refused:
            return refused.code
        return "ok"

    def actor(self, step):
        guards = step.get("as") in {"guardian", "executor"}
        return self.guardian if guards else self.people[step["by"]]

    def open(self, step):
        actions.open_voting(self.actor(step), self.workflow)
        self.opened = step["at"]

    def vote(self, step):
        wanted = VoteIn(
            choice=step["choice"],
            reason=step.get("reason", ""),
            revision=step.get("revision", self.workflow.revision),
        )
        actions.cast_vote(self.people[step["voter"]], self.workflow, wanted)

    def vote_void(self, step):
        voter = self.people[step["voter"]]
        why = "Somebody else held the key."
        actions.void_vote(self.actor(step), self.workflow, voter.id, why)

    def freeze(self, step):
        if self.brake is None:
            scope = {"scope": "council", "council_id": self.council.id}
            wanted = FreezeIn(**scope, reason="A look first.")
            self.brake = freezes.freeze(self.actor(step), wanted)

    def unfreeze(self, step):
        if self.brake:
            freezes.lift(self.actor(step), self.brake, "All is well.")
            self.brake = None

    def edit(self, step):
        self.titles += step["content"] == "changed"
        wanted = WorkflowEdit(title=f"Clean up {self.titles or ''}".strip())
        actions.edit(self.actor(step), self.workflow, wanted, {})

    def cancel(self, step):
        actions.cancel(self.actor(step), self.workflow)

    def run_start(self, step):
        actions.start_run(self.actor(step), self.workflow)

    def member_add(self, step):
        self.seat(step["voter"], step["weight"])

    def member_remove(self, step):
        gone = self.people[step["voter"]].id
        self.council.members = [m for m in self.council.members if m.user_id != gone]
        db.session.commit()
        jobs.advance(self.workflow.id)

    def weight_change(self, step):
        seats = {seat.user_id: seat for seat in self.council.members}
        seats[self.people[step["voter"]].id].weight = step["weight"]
        db.session.commit()

    def rule_change(self, step):
        self.council.rule = self.council.rule | step["rule"]
        db.session.commit()

    def outcome(self, second):
        """What is stored when the story ends, in the words of a scenario."""
        self.age(second)
        jobs.advance(self.workflow.id)
        workflow, round_ = self.workflow, self.workflow.round
        reason = workflow.status_reason
        return {
            "state": workflow.status.value,
            "reason": REASONS.get(reason, reason),
            "revision": workflow.revision,
            "decisions": sum(r.outcome in DECIDED for r in workflow.rounds),
        } | (self.numbers(round_) if round_ else {})

    def numbers(self, round_):
        rule, count = round_.frozen_rule, tally(round_.seats, round_.ballots)
        names = ["closes_at", "ready_at", "expires_at"]
        if round_.outcome in DECIDED:
            names.append("decided_at")
        return {name: self.second(getattr(round_, name)) for name in names} | {
            "early": round_.early,
            "eligible_weight": count.eligible,
            "approvers": count.approvers,
            "quorum_met": meets_quorum(rule, count),
            "threshold_met": meets_threshold(rule, count),
            "tallies": {
                "approve": count.approve,
                "reject": count.reject,
                "abstain": count.abstain,
                "not_voted": count.eligible - count.present,
            },
        }

    def second(self, moment):
        if moment is None:
            return None
        passed = moment - self.workflow.round.opened_at
        return self.opened + UNIT * round(passed / timedelta(seconds=UNIT))
