"""People, one's own facts, and API keys as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, Role, find_for, needs
from dashboard.schemas import Page, PageQuery, Schema, patched
from dashboard.users import actions
from dashboard.users.models import ApiKey, User
from dashboard.users.passwords import generated
from dashboard.users.schemas import (
    KeyCreated,
    KeyIn,
    KeyOut,
    KeyRow,
    MeOut,
    UserChange,
    UserCreated,
    UserIn,
    UserOut,
    UserPatch,
    UserQuery,
    UserRow,
)

people = api_blueprint("users", __name__)
keys = api_blueprint("keys", __name__)
me = api_blueprint("me", __name__)


@people.get("")
@needs(Permission.USER_READ)
@people.input(UserQuery, location="query")
@people.output(Page[UserRow])
def index(query_data: UserQuery) -> Rows:
    """List people, newest first."""
    query = query_data
    rows = User.rows_for(g.actor, query.q, query.role, query.is_active)
    return paginate(rows, User.id, after=query.after, limit=query.limit)


@people.post("")
@needs(Permission.USER_WRITE)
@people.input(UserIn)
@people.output(UserCreated, status_code=201)
def create(json_data: UserIn) -> tuple[UserCreated, int, dict[str, str]]:
    """Add a person; a generated password is in this answer and nowhere else."""
    made = None
    if json_data.password is None and json_data.role is not Role.API_USER:
        made = json_data.password = generated()
    user = actions.create_user(g.actor, json_data)
    created = UserCreated.model_validate(user)
    created.password = made
    return created, 201, {"Location": url_for(".show", user_id=user.id)}


@people.get("/<uuid:user_id>")
@needs(Permission.USER_READ)
@people.output(UserOut)
def show(user_id: UUID) -> User:
    """Get one person."""
    return find_for(g.actor, User, user_id)


@people.patch("/<uuid:user_id>")
@needs(Permission.USER_WRITE)
@people.input(UserPatch)
@people.output(UserOut)
def update(user_id: UUID, json_data: Schema) -> User:
    """Change only what the body names; `is_active: false` deactivates."""
    user = find_for(g.actor, User, user_id)
    wanted = patched(UserChange, user, json_data)
    if "is_active" not in json_data.model_fields_set:
        wanted.is_active = None
    return actions.update_user(g.actor, user, wanted)


@me.get("")
@needs(Permission.PROFILE_READ)
@me.output(MeOut)
def show_me() -> dict[str, Any]:
    """Get who you are, and what this key or token may do."""
    known = {name: getattr(g.actor, name) for name in UserOut.model_fields}
    may = sorted(g.actor.grants)
    return known | {"permissions": may, "scopes": [p for p in may if p in g.scopes]}


@keys.get("")
@needs(Permission.KEY_READ)
@keys.input(PageQuery, location="query")
@keys.output(Page[KeyRow])
def list_keys(query_data: PageQuery) -> Rows:
    """List your own keys, newest first."""
    rows = ApiKey.rows_for(g.actor, own=True)
    return paginate(rows, ApiKey.id, after=query_data.after, limit=query_data.limit)


@keys.post("")
@needs(Permission.KEY_WRITE)
@keys.input(KeyIn)
@keys.output(KeyCreated, status_code=201)
def create_key(json_data: KeyIn) -> dict[str, Any]:
    """Create a key of your own; its secret is in this answer and nowhere else."""
    key, secret = actions.issue_key(g.actor, g.actor, json_data, within=g.scopes)
    return KeyOut.model_validate(key).model_dump() | {"secret": secret}


@keys.delete("/<uuid:key_id>")
@needs(Permission.KEY_WRITE)
@keys.output(EmptySchema, status_code=204)
def revoke_key(key_id: UUID) -> str:
    """Revoke a key: it stops working at once."""
    actions.revoke_key(g.actor, find_for(g.actor, ApiKey, key_id))
    return ""
