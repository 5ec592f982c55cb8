"""The system as JSON."""

from typing import Any

from flask import current_app, g

from dashboard.api import api_blueprint
from dashboard.health import actions
from dashboard.health.reports import picture
from dashboard.health.schemas import AskedOut, SystemOut
from dashboard.permissions import Permission, needs

bp = api_blueprint("system", __name__)


@bp.get("")
@needs(Permission.SYSTEM_READ)
@bp.output(SystemOut)
def show() -> dict[str, Any]:
    """Get the state of the system: every check with its sentence, and the workers."""
    system = picture()
    return {
        "state": system.state,
        "at": system.at,
        "version": current_app.version,  # type: ignore[attr-defined]  # APIFlask's own
        "checks": system.checks,
        "workers": system.workers,
    }


@bp.post("/probe")
@needs(Permission.SYSTEM_WRITE)
@bp.output(AskedOut, status_code=202)
def probe() -> dict[str, int]:
    """Ask every worker to try its sandbox again; it answers with a beat."""
    return {"workers": actions.ask_for_probes(g.actor)}
