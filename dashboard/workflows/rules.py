"""The rule a council votes by: its contract, its presets, and how two combine."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from dashboard.schemas import Schema, Text
from dashboard.workflows.wording import counted, duration, fraction, listed

MOST = 1_000_000_000
MOST_ROLES = 50
CENTURY = 100 * 365 * 86_400  # a longer time would leave the calendar when added up

RoleName = Annotated[Text, Field(min_length=1, max_length=80)]
Seconds = Annotated[int, Field(ge=0, le=CENTURY)]
Period = Annotated[int, Field(ge=1, le=CENTURY)]
Stored = dict[str, Any]


class Base(StrEnum):
    """What the approvals are measured against."""

    CAST = "cast"
    PRESENT = "present"
    ELIGIBLE = "eligible"


class Counts(StrEnum):
    """Whose votes make up the quorum."""

    ALL = "all"
    APPROVE_ABSTAIN = "approve_abstain"


class EarlyDecision(StrEnum):
    OFF = "off"
    CERTAIN = "certain"
    SUFFICIENT = "sufficient"


class ReasonRequired(StrEnum):
    NEVER = "never"
    ON_REJECT = "on_reject"
    ALWAYS = "always"


class Trigger(StrEnum):
    QUORUM = "quorum"
    FLIP = "flip"


class Excluded(StrEnum):
    """Who is left out of the electorate and of every denominator."""

    PROPOSER = "proposer"
    EDITORS = "editors"
    AGENT_OWNER = "agent_owner"


class Part(Schema):
    """A piece of a rule; nothing changes it once it is made."""

    model_config = ConfigDict(frozen=True)


class Share(Part):
    """A fraction that must be reached, or exceeded when strict."""

    num: int = Field(ge=0, le=MOST)
    den: int = Field(ge=1, le=MOST)
    strict: bool = False

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if self.num > self.den:
            raise ValueError(
                f"{self.num}/{self.den} is more than all: enter {self.den} or less "
                "above the line."
            )
        if self.strict and self.num == self.den:
            raise ValueError(
                "More than all cannot be reached: ask for at least all, or for less."
            )
        return self


class Threshold(Share):
    num: int = Field(ge=1, le=MOST)
    base: Base = Base.CAST


class Quorum(Share):
    counts: Counts = Counts.ALL


class LateExtension(Part):
    seconds: Seconds = 0
    trigger: Trigger = Trigger.QUORUM


class Rule(Part):
    """When a proposal passes, how long people have, and who may not vote."""

    threshold: Threshold | None = Threshold(num=1, den=2, strict=True)
    quorum: Quorum = Quorum(num=1, den=2)
    min_approvals: int = Field(1, ge=1, le=MOST)
    required_roles: dict[RoleName, Annotated[int, Field(ge=1, le=MOST)]] = Field(
        default_factory=dict, max_length=MOST_ROLES
    )
    voting_period: Period = 259_200
    early_decision: EarlyDecision = EarlyDecision.CERTAIN
    min_open: Seconds = 0
    vote_change: bool = True
    reason_required: ReasonRequired = ReasonRequired.ON_REJECT
    late_extension: LateExtension = LateExtension()
    timelock: Seconds = 0
    run_window: Period | None = 604_800
    exclude: tuple[Excluded, ...] = (Excluded.PROPOSER, Excluded.EDITORS)
    runner_must_differ: bool = False

    @field_validator("min_open")
    @classmethod
    def opens_no_longer_than_the_vote(cls, seconds: int, seen: ValidationInfo) -> int:
        period = seen.data.get("voting_period")
        if period is not None and seconds > period:
            raise ValueError(f"Enter {period} seconds (the voting period) or less.")
        return seconds

    @field_validator("late_extension")
    @classmethod
    def extends_no_longer_than_the_vote(
        cls, extension: LateExtension, seen: ValidationInfo
    ) -> LateExtension:
        period = seen.data.get("voting_period")
        if period is not None and extension.seconds > period:
            raise ValueError(f"Extend by {period} seconds (the voting period) or less.")
        return extension

    @field_validator("exclude")
    @classmethod
    def in_one_order(cls, exclude: tuple[Excluded, ...]) -> tuple[Excluded, ...]:
        return in_order(exclude)


def in_order(exclude: tuple[Excluded, ...]) -> tuple[Excluded, ...]:
    """Each once and always alike, so that equal rules compare as equal."""
    return tuple(each for each in Excluded if each in exclude)


def combine(council_rule: Rule, type_rule: Rule | None) -> Rule:
    """The type's rule in place of the council's; neither loosens these three."""
    if type_rule is None:
        return council_rule
    stricter = {
        "min_approvals": max(council_rule.min_approvals, type_rule.min_approvals),
        "timelock": max(council_rule.timelock, type_rule.timelock),
        "exclude": in_order(council_rule.exclude + type_rule.exclude),
    }
    return type_rule.model_copy(update=stricter)


def in_force(council_rule: Stored, own_rule: Stored | None) -> Rule:
    """The rule a type's proposals are decided by, from the two as they are stored."""
    own = Rule.model_validate(own_rule) if own_rule else None
    return combine(Rule.model_validate(council_rule), own)


