"""One's own page: who one is here, the password, and where one is signed in."""

from uuid import UUID

from flask import Blueprint, flash, g, url_for
from flask.typing import ResponseReturnValue

from dashboard.auth import actions
from dashboard.auth.delays import TooManyTries
from dashboard.auth.forms import PasswordForm
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Permission, find_for, needs
from dashboard.templating import go_to, plural, render
from dashboard.users.models import UserSession
from dashboard.users.wording import powers_of

bp = Blueprint("profile", __name__, url_prefix="/profile")


@bp.get("/")
@needs(Permission.PROFILE_READ)
def show() -> ResponseReturnValue:
    sessions = db.session.scalars(UserSession.of(g.actor)).all()
    powers = powers_of(g.actor.role)
    return render("auth/profile.html", sessions=sessions, powers=powers)


@bp.route("/password", methods=["GET", "POST"])
@needs(Permission.PROFILE_WRITE)
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.is_submitted():
        return render("auth/password.html", form=form)
    try:
        form.check()
        actions.change_password(g.session, form.value)
    except (Invalid, TooManyTries) as error:
        form.tell(error)
        return render("auth/password.html", form=form), error.status

    flash("Your password was changed. Every other session has ended.", "ok")
    return go_to(url_for(".show"))


@bp.post("/sessions/<uuid:session_id>/end")
@needs(Permission.SESSION_END)
def end(session_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, UserSession, session_id)
    actions.end_session(g.actor, session)
    flash(f"The session on {session.device} has ended.", "ok")
    if session.user_id == g.actor.id:
        return go_to(url_for(".show"))
    return go_to(url_for("users.show", user_id=session.user_id, tab="sessions"))


@bp.post("/sessions/end-others")
@needs(Permission.SESSION_END)
def end_others() -> ResponseReturnValue:
    ended = actions.end_others(g.session)
    flash(f"{plural(ended, 'other session')} ended.", "ok")
    return go_to(url_for(".show"))
