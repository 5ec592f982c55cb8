"""Grants and stored secrets as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import abort, g, url_for
from sqlalchemy import Row

from dashboard.api import api_blueprint
from dashboard.bots.models import Bot
from dashboard.grants import actions, reports
from dashboard.grants.models import Grant, StoredSecret
from dashboard.grants.proposing import ask_for_grant
from dashboard.grants.schemas import (
    AskedOut,
    GrantAsk,
    GrantOut,
    GrantQuery,
    RevokeIn,
    SecretIn,
    SecretOut,
    SecretQuery,
    SecretValueIn,
)
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page
from dashboard.workflows.models import Workflow

bp = api_blueprint("grants", __name__)
secrets_bp = api_blueprint("secrets", __name__)


@bp.get("")
@needs(Permission.GRANT_READ)
@bp.input(GrantQuery, location="query")
@bp.output(Page[GrantOut])
def index(query_data: GrantQuery) -> Rows:
    """List what bots may reach beyond their sandbox, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Grant.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.GRANT_WRITE)
@bp.input(GrantAsk)
@bp.output(AskedOut, status_code=201)
def create(json_data: GrantAsk) -> tuple[Workflow, int, dict[str, str]]:
    """Ask for a grant: the answer is a proposal, on which a council decides."""
    bot = find_for(g.actor, Bot, json_data.bot_id)
    workflow = ask_for_grant(g.actor, bot, json_data)
    where = url_for("workflows_api.show", workflow_id=workflow.id)
    return workflow, 201, {"Location": where}


@bp.get("/<uuid:grant_id>")
@needs(Permission.GRANT_READ)
@bp.output(GrantOut)
def show(grant_id: UUID) -> Row[Any]:
    """Get one grant: what, for which bot, by which vote, and whether it holds."""
    return shown(grant_id)


@bp.post("/<uuid:grant_id>/revoke")
@needs(Permission.GRANT_WRITE)
@bp.input(RevokeIn)
@bp.output(GrantOut)
def revoke(grant_id: UUID, json_data: RevokeIn) -> Row[Any]:
    """Revoke a grant at once; no vote is needed for that."""
    grant = find_for(g.actor, Grant, grant_id)
    actions.revoke(g.actor, grant, json_data.reason)
    return shown(grant_id)


def shown(grant_id: UUID) -> Row[Any]:
    return reports.row_of(g.actor, grant_id) or abort(404)


@secrets_bp.get("")
@needs(Permission.SECRET_READ)
@secrets_bp.input(SecretQuery, location="query")
@secrets_bp.output(Page[SecretOut])
def list_secrets(query_data: SecretQuery) -> Rows:
    """List the stored secrets by name; what they say is never told."""
    rows = reports.secret_rows(g.actor, query_data.q)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, StoredSecret.id, after=after, limit=limit)


@secrets_bp.post("")
@needs(Permission.SECRET_WRITE)
@secrets_bp.input(SecretIn)
@secrets_bp.output(SecretOut, status_code=201)
def add(json_data: SecretIn) -> tuple[Row[Any], int, dict[str, str]]:
    """Store a secret. It can be replaced and deleted, but never read again."""
    secret = actions.add_secret(g.actor, json_data)
    where = {"Location": url_for(".one", secret_id=secret.id)}
    return told(secret.id), 201, where


@secrets_bp.get("/<uuid:secret_id>")
@needs(Permission.SECRET_READ)
@secrets_bp.output(SecretOut)
def one(secret_id: UUID) -> Row[Any]:
    """Get what may be told of one secret: its name, its dates, how many hold it."""
    return told(secret_id)


@secrets_bp.put("/<uuid:secret_id>/value")
@needs(Permission.SECRET_WRITE)
@secrets_bp.input(SecretValueIn)
@secrets_bp.output(SecretOut)
def replace(secret_id: UUID, json_data: SecretValueIn) -> Row[Any]:
    """Replace what a secret says; bots get the new value from their next step on."""
    secret = find_for(g.actor, StoredSecret, secret_id)
    actions.replace_secret(g.actor, secret, json_data.secret)
    return told(secret_id)


@secrets_bp.delete("/<uuid:secret_id>")
@needs(Permission.SECRET_WRITE)
@secrets_bp.output(EmptySchema, status_code=204)
def delete(secret_id: UUID) -> str:
    """Delete a secret that is granted to no bot."""
    actions.delete_secret(g.actor, find_for(g.actor, StoredSecret, secret_id))
    return ""


def told(secret_id: UUID) -> Row[Any]:
    return reports.secret_row(g.actor, secret_id) or abort(404)
