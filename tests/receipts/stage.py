"""Workflows with something to prove, each made by the real actions."""

import json
from datetime import timedelta

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.receipts.checking import check
from dashboard.receipts.signing import private_key, public_jwk
from dashboard.receipts.writing import file_of
from dashboard.workflows import jobs
from dashboard.workflows.models import Round
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    open_vote,
    rule_of,
    stored,
    vote,
)

JWK = public_jwk(private_key("a" * 32))
MOMENTS = (
    "opened_at",
    "closes_at",
    "original_closes_at",
    "quorum_reached_at",
)


def asked(proposer, *voters, rule=None, **over):
    """Voting is open; what is approved waits for somebody to run it."""
    council = make_council(*voters, rule=rule or rule_of(), **over)
    return open_vote(proposer, make_type(council, make_bot(proposer), auto_run=False))


def approved(proposer, *voters):
    workflow = asked(proposer, *voters)
    for voter in voters[:2]:
        vote(workflow, voter)
    return workflow


def days_later(workflow, days=4):
    """As if everything so far had been days ago; then time decides what it may."""
    round_ = db.session.scalar(
        select(Round).where(Round.workflow_id == workflow.id, Round.outcome.is_(None))
    )
    for name in MOMENTS:
        if moment := getattr(round_, name):
            setattr(round_, name, moment - timedelta(days=days))
    for each in round_.votes:
        for name in ("cast_at", "superseded_at", "voided_at"):
            if moment := getattr(each, name):
                setattr(each, name, moment - timedelta(days=days))
    stored(round_)
    jobs.advance(workflow.id)


def receipt_in(workflow):
    """The receipt as JSON, once it has been found to be sound."""
    raw = file_of(workflow)
    assert findings(raw) == []
    return json.loads(raw)["receipt"]


def findings(raw):
    return [str(finding) for finding in check(raw, JWK)]
