"""Calls as pages: what was asked, the answer while it comes, and what it cost."""

from uuid import UUID

from flask import Blueprint, flash, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.errors import RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.model_calls import actions, listing
from dashboard.model_calls.models import CallStatus, ModelCall, Purpose
from dashboard.model_calls.schemas import CallQuery, WordsQuery
from dashboard.permissions import Permission, needs, require
from dashboard.templating import go_to, render, wants_partial

bp = Blueprint("model_calls", __name__, url_prefix="/model-calls")
PURPOSES = [("", "For anything"), *((each, each.label) for each in Purpose)]
STATUSES = [("", "Any status"), *((each, each.label) for each in CallStatus)]


@bp.get("/")
@needs(Permission.MODEL_READ)
def index() -> ResponseReturnValue:
    query = query_of(CallQuery, request.args)
    rows = listing.rows_for(g.actor, query)
    page = paginate(rows, ModelCall.id, after=query.after, limit=query.limit)
    return render(
        "model_calls/index.html",
        page=page,
        query=query,
        models=[("", "Any model"), *listing.models_offered()],
        agents=[("", "Any agent"), *listing.agents_offered()],
        purposes=PURPOSES,
        statuses=STATUSES,
    )


@bp.get("/<uuid:call_id>")
@needs(Permission.MODEL_READ)
def show(call_id: UUID) -> ResponseReturnValue:
    """The page; for a script that follows the answer, the answer alone."""
    return render("model_calls/show.html", call=listing.call_for(g.actor, call_id))


@bp.get("/<uuid:call_id>/words")
@needs(Permission.MODEL_READ)
def words(call_id: UUID) -> ResponseReturnValue:
    """What came after the words that the page shows."""
    query = query_of(WordsQuery, request.args)
    return jsonify(listing.words_of(g.actor, call_id, query))


@bp.post("/<uuid:call_id>/stop")
@needs(Permission.MODEL_ASK)
def stop(call_id: UUID) -> ResponseReturnValue:
    call = listing.call_for(g.actor, call_id)
    require(g.actor, Permission.MODEL_ASK, call)
    try:
        actions.stop_call(g.actor, call)
    except RuleBroken as error:
        if not wants_partial():
            flash(str(error), "bad")
    if wants_partial():
        return render("model_calls/show.html", call=call)
    return go_to(url_for(".show", call_id=call_id))
