"""The inbox: what waits, what is under way, what was decided, and what is new."""

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from dashboard.inbox import reports
from dashboard.inbox.models import Notice
from dashboard.inbox.schemas import InboxQuery, Tab
from dashboard.lists import Rows, paginate, query_of
from dashboard.permissions import Permission, needs
from dashboard.templating import render, wants_partial
from dashboard.workflows.models import Vote, Workflow

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.get("/")
@needs(Permission.INBOX_READ)
def index() -> ResponseReturnValue:
    query = query_of(InboxQuery, request.args)
    if query.tab is Tab.WAITING:
        return waiting(query)
    page = page_of(query)
    total = reports.number_waiting(g.actor)
    return render(f"inbox/{query.tab}.html", page=page, query=query, total=total)


def waiting(query: InboxQuery) -> ResponseReturnValue:
    """The list; for a page that polls, nothing (204) if it shows this already."""
    items = reports.waiting_for(g.actor)
    seen = reports.fingerprint(items)
    if wants_partial() and query.seen == seen:
        return "", 204
    shown: dict[str, Any] = {"items": items, "total": len(items), "seen": seen}
    if not items:
        shown["votes"] = reports.last_votes_of(g.actor)
    return render("inbox/waiting.html", query=query, most=reports.MOST, **shown)


def page_of(query: InboxQuery) -> Rows:
    rows, key = {
        Tab.MINE: (reports.mine_of, Workflow.id),
        Tab.DONE: (reports.votes_of, Vote.id),
        Tab.NEWS: (reports.notices_of, Notice.id),
    }[query.tab]
    return paginate(rows(g.actor), key, after=query.after, limit=query.limit)
