"""Calls as JSON."""

from typing import Any
from uuid import UUID

from flask import g

from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.model_calls import actions, listing
from dashboard.model_calls.models import ModelCall
from dashboard.model_calls.schemas import CallOut, CallQuery, CallRow, WordsQuery
from dashboard.permissions import Permission, needs
from dashboard.schemas import Page

bp = api_blueprint("model-calls", __name__)


@bp.get("")
@needs(Permission.MODEL_READ)
@bp.input(CallQuery, location="query")
@bp.output(Page[CallRow])
def index(query_data: CallQuery) -> Rows:
    """List calls of models with what they cost, newest first.

    `is_readable` tells whether you may read what was asked and answered.
    """
    rows = listing.rows_for(g.actor, query_data)
    return paginate(rows, ModelCall.id, after=query_data.after, limit=query_data.limit)


@bp.get("/<uuid:call_id>")
@needs(Permission.MODEL_READ)
@bp.input(WordsQuery, location="query")
@bp.output(CallOut)
def show(call_id: UUID, query_data: WordsQuery) -> dict[str, Any]:
    """Get one call, with the part of its answer that follows letter `after`.

    While it `is_live`, ask again with the `after` and `tries` of the answer: if it
    was tried again meanwhile, all of the new answer comes.
    """
    return shown(listing.call_for(g.actor, call_id), query_data)


@bp.post("/<uuid:call_id>/stop")
@needs(Permission.MODEL_ASK)
@bp.output(CallOut, status_code=202)
def stop(call_id: UUID) -> dict[str, Any]:
    """Stop a call within about a second; what came until then stays."""
    call = listing.call_for(g.actor, call_id)
    return shown(actions.stop_call(g.actor, call), WordsQuery())


def shown(call: ModelCall, query: WordsQuery) -> dict[str, Any]:
    plain = {
        name: getattr(call, name)
        for name in CallOut.model_fields
        if hasattr(ModelCall, name)
    }
    is_same = query.tries is None or query.tries == call.tries
    return plain | {
        "text": call.text[query.after if is_same else 0 :],
        "after": len(call.text),
        "model_id": call.ai_model_id,
        "model_name": call.ai_model.name,
        "tool_calls": call.calls,
    }
