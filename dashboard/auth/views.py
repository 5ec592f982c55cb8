"""The sign-in page, the guard in front of every other page, and the way out."""

from uuid import UUID

from flask import Blueprint, flash, g, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from dashboard.auth import actions
from dashboard.auth.delays import TooManyTries
from dashboard.auth.forms import ConfirmForm, SignInForm
from dashboard.errors import Invalid, is_api
from dashboard.extensions import login_manager
from dashboard.permissions import Permission, needs
from dashboard.requests import local
from dashboard.templating import go_to, render
from dashboard.users.models import User, UserSession
from dashboard.users.tokens import note_visit

PUBLIC = {
    "auth.login",
    "auth_api.login",
    "auth_api.logout",
    "auth_api.refresh",
    "health.live",
    "health.show",
    "home.theme",
    "hooks_in.call",
    "openapi.spec",
    "receipts.key",
    "static",
}
"""The endpoints that ask nobody who they are; all others do."""

bp = Blueprint("auth", __name__)


@login_manager.user_loader
def load_session(id_: str) -> UserSession | None:
    return UserSession.live(UUID(id_))


@bp.before_app_request
def identify() -> ResponseReturnValue | None:
    """Every page needs a session unless PUBLIC names it; the API asks for keys."""
    if is_api() or request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.endpoint is None:
            return None  # nothing is here, for nobody
        back = request.full_path if request.method == "GET" else ""
        return go_to(url_for("auth.login", next=back.rstrip("?") or None))
    g.session = current_user._get_current_object()
    g.actor = g.session.user
    note_visit(g.session)
    return None


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next"))
    if not form.is_submitted():
        if current_user.is_authenticated:
            return go_to(onward(form.next.data))
        return login_page(form)
    try:
        form.check()
        started = actions.sign_in(form.value.email, form.value.password)
    except (Invalid, TooManyTries) as error:
        form.tell(error)
        return login_page(form), error.status
    if started is None:
        form.hang({"": actions.WRONG})
        return login_page(form), 422

    if current_user.is_authenticated:  # this browser was somebody already
        left = current_user._get_current_object()
        actions.end_session(left.user, left, "Signed in anew.")
    session.clear()  # a cookie or CSRF token from before is worth nothing now
    login_user(started)
    return go_to(onward(form.value.next))


@bp.post("/logout")
@needs(Permission.SESSION_END)
def logout() -> ResponseReturnValue:
    actions.end_session(g.actor, g.session)
    session.clear()
    flash("You are signed out.", "ok")
    return go_to(url_for(".login"))


@bp.route("/confirm", methods=["GET", "POST"])
@needs(Permission.PROFILE_WRITE)
def confirm() -> ResponseReturnValue:
    """Ask for the password again before something sensitive."""
    form = ConfirmForm(next=request.args.get("next"))
    if not form.is_submitted():
        return render("auth/confirm.html", form=form)
    try:
        form.check()
        actions.confirm(g.session, form.value.password)
    except (Invalid, TooManyTries) as error:
        form.tell(error)
        return render("auth/confirm.html", form=form), error.status

    return go_to(onward(form.value.next))


def login_page(form: SignInForm) -> str:
    return render("auth/login.html", form=form, is_new=not User.anybody())


def onward(target: str | None) -> str:
    """Where to go now: judged when it is used, not when it was handed in."""
    return local(target or "") or url_for("home.index")
