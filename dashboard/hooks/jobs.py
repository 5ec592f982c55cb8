"""Forget old calls: their messages are refused as too old long before."""

from datetime import timedelta

from sqlalchemy import delete

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.hooks.models import HookCall
from dashboard.runs.fence import writing

KEPT = timedelta(days=90)


def prune_calls() -> None:
    with writing():
        old = HookCall.received_at < database_now(db.session()) - KEPT
        db.session.execute(delete(HookCall).where(old))
