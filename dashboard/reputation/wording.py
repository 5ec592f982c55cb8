"""Scores and what moved them, as people say it."""

from typing import Protocol

from dashboard.reputation.formula import Level, level_of
from dashboard.reputation.models import Reason

TONES = {
    Level.LEGENDARY: "ok",
    Level.MASTER: "ok",
    Level.EXPERT: "info",
    Level.ADVANCED: "info",
    Level.INTERMEDIATE: "",
    Level.BEGINNER: "",
}
CLOSE = 10
"""Points of a hundred within which stated and real chances are much the same."""


class Row(Protocol):
    @property
    def reason(self) -> Reason: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


def why(row: Row) -> str:
    """What a row of the ledger follows from."""
    if row.reason is Reason.MANUAL:
        return f"Adjusted by hand: {row.note}"
    if row.reason is Reason.REJECTED:
        return "What it asked for was rejected"
    what = "A step of its" if row.source.count("/") > 1 else "Its work"
    done = "was completed" if row.reason is Reason.COMPLETED else "failed"
    return f"{what} {done}"


def level_badge(score: int) -> tuple[str, str]:
    """The level's name, and the tone to say it in."""
    level = level_of(score)
    return level.capitalize(), TONES[level]


def signed(points: int) -> str:
    """With the sign in front, also of a gain."""
    if points == 0:
        return "±0"
    return f"{'+' if points > 0 else '−'}{abs(points):,}"


def told(stated: float, right: float) -> str:
    """Whether it was as sure as it should have been."""
    gap = round(stated - right)
    if abs(gap) <= CLOSE:
        return "About right"
    return f"Too sure by {gap} points" if gap > 0 else f"Too shy by {-gap} points"
