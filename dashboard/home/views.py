"""The overview, and the switch between light and dark."""

from datetime import timedelta

from flask import Blueprint, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.home.reports import home_of
from dashboard.permissions import Permission, needs
from dashboard.requests import local
from dashboard.templating import THEMES, go_to, render

YEAR = timedelta(days=365)

bp = Blueprint("home", __name__)


@bp.get("/")
@needs(Permission.PROFILE_READ)
def index() -> ResponseReturnValue:
    return render("home/index.html", home=home_of(g.actor))


@bp.post("/theme")
def theme() -> ResponseReturnValue:
    """Keep the choice in this browser, signed in or not, and go back."""
    chosen = request.form.get("theme", "")
    answer = current_app.make_response(
        go_to(local(request.form.get("next", "")) or url_for(".index"))
    )
    answer.set_cookie(
        "theme",
        chosen if chosen in THEMES else "auto",
        max_age=YEAR,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
    )
    return answer
