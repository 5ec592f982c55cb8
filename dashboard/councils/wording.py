"""A council's rule and oversight as people read them."""

from typing import Any

from dashboard.councils.models import Council
from dashboard.workflows.rules import (
    PRESETS,
    EarlyDecision,
    Excluded,
    ReasonRequired,
    Rule,
    Trigger,
    in_words,
    preset_of,
)
from dashboard.workflows.wording import duration, listed

EARLY = {
    EarlyDecision.OFF: "Never: the vote stays open to its end",
    EarlyDecision.CERTAIN: "Once no vote still to come could change it",
    EarlyDecision.SUFFICIENT: "Once enough have approved",
}
REASONS = {
    ReasonRequired.NEVER: "Welcome, never needed",
    ReasonRequired.ON_REJECT: "Needed to reject",
    ReasonRequired.ALWAYS: "Needed for every vote",
}
OTHERS = "Somebody else than the proposer"
LEFT_OUT = {
    Excluded.PROPOSER: "whoever proposed it",
    Excluded.EDITORS: "whoever edited it",
    Excluded.AGENT_OWNER: "the owner of its agent",
}


def words(rule: dict[str, Any]) -> str:
    return in_words(Rule.model_validate(rule))


def rule_facts(rule: Rule) -> dict[str, str]:
    """What the sentence of a rule leaves out."""
    preset = preset_of(rule)
    left_out = listed([LEFT_OUT[each] for each in rule.exclude])
    window = rule.run_window
    return {
        "Preset": PRESETS[preset].name if preset else "None: a rule of its own",
        "Time to vote": duration(rule.voting_period),
        "Decided early": EARLY[rule.early_decision],
        "Open for at least": duration(rule.min_open) if rule.min_open else "No time",
        "Extended when late": late(rule),
        "Changing a vote": "Allowed until it closes" if rule.vote_change else "No",
        "Reasons": REASONS[rule.reason_required],
        "Has no vote": left_out.capitalize() or "Nobody is left out",
        "Wait before it runs": duration(rule.timelock) if rule.timelock else "None",
        "Runs within": f"{duration(window)} of the approval" if window else "Any time",
        "Started by": OTHERS if rule.runner_must_differ else "Whoever may start it",
    }


def late(rule: Rule) -> str:
    """What a quorum or a change of mind at the last moment does to the deadline."""
    extension = rule.late_extension
    if not extension.seconds:
        return "No"
    when = {
        Trigger.QUORUM: "when the quorum comes late",
        Trigger.FLIP: "when the quorum comes late or the outcome flips",
    }[extension.trigger]
    return f"By {duration(extension.seconds)}, {when}"


def oversight(review_actions: bool, savings_threshold: int) -> str:
    """Whether what is proposed here is voted on."""
    if not review_actions:
        return "Nothing is voted on: what is proposed here runs without a vote."
    if savings_threshold == 0:
        return "Everything proposed here is voted on."
    return (
        f"Proposals with estimated savings of {savings_threshold:,} a week or more, or "
        "with none stated, are voted on. What states less runs without a vote."
    )


def told(council: Council) -> dict[str, str]:
    """The two sentences on how a council decides."""
    return {
        "rule_words": words(council.rule),
        "oversight": oversight(council.review_actions, council.savings_threshold),
    }
