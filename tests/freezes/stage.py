"""Freezes for the tests: pulled behind the actions' back, or lifted."""

from dashboard.clock import now
from dashboard.freezes.models import Freeze, Scope
from tests.factories import stored


def make_freeze(by, council=None, agent=None, reason="Wrong refunds went out", **over):
    """In force, of this council or agent; of everything if none is named."""
    scope = Scope.COUNCIL if council else Scope.AGENT if agent else Scope.ALL
    subject = council or agent
    fields = {
        "scope": scope,
        "target": f"{scope}:{subject.id}" if subject else scope.value,
        "council_id": council and council.id,
        "agent_id": agent and agent.id,
        "reason": reason,
        "frozen_by_id": by.id,
    }
    return stored(Freeze(**fields | over))


def lifted(freeze, by, reason="All is well again"):
    freeze.lift(by, reason, now())
    return stored(freeze)
