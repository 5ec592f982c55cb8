"""People as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, Role, find_for, needs
from dashboard.templating import go_to, render
from dashboard.users import actions, reports
from dashboard.users.confirmation import confirmed
from dashboard.users.forms import ResetForm, UserEditForm, UserForm
from dashboard.users.models import ApiKey, User, UserSession
from dashboard.users.passwords import generated
from dashboard.users.schemas import UserQuery
from dashboard.users.wording import powers_of

bp = Blueprint("users", __name__, url_prefix="/users")
TABS = {
    "overview": "Overview",
    "sessions": "Sessions",
    "keys": "API keys",
    "history": "History",
}
ROLE_OPTIONS = [("", "Any role"), *((role.value, role.label) for role in Role)]
ACTIVE_OPTIONS = [("", "Active or not"), ("true", "Active"), ("false", "Inactive")]


@bp.get("/")
@needs(Permission.USER_READ)
def index() -> ResponseReturnValue:
    query = query_of(UserQuery, request.args)
    rows = User.rows_for(g.actor, query.q, query.role, query.is_active)
    page = paginate(rows, User.id, after=query.after, limit=query.limit)
    return render(
        "users/index.html",
        page=page,
        query=query,
        role_options=ROLE_OPTIONS,
        active_options=ACTIVE_OPTIONS,
    )


@bp.get("/<uuid:user_id>")
@needs(Permission.USER_READ)
def show(user_id: UUID) -> ResponseReturnValue:
    user = find_for(g.actor, User, user_id)
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else "overview"
    tabs = [
        (label, url_for(".show", user_id=user.id, tab=name), name == tab)
        for name, label in TABS.items()
    ]
    shown = content_of(user, tab)
    return render("users/show.html", user=user, tab=tab, tabs_of=tabs, **shown)


def content_of(user: User, tab: str) -> dict[str, Any]:
    """Only what the open tab shows is loaded."""
    if tab == "sessions":
        return {"sessions": db.session.scalars(UserSession.of(user)).all()}
    if tab == "keys":
        return {"page": paginate(ApiKey.rows_for(g.actor, user.id), ApiKey.id)}
    if tab == "history":
        return {"history": history_of(user)}
    return {
        "seats": reports.seats_of(user),
        "doors": reports.doors_of(user),
        "powers": powers_of(user.role),
    }


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.USER_WRITE)
@confirmed
def create() -> ResponseReturnValue:
    form = UserForm()
    if not form.is_submitted():
        return render("users/form.html", form=form, user=None)
    try:
        form.check()
        wanted = form.value
        is_typed = wanted.password is not None
        wanted.password = wanted.password or generated()
        user = actions.create_user(g.actor, wanted)
    except Invalid as error:
        form.hang(error.errors)
        return render("users/form.html", form=form, user=None), error.status

    if is_typed or user.role is Role.API_USER:
        flash(f"{user.name} was added.", "ok")
        return go_to(url_for(".show", user_id=user.id))
    return render("users/password.html", user=user, password=wanted.password), 201


@bp.route("/<uuid:user_id>/edit", methods=["GET", "POST"])
@needs(Permission.USER_WRITE)
@confirmed
def edit(user_id: UUID) -> ResponseReturnValue:
    user = find_for(g.actor, User, user_id)
    form = UserEditForm(obj=user)
    if not form.is_submitted():
        return render("users/form.html", form=form, user=user)
    try:
        form.check()
        actions.update_user(g.actor, user, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("users/form.html", form=form, user=user), error.status
    except RuleBroken as error:
        form.hang({"role": str(error)})
        return render("users/form.html", form=form, user=user), error.status

    flash(f"{user.name} was saved.", "ok")
    return go_to(url_for(".show", user_id=user.id))


@bp.route("/<uuid:user_id>/password", methods=["GET", "POST"])
@needs(Permission.USER_WRITE)
@confirmed
def reset(user_id: UUID) -> ResponseReturnValue:
    user = find_for(g.actor, User, user_id)
    form = ResetForm()
    if not form.is_submitted():
        return render("users/reset.html", form=form, user=user)
    try:
        form.check()
        password = form.value.password or generated()
        actions.set_password(g.actor, user, password)
    except Invalid as error:
        form.hang(error.errors)
        return render("users/reset.html", form=form, user=user), error.status

    if form.value.password:
        flash(f"{user.name} has a new password and is signed out everywhere.", "ok")
        return go_to(url_for(".show", user_id=user.id))
    return render("users/password.html", user=user, password=password)


@bp.post("/<uuid:user_id>/deactivate")
@needs(Permission.USER_WRITE)
def deactivate(user_id: UUID) -> ResponseReturnValue:
    user = find_for(g.actor, User, user_id)
    actions.set_active(g.actor, user, is_active=False)
    flash(f"{user.name} is signed out, and the keys stopped working.", "ok")
    return go_to(url_for(".show", user_id=user.id))


@bp.post("/<uuid:user_id>/activate")
@needs(Permission.USER_WRITE)
def activate(user_id: UUID) -> ResponseReturnValue:
    user = find_for(g.actor, User, user_id)
    actions.set_active(g.actor, user, is_active=True)
    flash(f"{user.name} may sign in again. Keys not revoked work again.", "ok")
    return go_to(url_for(".show", user_id=user.id))
