"""What stands in an inbox, in words."""

from datetime import UTC, datetime

from dashboard.inbox.schemas import Kind
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows.models import Status

ASKS = (Kind.REVIEW, Kind.VOTE, Kind.RUN, Kind.OPEN, Kind.LOOK)
"""Of what has no deadline, what comes first."""

WHY: dict[Kind | Status, str] = {
    Kind.RUN: "It is approved, and somebody has to start it.",
    Kind.OPEN: "Your draft; nobody was asked yet.",
    Kind.REVIEW: "Its worker was lost: find out whether it did its work.",
    Status.FAILED: "Its run failed, and the approval is spent.",
    Status.LAPSED: "Too few answered in time.",
}
RELEASE = "Nothing starts it any more until somebody has looked and released it."
ENDED = {
    RunStatus.COMPLETED: "The run completed.",
    RunStatus.FAILED: "The run failed: {error}",
    RunStatus.BLOCKED: "The run was blocked: {error}",
    RunStatus.CANCELLED: "The run was stopped before its end.",
    RunStatus.NEEDS_REVIEW: "The run needs a look: {error}",
}


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %b %Y, %H:%M} UTC"


def finished(run: Run) -> str:
    """How a run ended; of an error its first line."""
    error = (run.error.splitlines() or [""])[0] or "it gave no reason."
    return ENDED[run.status].format(error=error)


def why_asked(*, changed: bool, decides: bool) -> str:
    if changed and decides:
        return "It changed since you voted, and your vote may decide it."
    if changed:
        return "It changed since you voted."
    return "Your vote may decide it." if decides else "Your vote is asked."
