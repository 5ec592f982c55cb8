"""Workflows at the point where they wait for somebody."""

from datetime import timedelta

from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.inbox.models import Notice
from dashboard.workflows.models import Status
from tests.factories import (
    make_bot,
    make_council,
    make_round,
    make_type,
    make_workflow,
    rule_of,
    stored,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def asked(proposer, *voters, title="Clean up", council=None, **over):
    """An open round of these voters; `council` is made of them."""
    council = council or make_council(*voters)
    type_ = make_type(council, make_bot(proposer))
    return make_round(make_workflow(proposer, type_, title), *voters, **over)


def approved(proposer, *voters, title="Rotate", **over):
    """A workflow that was approved an hour ago and waits to be started."""
    at = now() - HOUR
    fields = {
        "outcome": "approved",
        "decided_at": at,
        "ready_at": at,
        "expires_at": now() + 7 * DAY,
        "content": {"auto_run": False},
    }
    round_ = asked(proposer, *voters, title=title, **fields | over)
    round_.workflow.status = Status.APPROVED
    db.session.commit()
    return round_


def ended(proposer, status, title="Broke", ago=DAY):
    workflow = make_workflow(proposer, title=title, status=status)
    workflow.ended_at = now() - ago
    return stored(workflow)


def differs():
    """A rule by which the proposer may not start the run."""
    return rule_of(runner_must_differ=True)


def freeze(by, **over):
    fields = {"scope": Scope.ALL, "target": "all", "reason": "Stop", "frozen_by": by}
    return stored(Freeze(**fields | over))


def waiting(api, user):
    """Kind and title of everything that waits for somebody, in its order."""
    items = api.with_key(user).get("/api/v1/inbox").json["waiting"]
    return [(item["kind"], item["title"]) for item in items]


def told(user):
    """What somebody was told, oldest first: kind and text."""
    wanted = select(Notice).where(Notice.user_id == user.id).order_by(Notice.id)
    return [(notice.kind.value, notice.text) for notice in db.session.scalars(wanted)]


def kinds(user):
    return [kind for kind, _ in told(user)]
