"""AI models as JSON; a key goes in and never comes out."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from dashboard.ai_models import actions, reports
from dashboard.ai_models.models import AIModel
from dashboard.ai_models.schemas import (
    ModelIn,
    ModelOut,
    ModelPatch,
    ModelQuery,
    ModelRow,
    TestOut,
    UsageOut,
    UsageQuery,
)
from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, Schema, patched

bp = api_blueprint("ai-models", __name__)


@bp.get("")
@needs(Permission.MODEL_READ)
@bp.input(ModelQuery, location="query")
@bp.output(Page[ModelRow])
def index(query_data: ModelQuery) -> Rows:
    """List the models, newest first, with their calls and cost of the last 30 days."""
    rows = reports.rows_for(query_data)
    return paginate(rows, AIModel.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.MODEL_WRITE)
@bp.input(ModelIn)
@bp.output(ModelOut, status_code=201)
def create(json_data: ModelIn) -> tuple[AIModel, int, dict[str, str]]:
    """Add a model; its key is sealed for its address and is never shown again."""
    model = actions.create_model(g.actor, json_data)
    return model, 201, {"Location": url_for(".show", model_id=model.id)}


@bp.get("/<uuid:model_id>")
@needs(Permission.MODEL_READ)
@bp.output(ModelOut)
def show(model_id: UUID) -> AIModel:
    """Get one model; of its key only the last four letters."""
    return find_for(g.actor, AIModel, model_id)


@bp.patch("/<uuid:model_id>")
@needs(Permission.MODEL_WRITE)
@bp.input(ModelPatch)
@bp.output(ModelOut)
def update(model_id: UUID, json_data: Schema) -> AIModel:
    """Change only what the body names; another address needs the key again."""
    model = find_for(g.actor, AIModel, model_id)
    wanted = patched(ModelIn, model, json_data)
    return actions.update_model(g.actor, model, wanted)


@bp.delete("/<uuid:model_id>/key")
@needs(Permission.MODEL_WRITE)
@bp.output(ModelOut)
def remove_key(model_id: UUID) -> AIModel:
    """Forget the key; the model is called without one from now on."""
    return actions.remove_key(g.actor, find_for(g.actor, AIModel, model_id))


@bp.post("/<uuid:model_id>/on")
@needs(Permission.MODEL_WRITE)
@bp.output(ModelOut)
def switch_on(model_id: UUID) -> AIModel:
    """Let it be called."""
    return actions.switch(g.actor, find_for(g.actor, AIModel, model_id), on=True)


@bp.post("/<uuid:model_id>/off")
@needs(Permission.MODEL_WRITE)
@bp.output(ModelOut)
def switch_off(model_id: UUID) -> AIModel:
    """Let nothing call it any more."""
    return actions.switch(g.actor, find_for(g.actor, AIModel, model_id), on=False)


@bp.post("/<uuid:model_id>/test")
@needs(Permission.MODEL_WRITE)
@bp.output(TestOut, status_code=202)
def test(model_id: UUID) -> dict[str, Any]:
    """Ask it one short question; the call tells how long the answer took."""
    call = actions.test_connection(g.actor, find_for(g.actor, AIModel, model_id))
    return {"call_id": call.id, "status": call.status.value}


@bp.get("/<uuid:model_id>/usage")
@needs(Permission.MODEL_READ)
@bp.input(UsageQuery, location="query")
@bp.output(UsageOut)
def usage(model_id: UUID, query_data: UsageQuery) -> dict[str, Any]:
    """Calls, tokens and cost by day, purpose, agent and version of a prompt."""
    model = find_for(g.actor, AIModel, model_id)
    return reports.usage_of(model, query_data.days)
