"""When things fall due, on aware datetimes: every interval is half-open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import (
    Ballot,
    Decision,
    Refusal,
    Seat,
    decide,
    early,
)

DAY = timedelta(days=1)


def decision_due(
    rule: Rule,
    seats: Sequence[Seat],
    ballots: Sequence[Ballot],
    *,
    opened_at: datetime,
    closes_at: datetime,
    at: datetime,
    quiet: bool = False,
) -> tuple[Decision, datetime] | None:
    """What an open round has come to by now, and the moment it was due.

    `quiet` says that nobody voted or left since the last look: what time alone
    decided then bears the moment that was due, not the moment of the look.
    """
    least = opened_at + timedelta(seconds=rule.min_open)
    waited = quiet and rule.min_open > 0 and least <= at
    moment = least if waited and least < closes_at else at
    if moment < closes_at:
        decision = early(rule, seats, ballots, opened_at=opened_at, now=moment)
        if decision:
            return decision, moment
    if at >= closes_at:
        return decide(rule, seats, ballots), closes_at
    return None


def usable(rule: Rule, decided_at: datetime) -> tuple[datetime, datetime | None]:
    """From when an approval may be used, and until when, if ever it runs out."""
    ready_at = decided_at + timedelta(seconds=rule.timelock)
    window = rule.run_window
    return ready_at, ready_at + timedelta(seconds=window) if window else None


def start_refusal(
    rule: Rule,
    *,
    is_approved: bool,
    is_executor: bool,
    is_proposer: bool,
    is_frozen: bool,
    ready_at: datetime | None,
    at: datetime,
) -> Refusal | None:
    """Why a run may not start now; the first finding wins.

    The caller has applied what time has brought, so an expired approval is none.
    """
    if not is_approved:
        return Refusal.WRONG_STATE
    if not is_executor or (is_proposer and rule.runner_must_differ):
        return Refusal.NOT_AUTHORIZED
    if is_frozen:
        return Refusal.FROZEN
    if ready_at is not None and at < ready_at:
        return Refusal.TOO_EARLY
    return None


def reminders(opened_at: datetime, closes_at: datetime) -> tuple[datetime, datetime]:
    """When to remind those who have not voted: at half time, and before the close.

    A day before it, or where the vote takes two days or less, a tenth of its time.
    """
    period = closes_at - opened_at
    lead = DAY if period > 2 * DAY else period / 10
    return opened_at + period / 2, closes_at - lead
