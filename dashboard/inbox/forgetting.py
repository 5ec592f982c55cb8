"""Forget old news: what they told of stands on the page of what they were about."""

from datetime import timedelta

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.inbox.models import Notice
from dashboard.pruning import prune

KEPT = timedelta(days=180)
"""Half a year: longer than a vote may take, so nobody is told a thing twice."""


def prune_notices() -> int:
    return prune(Notice, Notice.at < database_now(db.session()) - KEPT)
