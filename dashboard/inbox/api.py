"""The inbox and its news as JSON."""

from typing import Any

from flask import g

from dashboard.api import api_blueprint
from dashboard.inbox import reports
from dashboard.inbox.models import Notice
from dashboard.inbox.schemas import InboxOut, NoticeOut
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, needs
from dashboard.schemas import Page, PageQuery

bp = api_blueprint("inbox", __name__)
notices = api_blueprint("notices", __name__)


@bp.get("")
@needs(Permission.INBOX_READ)
@bp.output(InboxOut)
def show() -> dict[str, Any]:
    """Everything that waits for you, most urgent first, and how many of each kind."""
    items = reports.waiting_for(g.actor)
    return {"waiting": items, "counts": reports.counts_of(items)}


@notices.get("")
@needs(Permission.INBOX_READ)
@notices.input(PageQuery, location="query")
@notices.output(Page[NoticeOut])
def index(query_data: PageQuery) -> Rows:
    """What you were told, newest first."""
    rows = reports.notices_of(g.actor)
    return paginate(rows, Notice.id, after=query_data.after, limit=query_data.limit)
