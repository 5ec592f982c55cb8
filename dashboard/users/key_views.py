"""API keys as pages."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.users import actions, reports
from dashboard.users.confirmation import confirmed
from dashboard.users.forms import KeyForm
from dashboard.users.models import ApiKey, User
from dashboard.users.schemas import KeyQuery
from dashboard.users.wording import words_for

bp = Blueprint("keys", __name__)


@bp.get("/keys/")
@needs(Permission.KEY_READ)
def index() -> ResponseReturnValue:
    query = query_of(KeyQuery, request.args)
    rows = ApiKey.rows_for(g.actor, query.owner)
    page = paginate(rows, ApiKey.id, after=query.after, limit=query.limit)
    owners = reports.owner_names() if g.actor.sees_all else []
    options = [("", "Any owner"), *owners] if owners else []
    return render("keys/index.html", page=page, query=query, owner_options=options)


@bp.get("/keys/<uuid:key_id>")
@needs(Permission.KEY_READ)
def show(key_id: UUID) -> ResponseReturnValue:
    key = find_for(g.actor, ApiKey, key_id)
    history = history_of(key)
    return render("keys/show.html", key=key, history=history, words_for=words_for)


@bp.route("/keys/new", methods=["GET", "POST"])
@needs(Permission.KEY_WRITE)
@confirmed
def create() -> ResponseReturnValue:
    return create_for(g.actor)


@bp.route("/users/<uuid:user_id>/keys/new", methods=["GET", "POST"])
@needs(Permission.USER_WRITE)
@confirmed
def create_for_user(user_id: UUID) -> ResponseReturnValue:
    return create_for(find_for(g.actor, User, user_id))


def create_for(owner: User) -> ResponseReturnValue:
    """Ask for a key and show its text on the answer, the only time there is."""
    form = KeyForm().offer(owner.role)
    if not form.is_submitted():
        return render("keys/form.html", form=form, owner=owner)
    try:
        form.check()
        key, secret = actions.issue_key(g.actor, owner, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("keys/form.html", form=form, owner=owner), error.status

    base = current_app.config["BASE_URL"]
    curl = f'curl -H "Authorization: Bearer {secret}" {base}{url_for("me_api.show_me")}'
    return render("keys/created.html", key=key, secret=secret, curl=curl), 201


@bp.post("/keys/<uuid:key_id>/revoke")
@needs(Permission.KEY_WRITE)
def revoke(key_id: UUID) -> ResponseReturnValue:
    key = find_for(g.actor, ApiKey, key_id)
    require(g.actor, Permission.KEY_WRITE, key)
    actions.revoke_key(g.actor, key)
    flash(f"The key {key} does not work any more.", "ok")
    return go_to(url_for(".show", key_id=key.id))
