"""Hooks as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import abort, g, url_for
from sqlalchemy import Row

from dashboard.api import api_blueprint
from dashboard.bots.models import Bot
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.hooks import actions, reports
from dashboard.hooks.models import Hook, HookCall
from dashboard.hooks.schemas import (
    CallOut,
    HookIn,
    HookOfBotIn,
    HookOut,
    HookQuery,
    HookSwitch,
    NewSecret,
)
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, PageQuery

Headers = dict[str, str]

bp = api_blueprint("hooks", __name__)


@bp.get("")
@needs(Permission.HOOK_READ)
@bp.input(HookQuery, location="query")
@bp.output(Page[HookOut])
def index(query_data: HookQuery) -> Rows:
    """List the inbound webhooks you may see, newest first; `bot_id` narrows them."""
    rows = Hook.rows_for(g.actor, query_data.bot_id)
    return paginate(rows, Hook.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.HOOK_WRITE)
@bp.input(HookOfBotIn)
@bp.output(NewSecret, status_code=201)
def create(json_data: HookOfBotIn) -> tuple[NewSecret, int, Headers]:
    """Make a webhook that runs a bot in your name; its secret is told this once."""
    bot = db.session.scalar(Bot.visible_to(g.actor).where(Bot.id == json_data.bot_id))
    if bot is None:
        raise Invalid({"bot_id": "There is no such bot."})
    wanted = HookIn(name=json_data.name)
    hook, secret = actions.create_hook(g.actor, bot, wanted)
    place = url_for(".show", hook_id=hook.id)
    return told(hook, secret), 201, {"Location": place}


@bp.get("/<uuid:hook_id>")
@needs(Permission.HOOK_READ)
@bp.output(HookOut)
def show(hook_id: UUID) -> Row[Any]:
    """Get one webhook: whether it is on, and when it was called last."""
    return shown(hook_id)


@bp.patch("/<uuid:hook_id>")
@needs(Permission.HOOK_WRITE)
@bp.input(HookSwitch)
@bp.output(HookOut)
def switch(hook_id: UUID, json_data: HookSwitch) -> Row[Any]:
    """Switch a webhook on or off; while it is off it refuses every call."""
    hook = find_for(g.actor, Hook, hook_id)
    actions.switch_hook(g.actor, hook, is_on=json_data.is_on)
    return shown(hook_id)


@bp.post("/<uuid:hook_id>/secret")
@needs(Permission.HOOK_WRITE)
@bp.output(NewSecret)
def replace_secret(hook_id: UUID) -> NewSecret:
    """Replace the secret: the old one is worth nothing at once."""
    hook = find_for(g.actor, Hook, hook_id)
    return told(hook, actions.replace_secret(g.actor, hook))


@bp.delete("/<uuid:hook_id>")
@needs(Permission.HOOK_WRITE)
@bp.output(EmptySchema, status_code=204)
def revoke(hook_id: UUID) -> str:
    """Revoke a webhook for good; its calls and their runs stay."""
    actions.revoke_hook(g.actor, find_for(g.actor, Hook, hook_id))
    return ""


@bp.get("/<uuid:hook_id>/calls")
@needs(Permission.HOOK_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[CallOut])
def calls(hook_id: UUID, query_data: PageQuery) -> Rows:
    """List the calls a webhook accepted, newest first, and the runs they started."""
    rows = reports.calls_of(g.actor, find_for(g.actor, Hook, hook_id))
    after, limit = query_data.after, query_data.limit
    return paginate(rows, HookCall.id, after=after, limit=limit)


def told(hook: Hook, secret: str) -> NewSecret:
    return NewSecret(id=hook.id, url=reports.address_of(hook.id), secret=secret)


def shown(hook_id: UUID) -> Row[Any]:
    return reports.row_of(g.actor, hook_id) or abort(404)
