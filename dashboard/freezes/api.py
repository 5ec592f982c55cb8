"""Freezes as JSON."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for
from sqlalchemy import Row

from dashboard.api import api_blueprint
from dashboard.freezes import actions, reports
from dashboard.freezes.models import Freeze
from dashboard.freezes.schemas import FreezeIn, FreezeOut, FreezeQuery, LiftIn
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page

bp = api_blueprint("freezes", __name__)


@bp.get("")
@needs(Permission.FREEZE_READ)
@bp.input(FreezeQuery, location="query")
@bp.output(Page[FreezeOut])
def index(query_data: FreezeQuery) -> Rows:
    """List the freezes you may know of, newest first; `state` tells which hold."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Freeze.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.FREEZE_WRITE)
@bp.input(FreezeIn)
@bp.output(FreezeOut, status_code=201)
def create(json_data: FreezeIn) -> tuple[Row[Any], int, dict[str, str]]:
    """Pull the brake: nothing in this scope starts until the freeze is lifted."""
    freeze = actions.freeze(g.actor, json_data)
    where = {"Location": url_for(".show", freeze_id=freeze.id)}
    return shown(freeze.id), 201, where


@bp.get("/<uuid:freeze_id>")
@needs(Permission.FREEZE_READ)
@bp.output(FreezeOut)
def show(freeze_id: UUID) -> Row[Any]:
    """Get one freeze: what, why, by whom, and how it was lifted."""
    return shown(freeze_id)


@bp.post("/<uuid:freeze_id>/lift")
@needs(Permission.FREEZE_WRITE)
@bp.input(LiftIn)
@bp.output(FreezeOut)
def lift(freeze_id: UUID, json_data: LiftIn) -> Row[Any]:
    """Lift a freeze: what waited for it starts with the next free worker."""
    freeze = find_for(g.actor, Freeze, freeze_id)
    actions.lift(g.actor, freeze, json_data.reason)
    return shown(freeze_id)


def shown(freeze_id: UUID) -> Row[Any]:
    return reports.row_of(g.actor, freeze_id) or abort(404)
