"""News are forgotten after half a year."""

from datetime import timedelta

from sqlalchemy import select

from dashboard import pruning
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.inbox.forgetting import KEPT, prune_notices
from dashboard.inbox.models import Notice, NoticeKind
from tests.factories import make_workflow, stored


def test_old_news_go_in_portions_and_the_others_stay(uma, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    workflow = make_workflow(uma)
    for n in range(5):
        told(uma, workflow, f"old {n}", now() - KEPT - timedelta(hours=1))
    told(uma, workflow, "new", now() - KEPT + timedelta(hours=1))

    assert prune_notices() == 5
    assert prune_notices() == 0
    assert db.session.scalars(select(Notice.key)).all() == ["new"]


def told(user, workflow, key, at):
    ids = {"user_id": user.id, "workflow_id": workflow.id}
    stored(
        Notice(**ids, kind=NoticeKind.OPENED, key=key, text="Voting is open.", at=at)
    )
