"""What to do about each time that is due: fire it, or say why not. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PROMPT = timedelta(seconds=60)
"""Dealt with this soon, a time was not missed."""
MOST_AT_ONCE = 100
"""Times that are caught up on, or written down one by one, after a long pause."""

LATE = "No worker was there to start it within a minute."
PASSED_OVER = "No worker was there; a later time ran instead."
BUSY = "The run before it was not over."
TOO_MANY = f"Only the last {MOST_AT_ONCE} missed times are caught up on."


class Overlap(StrEnum):
    """What happens at a time whose last run is not over yet."""

    SKIP = "skip"
    QUEUE = "queue"


class CatchUp(StrEnum):
    """What happens to times that passed while nobody was there to start them."""

    SKIP = "skip"
    LAST = "last"
    ALL = "all"


class SlotStatus(StrEnum):
    """What became of one time."""

    FIRED = "fired"
    OVERLAPPED = "overlapped"
    MISSED = "missed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Decision:
    """One time, what becomes of it, and why."""

    due_at: datetime
    status: SlotStatus
    note: str = ""


def decide(
    due: Sequence[datetime],
    now: datetime,
    overlap: Overlap,
    catch_up: CatchUp,
    *,
    busy: bool,
) -> list[Decision]:
    """What becomes of the times that are due, oldest first, up to one that fires.

    The times after that one are decided with its run in the queue.
    """
    decisions: list[Decision] = []
    for due_at in due:
        if why := why_missed(due_at, due[-1], now, catch_up):
            decisions.append(Decision(due_at, SlotStatus.MISSED, why))
        elif busy and overlap is Overlap.SKIP:
            decisions.append(Decision(due_at, SlotStatus.OVERLAPPED, BUSY))
        else:
            return [*decisions, Decision(due_at, SlotStatus.FIRED)]
    return decisions


def why_missed(
    due_at: datetime, newest: datetime, now: datetime, catch_up: CatchUp
) -> str:
    if catch_up is CatchUp.LAST and due_at < newest:
        return PASSED_OVER
    if catch_up is CatchUp.SKIP and now - due_at > PROMPT:
        return LATE
    return ""


def left_behind(first: datetime, oldest: datetime, catch_up: CatchUp) -> Decision:
    """One line for all the times from `first` on that are older than those due."""
    why = TOO_MANY if catch_up is CatchUp.ALL else LATE
    until = f"{oldest:%d %b %Y, %H:%M} UTC"
    return Decision(
        first, SlotStatus.MISSED, f"This one, and every other before {until}. {why}"
    )
