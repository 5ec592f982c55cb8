"""Grants on a bot's tab, and the stored secrets, as pages."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.grants import actions, reports
from dashboard.grants.forms import GrantForm, RevokeForm, SecretForm, SecretValueForm
from dashboard.grants.models import Grant, GrantKind, GrantState, StoredSecret
from dashboard.grants.proposing import ask_for_grant
from dashboard.grants.schemas import GrantQuery, SecretQuery
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render

bp = Blueprint("grants", __name__)
secrets_bp = Blueprint("secrets", __name__, url_prefix="/secrets")
STATES = [
    ("", "All grants"),
    (GrantState.IN_FORCE, "In force"),
    (GrantState.EXPIRED, "Run out"),
    (GrantState.REVOKED, "Revoked"),
]


@bp.get("/bots/<uuid:bot_id>/access")
@needs(Permission.GRANT_READ)
def access(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    query = query_of(GrantQuery, request.args)
    rows = reports.rows_for(g.actor, query.model_copy(update={"bot_id": bot.id}))
    page = paginate(rows, Grant.id, after=query.after, limit=query.limit)
    asked = reports.asked_for(g.actor, bot)
    facts = {"bot": bot, "tab": "access", "page": page, "query": query}
    return render("grants/access.html", asked=asked, states=STATES, **facts)


@bp.route("/bots/<uuid:bot_id>/access/new", methods=["GET", "POST"])
@needs(Permission.GRANT_WRITE)
def create(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    form = GrantForm(data={"kind": kind_asked_for()})
    if not form.is_submitted():
        return form_page(form, bot)
    try:
        form.check()
        workflow = ask_for_grant(g.actor, bot, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, bot), error.status

    flash("This is the proposal. Open the vote when it says what you mean.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow.id))


@bp.get("/grants/<uuid:grant_id>")
@needs(Permission.GRANT_READ)
def show(grant_id: UUID) -> ResponseReturnValue:
    grant = find_for(g.actor, Grant, grant_id, *reports.PAGE)
    return grant_page(grant, RevokeForm(formdata=None))


@bp.post("/grants/<uuid:grant_id>/revoke")
@needs(Permission.GRANT_WRITE)
def revoke(grant_id: UUID) -> ResponseReturnValue:
    grant = find_for(g.actor, Grant, grant_id, *reports.PAGE)
    require(g.actor, Permission.GRANT_WRITE, grant)
    form = RevokeForm()
    try:
        form.check()
        actions.revoke(g.actor, grant, form.value.reason)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        grant = find_for(g.actor, Grant, grant_id, *reports.PAGE)
        return grant_page(grant, form), error.status

    flash(
        "The grant is revoked. The bot's next call and next step go without it.", "ok"
    )
    return go_to(url_for(".show", grant_id=grant_id))


def kind_asked_for() -> str:
    wanted = request.values.get("kind", "")
    return wanted if wanted in set(GrantKind) else GrantKind.NETWORK.value


def form_page(form: GrantForm, bot: Bot) -> str:
    types = reports.types_offered()
    form.offer(types, bot.active.number)
    return render("grants/form.html", form=form, bot=bot, types=types)


def grant_page(grant: Grant, form: RevokeForm) -> str:
    state = grant.state_at(now())
    return render("grants/show.html", grant=grant, form=form, state=state)


@secrets_bp.get("/")
@needs(Permission.SECRET_READ)
def index() -> ResponseReturnValue:
    query = query_of(SecretQuery, request.args)
    rows = reports.secret_rows(g.actor, query.q)
    page = paginate(rows, StoredSecret.id, after=query.after, limit=query.limit)
    return render("grants/secrets.html", page=page, query=query)


@secrets_bp.route("/new", methods=["GET", "POST"])
@needs(Permission.SECRET_WRITE)
def add() -> ResponseReturnValue:
    form = SecretForm()
    if not form.is_submitted():
        return render("grants/secret_form.html", form=form)
    try:
        form.check()
        secret = actions.add_secret(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        form.secret.data = ""  # never sent back, not even to whoever typed it
        return render("grants/secret_form.html", form=form), error.status

    flash(f"{secret.name} is stored. It is never shown again.", "ok")
    return go_to(url_for(".one", secret_id=secret.id))


@secrets_bp.get("/<uuid:secret_id>")
@needs(Permission.SECRET_READ)
def one(secret_id: UUID) -> ResponseReturnValue:
    secret = find_for(g.actor, StoredSecret, secret_id, *reports.OF_SECRET)
    return secret_page(secret, SecretValueForm(formdata=None))


@secrets_bp.post("/<uuid:secret_id>/replace")
@needs(Permission.SECRET_WRITE)
def replace(secret_id: UUID) -> ResponseReturnValue:
    secret = find_for(g.actor, StoredSecret, secret_id, *reports.OF_SECRET)
    form = SecretValueForm()
    try:
        form.check()
        actions.replace_secret(g.actor, secret, form.value.secret)
    except Invalid as error:
        form.hang(error.errors)
        form.secret.data = ""
        return secret_page(secret, form), error.status

    flash(f"{secret.name} has a new value. Bots get it from their next step on.", "ok")
    return go_to(url_for(".one", secret_id=secret.id))


@secrets_bp.post("/<uuid:secret_id>/delete")
@needs(Permission.SECRET_WRITE)
def delete(secret_id: UUID) -> ResponseReturnValue:
    secret = find_for(g.actor, StoredSecret, secret_id)
    name = secret.name
    try:
        actions.delete_secret(g.actor, secret)
    except RuleBroken as error:
        secret = find_for(g.actor, StoredSecret, secret_id, *reports.OF_SECRET)
        form = SecretValueForm(formdata=None)
        form.tell(error)
        return secret_page(secret, form), error.status

    flash(f"{name} is deleted.", "ok")
    return go_to(url_for(".index"))


def secret_page(secret: StoredSecret, form: SecretValueForm) -> str:
    grants = reports.grants_of(g.actor, secret)
    return render("grants/secret.html", secret=secret, form=form, grants=grants)
