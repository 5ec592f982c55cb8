"""The system as a page, for those who look after it."""

from flask import Blueprint, current_app, flash, g, url_for
from flask.typing import ResponseReturnValue

from dashboard.health import actions
from dashboard.health.reports import picture
from dashboard.permissions import Permission, needs
from dashboard.templating import go_to, plural, render

bp = Blueprint("system", __name__, url_prefix="/system")


@bp.get("/")
@needs(Permission.SYSTEM_READ)
def index() -> ResponseReturnValue:
    config = current_app.config
    return render(
        "system/index.html",
        system=picture(),
        policy=sorted(config["SANDBOX_REQUIRE"]),
        wanted_tier=config["SANDBOX_TIER"],
    )


@bp.post("/probe")
@needs(Permission.SYSTEM_WRITE)
def probe() -> ResponseReturnValue:
    """Ask the workers to try their sandboxes again."""
    asked = actions.ask_for_probes(g.actor)
    if asked:
        flash(f"Asked {plural(asked, 'worker')}. The answer is here in a moment.", "ok")
    else:
        flash("There is no worker to ask. Start one with flask worker.", "bad")
    return go_to(url_for(".index"))
