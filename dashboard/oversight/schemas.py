"""What a council's oversight is made of, and the questions it answers."""

import re
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from dashboard.schemas import Out, Schema, Text

WORDS = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*")


def dotted(domain: str) -> str:
    if domain and not WORDS.fullmatch(domain):
        raise ValueError(
            "Use lower case words with dots between, such as commerce.pricing."
        )
    return domain


def once_each(domains: list[str]) -> list[str]:
    """In the order given, without repetitions."""
    return list(dict.fromkeys(domains))


AnyDomain = Annotated[Text, Field(max_length=80), AfterValidator(dotted)]
"""A field of work, from wide to narrow, or nothing."""
Domain = Annotated[AnyDomain, Field(min_length=1)]
Reason = Annotated[Text, Field(min_length=3, max_length=200)]
Savings = Annotated[int, Field(ge=0, le=1_000_000_000)]


class BlockedIn(Schema):
    """A type this council never lets through, and why."""

    type_id: UUID
    reason: Reason


class OversightIn(Schema):
    review_actions: bool = True
    savings_threshold: Savings = 0
    domains: Annotated[list[Domain], AfterValidator(once_each)] = Field(
        default_factory=list, max_length=30
    )
    blocked_types: list[BlockedIn] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def blocks_once(self) -> Self:
        types = [each.type_id for each in self.blocked_types]
        if len(set(types)) < len(types):
            raise ValueError("A type is blocked once. Remove the double row.")
        return self


class OversightChange(OversightIn):
    """Another oversight, put to a vote."""

    why: Text = Field("", max_length=4000)


class ActionQuestion(Schema):
    """May this be asked of this council: the type, and the agent that asks."""

    type_id: UUID
    agent_id: UUID | None = None


class ReviewQuestion(Schema):
    """Is a vote needed for work that saves this much a week."""

    weekly_savings: Savings | None = None


class RouteQuestion(Schema):
    """Who is responsible for this type."""

    type_id: UUID


class BlockedOut(Out):
    type_id: UUID
    reason: str


class OversightOut(Out):
    review_actions: bool
    savings_threshold: int
    domains: list[str]
    blocked_types: list[BlockedOut]


class StepOut(Out):
    """One thing that was looked at. Where it is not met, it decides."""

    rule: str
    have: int | str | bool | None
    need: int | str | bool | None
    met: bool
    sentence: str


class ActionAnswer(Out):
    allowed: bool
    verdict: str
    reasons: list[StepOut]


class ReviewAnswer(Out):
    review_required: bool
    verdict: str
    reasons: list[StepOut]


class RouteOut(Out):
    """Who is responsible, if anybody is, and what was looked at to find out."""

    council_id: UUID | None
    council_name: str | None
    reasons: list[str]
