"""What a look at the system found: a state, and a sentence that says why."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What one check found; the sentence also says what to do."""

    state: State
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    """Numbers for the page and for programs."""


def ok(sentence: str, **facts: Any) -> Finding:
    return Finding(State.OK, sentence, facts)


def warn(sentence: str, **facts: Any) -> Finding:
    return Finding(State.WARN, sentence, facts)


def fail(sentence: str, **facts: Any) -> Finding:
    return Finding(State.FAIL, sentence, facts)


def worst(findings: dict[str, Finding]) -> State:
    states = {finding.state for finding in findings.values()}
    return next((s for s in (State.FAIL, State.WARN) if s in states), State.OK)