@dataclass(frozen=True)
class Preset:
    """A rule most councils know by name."""

    key: str
    name: str
    summary: str
    rule: Rule


NO_QUORUM = Quorum(num=0, den=1)

PRESETS = {
    preset.key: preset
    for preset in (
        Preset(
            "simple_majority",
            "Simple majority",
            "More people approve than reject, and half of the council votes.",
            Rule(),
        ),
        Preset(
            "absolute_majority",
            "Absolute majority",
            "More than half of the whole council approves; silence counts against.",
            Rule(threshold=Threshold(num=1, den=2, strict=True, base=Base.ELIGIBLE)),
        ),
        Preset(
            "two_thirds",
            "Two thirds",
            "Two thirds of the votes cast approve, and half of the council votes.",
            Rule(threshold=Threshold(num=2, den=3)),
        ),
        Preset(
            "unanimity",
            "Unanimity",
            "Nobody rejects, and half of the council votes; abstaining is allowed.",
            Rule(threshold=Threshold(num=1, den=1)),
        ),
        Preset(
            "everyone",
            "Everyone",
            "Every single member approves.",
            Rule(threshold=Threshold(num=1, den=1, base=Base.ELIGIBLE)),
        ),
        Preset(
            "any_two",
            "Any two people",
            "The first two people who approve decide, however many reject.",
            Rule(
                threshold=None,
                quorum=NO_QUORUM,
                min_approvals=2,
                early_decision=EarlyDecision.SUFFICIENT,
            ),
        ),
        Preset(
            "lazy_objection",
            "Lazy objection",
            "One person approves and nobody rejects until the vote closes.",
            Rule(threshold=Threshold(num=1, den=1), quorum=NO_QUORUM),
        ),
        Preset(
            "any_one_other",
            "Any one other person",
            "For emergencies: one person other than the proposer approves.",
            Rule(
                threshold=None,
                quorum=NO_QUORUM,
                early_decision=EarlyDecision.SUFFICIENT,
            ),
        ),
    )
}

DECIDING = (
    "threshold",
    "quorum",
    "min_approvals",
    "required_roles",
    "early_decision",
)


def preset_of(rule: Rule) -> str | None:
    """The preset this rule decides like, whatever its periods and waits."""
    for preset in PRESETS.values():
        alike = all(
            getattr(rule, name) == getattr(preset.rule, name) for name in DECIDING
        )
        # A rule that lets the proposer vote is no longer "any one other person".
        if alike and set(preset.rule.exclude) <= set(rule.exclude):
            return preset.key
    return None


def in_words(rule: Rule) -> str:
    """The rule as one plain sentence."""
    clauses = [*threshold_clauses(rule), *quorum_clauses(rule)]
    clauses += [role_clause(role, n) for role, n in rule.required_roles.items()]
    soon = rule.early_decision is EarlyDecision.SUFFICIENT and not rule.min_open
    when = "as soon as" if soon else "when"
    return f"Passes {when} {listed(clauses)}, within {duration(rule.voting_period)}."


def threshold_clauses(rule: Rule) -> list[str]:
    """Who has to approve. One approval is needed even where nobody may reject."""
    threshold, least = rule.threshold, rule.min_approvals
    people = f"at least {counted(least, 'person approves', 'people approve')}"
    if threshold is None:
        return [people]
    ratio = ratio_clause(threshold)
    return [ratio, people] if least > 1 or ratio == "nobody rejects" else [ratio]


def ratio_clause(threshold: Threshold) -> str:
    if threshold.num == threshold.den:
        return {
            Base.CAST: "nobody rejects",
            Base.PRESENT: "everybody who votes approves",
            Base.ELIGIBLE: "everybody on the council approves",
        }[threshold.base]
    share = ("more than " if threshold.strict else "") + fraction(
        threshold.num, threshold.den
    )
    return {
        Base.CAST: f"{share} of the votes cast approve",
        Base.PRESENT: f"{share} of the votes, abstentions included, approve",
        Base.ELIGIBLE: f"{share} of the council approves",
    }[threshold.base]


def quorum_clauses(rule: Rule) -> list[str]:
    quorum = rule.quorum
    if quorum.num == 0 or is_implied(quorum, rule.threshold):
        return []
    all_votes = quorum.counts is Counts.ALL
    verb = "votes" if all_votes else "approves or abstains"
    if quorum.num == quorum.den:
        return [f"the whole council {verb}"]
    limit = "more than" if quorum.strict else "at least"
    return [f"{limit} {fraction(quorum.num, quorum.den)} of the council {verb}"]


def is_implied(quorum: Quorum, threshold: Threshold | None) -> bool:
    """Whether whoever reaches the threshold has reached the quorum too."""
    if threshold is None or threshold.base is not Base.ELIGIBLE:
        return False
    asked, needed = threshold.num * quorum.den, quorum.num * threshold.den
    return asked > needed or (
        asked == needed and (threshold.strict or not quorum.strict)
    )


def role_clause(role: str, least: int) -> str:
    approvals = counted(least, "approval is", "approvals are")
    return f"at least {approvals} from {role}"
