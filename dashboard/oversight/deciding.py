"""Whether something is voted on at all: the steps, in their order, with the numbers."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from dashboard.workflows.voting import Reason


class Verdict(StrEnum):
    """What oversight makes of a proposal before anybody votes."""

    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Step:
    """One thing that was looked at. Where it is not met, it decides."""

    rule: str
    have: int | str | bool | None
    need: int | str | bool | None
    met: bool
    sentence: str


@dataclass(frozen=True)
class Judgement:
    """What was decided before the vote, and every step that led there."""

    result: Verdict
    reason: Reason | None
    verdict: str
    reasons: list[Step]

    def as_json(self) -> dict[str, Any]:
        return {
            "result": self.result.value,
            "reason": self.reason.value if self.reason else "",
            "verdict": self.verdict,
            "reasons": [asdict(step) for step in self.reasons],
        }


def judge(
    *,
    council_name: str,
    review_actions: bool,
    savings_threshold: int,
    blocked: str | None,
    restricted: str | None,
    type_name: str,
    agent_name: str,
    weekly_savings: int | None,
    governance: bool = False,
) -> Judgement:
    """Is it allowed, is review on, do the savings reach the threshold: else no vote.

    `blocked` and `restricted` hold the reason why, and None where nothing stands
    against it. What changes a council is voted on, whatever it saves.
    """
    looked = action_steps(council_name, type_name, agent_name, blocked, restricted)
    against = [step.sentence for step in looked if not step.met]
    if against:
        reason = Reason.TYPE_BLOCKED if looked[0].met else Reason.AGENT_RESTRICTED
        verdict = f"Rejected without a vote. {' '.join(against)}"
        return Judgement(Verdict.REJECTED, reason, verdict, looked)

    if governance:
        looked.append(governance_step(council_name))
    else:
        looked += review_steps(
            council_name, review_actions, savings_threshold, weekly_savings
        )
    last = looked[-1].sentence
    if not looked[-1].met:
        verdict, reason = f"Approved without a vote. {last}", Reason.NO_REVIEW_REQUIRED
        return Judgement(Verdict.APPROVED, reason, verdict, looked)
    return Judgement(Verdict.REVIEW, None, f"A vote is needed. {last}", looked)


def action_steps(
    council_name: str,
    type_name: str,
    agent_name: str,
    blocked: str | None,
    restricted: str | None,
) -> list[Step]:
    """Whether it is allowed at all: both are looked at, also where the first fails."""
    return [
        agent_step(agent_name, type_name, restricted),
        type_step(council_name, type_name, blocked),
    ]


def review_steps(
    council_name: str,
    review_actions: bool,
    savings_threshold: int,
    weekly_savings: int | None,
) -> list[Step]:
    """Whether a vote is needed for what is allowed; the last step says."""
    review = review_step(council_name, review_actions)
    if not review.met:
        return [review]
    return [review, savings_step(weekly_savings, savings_threshold)]


def agent_step(agent_name: str, type_name: str, restricted: str | None) -> Step:
    if not agent_name:
        sentence = "A person proposes it, on behalf of no agent."
        return Step("agent", None, "allowed", True, sentence)
    if restricted is None:
        sentence = f"{agent_name} may ask for {type_name}."
        return Step("agent", "allowed", "allowed", True, sentence)
    sentence = because(f"{agent_name} may not ask for {type_name}", restricted)
    return Step("agent", "restricted", "allowed", False, sentence)


def type_step(council_name: str, type_name: str, blocked: str | None) -> Step:
    if blocked is None:
        sentence = f"{council_name} does not block {type_name}."
        return Step("type", "allowed", "allowed", True, sentence)
    sentence = because(f"{council_name} blocks {type_name}", blocked)
    return Step("type", "blocked", "allowed", False, sentence)


def governance_step(council_name: str) -> Step:
    sentence = f"What changes {council_name} is always voted on."
    return Step("governance", True, True, True, sentence)


def review_step(council_name: str, review_actions: bool) -> Step:
    if review_actions:
        sentence = f"{council_name} votes on what is proposed to it."
    else:
        sentence = f"{council_name} lets work run without a vote."
    return Step("review", review_actions, True, review_actions, sentence)


def savings_step(stated: int | None, threshold: int) -> Step:
    met = stated is None or stated >= threshold
    if stated is None:
        sentence = "No weekly savings are stated, so it is voted on."
    elif met:
        sentence = (
            f"Estimated savings of {stated:,} a week reach the threshold of "
            f"{threshold:,}: it is voted on."
        )
    else:
        sentence = (
            f"Estimated savings of {stated:,} a week are below the threshold of "
            f"{threshold:,}: no vote is needed."
        )
    return Step("savings", stated, threshold, met, sentence)


def because(fact: str, reason: str) -> str:
    """A fact and the reason somebody wrote for it, as one sentence."""
    reason = reason.strip()
    if not reason:
        return f"{fact}."
    return f"{fact}: {reason}" + ("" if reason[-1] in ".!?" else ".")
