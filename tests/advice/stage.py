"""A vote that an agent may advise on."""

from sqlalchemy import select

from dashboard.advice.jobs import ask_due
from dashboard.advice.models import Advice
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_round,
    make_type,
    make_workflow,
    stored,
)
from tests.model_calls.stage import perform_queued

SAID = {"choice": "reject", "confidence": 72, "reason": "Two refunds are doubles."}
"""What a model answers, unless the test says otherwise."""


def voting(proposer, *members, advisers=(), **over):
    """An open vote of a council of these members, which hears these agents."""
    council = make_council(*members, advisers=advisers)
    type_ = make_type(council, make_bot(proposer))
    workflow = make_workflow(proposer, type_, **over)
    return make_round(workflow, *members, content={"auto_run": False})


def asked(round_, agent, **over):
    """What a form or program sends for an agent."""
    return {
        "agent_id": str(agent.id),
        "opinion": "reject",
        "confidence": 80,
        "reason": "Two of the refunds are doubles.",
        "revision": round_.revision,
    } | over


def make_advice(round_, by, agent=None, opinion="approve", **over):
    fields = {
        "round_id": round_.id,
        "agent_id": (agent or make_agent(owner_id=by.id)).id,
        "opinion": opinion,
        "confidence": 80,
        "reason": "It looks sound.",
        "revision": round_.revision,
        "content_hash": round_.content_hash,
        "given_by_id": by.id,
        "given_at": now(),
    }
    return stored(Advice(**fields | over))


def all_advice():
    return db.session.scalars(select(Advice).order_by(Advice.id)).all()


def all_calls():
    return db.session.scalars(select(ModelCall).order_by(ModelCall.id)).all()


def answered_by_models():
    """The clock ticks, and every call that waits is made."""
    ask_due()
    perform_queued()
    return all_advice()


def page_of(client, person, round_):
    return client.as_(person).get(f"/workflows/{round_.workflow_id}").text
