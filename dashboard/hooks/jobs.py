"""Forget old calls: their messages are refused as too old long before."""

from datetime import timedelta

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.hooks.models import HookCall
from dashboard.pruning import prune

KEPT = timedelta(days=90)


def prune_calls() -> int:
    return prune(HookCall, HookCall.received_at < database_now(db.session()) - KEPT)
