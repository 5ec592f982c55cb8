"""What may be asked on a council's page: another rule, a proposer, and votes."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator

from dashboard.errors import Invalid
from dashboard.schemas import Schema, checked
from dashboard.workflows.rules import (
    DECIDING,
    PRESETS,
    Base,
    Counts,
    EarlyDecision,
    Rule,
    Stored,
    Trigger,
    in_order,
)
from dashboard.workflows.voting import Choice
from dashboard.workflows.wording import duration

HOUR = 3600
LONGEST = 8_760
"""Hours: a year."""


def seconds_of(hours: Any) -> int:
    """Hours as people write them, as the whole seconds of a rule."""
    try:
        number = Decimal(str(hours).strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= LONGEST):
        raise ValueError(f"Enter hours from 0 to {LONGEST:,}, such as 2 or 0.5.")
    return int(number * HOUR)


def known_preset(key: str) -> str:
    if key and key not in PRESETS:
        raise ValueError("Choose one of the list.")
    return key


Hours = Annotated[int, BeforeValidator(seconds_of)]


class ThresholdTried(Schema):
    num: int | None = None
    den: int | None = None
    strict: bool | None = None
    base: Base | None = None


class QuorumTried(Schema):
    num: int | None = None
    den: int | None = None
    counts: Counts | None = None


class LateTried(Schema):
    seconds: Hours | None = None
    trigger: Trigger | None = None


class RuleTried(Schema):
    """The numbers worth trying; what is left out is as the rule has it."""

    threshold: ThresholdTried = ThresholdTried()
    quorum: QuorumTried = QuorumTried()
    min_approvals: int | None = None
    early_decision: EarlyDecision | None = None
    voting_period: Hours | None = None
    min_open: Hours | None = None
    late_extension: LateTried = LateTried()


class Tried(RuleTried):
    preset: Annotated[str, AfterValidator(known_preset)] = ""
    proposer: UUID | None = None


class VoteTried(Schema):
    """How somebody would vote, and how long after the opening."""

    choice: Choice | None = None
    hour: Hours = 0


def started_from(present: Stored, preset: str) -> Stored:
    """The rule the tried numbers differ from: the council's own, or a preset."""
    if not preset:
        return present
    rule = PRESETS[preset].rule
    stored = rule.model_dump(mode="json")
    kept = Rule.model_validate(present).exclude
    exclude = [each.value for each in in_order(kept + rule.exclude)]
    return present | {name: stored[name] for name in DECIDING} | {"exclude": exclude}


def rule_of(present: Stored, tried: Tried) -> Rule:
    """The rule to be tried, or why there can be none, by field."""
    rule = started_from(present, tried.preset)
    asked = set(RuleTried.model_fields)
    for name, value in tried.model_dump(
        mode="json", include=asked, exclude_none=True
    ).items():
        if not isinstance(value, dict):
            rule = rule | {name: value}
        elif value:
            rule = rule | {name: (rule[name] or {}) | value}
    refuse_longer(rule)
    return checked(Rule, rule)


def refuse_longer(rule: Stored) -> None:
    """The vote lasts so long, and neither of these longer: said in people's units."""
    period = rule["voting_period"]
    sentence = f"The vote lasts {duration(period)}: enter that or less."
    if rule["min_open"] > period > 0:
        raise Invalid({"min_open": sentence})
    if rule["late_extension"]["seconds"] > period > 0:
        raise Invalid({"late_extension.seconds": sentence})
