"""Why something is refused, in sentences a person may read."""

from dashboard.errors import RuleBroken
from dashboard.workflows.models import Status
from dashboard.workflows.voting import Refusal

SENTENCES = {
    Refusal.NOT_OPEN: "Voting has closed.",
    Refusal.STALE_REVISION: (
        "This proposal changed since you opened the page. Read it again, then vote."
    ),
    Refusal.NOT_ELIGIBLE: (
        "You have no vote in this round: only those who were on the council when it "
        "opened, are still, and are not left out by the rule may vote."
    ),
    Refusal.INVALID_CHOICE: "Choose approve, reject, abstain or veto.",
    Refusal.VETO_NOT_ALLOWED: "You may not veto here. Reject instead.",
    Refusal.REASON_REQUIRED: "Write down your reason, then vote again.",
    Refusal.ALREADY_VOTED: (
        "You have already voted, and the rule of this round lets nobody change a vote."
    ),
    Refusal.WRONG_STATE: (
        "This workflow has moved on since. Open it again to see what you can do now."
    ),
    Refusal.NOT_AUTHORIZED: (
        "You may not do this. Ask somebody whose office it is, or an administrator."
    ),
    Refusal.FROZEN: (
        "Nothing may start here now: a guardian has pulled the brake. It can start "
        "once the freeze is lifted."
    ),
    Refusal.TOO_EARLY: "The wait after the decision is not over. Start it later.",
    Refusal.INVALID_RULE: "The rule is not valid. Correct the council's rule first.",
    Refusal.NO_ELIGIBLE_VOTERS: (
        "Nobody may vote on this. Add members to the council who did not write it."
    ),
    Refusal.RULE_UNSATISFIABLE: (
        "This could not pass even if everyone approved. Change the rule or the council."
    ),
}

CLOSED = {
    Status.DRAFT: "Voting has not been opened yet.",
    Status.APPROVED: "Voting has closed: this was approved.",
    Status.RUNNING: "Voting has closed: this was approved and is running.",
    Status.COMPLETED: "Voting has closed: this was approved and has run.",
    Status.FAILED: "Voting has closed: this was approved, and its run failed.",
    Status.REJECTED: "Voting has closed: the council rejected this.",
    Status.LAPSED: "Voting has closed: too few answered in time.",
    Status.EXPIRED: "Voting has closed: the approval expired unused.",
    Status.CANCELLED: "Voting has closed: this was cancelled.",
}


def broken(refused: Refusal, sentence: str = "") -> RuleBroken:
    """The refusal to raise: programs read its code, people its sentence."""
    return RuleBroken(sentence or SENTENCES[refused], code=refused.value)
