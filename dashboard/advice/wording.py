"""Confidence and agreement as people say them."""

from dashboard.advice.models import Opinion
from dashboard.workflows.models.rounds import Outcome

WORDS = ((90, "very sure"), (70, "sure"), (50, "rather sure"), (25, "unsure"))
"""From this many per cent on; below, it is a guess."""
DECIDED = {Outcome.APPROVED: Opinion.APPROVE, Outcome.REJECTED: Opinion.REJECT}
"""What an agent had to say to be of one mind with the council."""


def sureness(confidence: int) -> str:
    return next((words for least, words in WORDS if confidence >= least), "a guess")


def against(opinion: Opinion, outcome: Outcome | None) -> tuple[str, str]:
    """An opinion held against what the council decided, and the tone to say it in."""
    if outcome is None:
        return "Not decided yet", ""
    if outcome not in DECIDED:
        return "Not decided", ""
    if opinion is Opinion.ABSTAIN:
        return "Abstained", ""
    if DECIDED[outcome] is opinion:
        return "Agreed", "ok"
    return "Disagreed", "warn"
