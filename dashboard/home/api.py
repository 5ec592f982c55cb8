"""The overview as JSON."""

from typing import Any

from flask import g

from dashboard.api import api_blueprint
from dashboard.audit_log.wording import sentence
from dashboard.home.reports import home_of
from dashboard.home.schemas import HomeOut
from dashboard.permissions import Permission, needs

bp = api_blueprint("home", __name__)


@bp.get("")
@needs(Permission.PROFILE_READ)
@bp.output(HomeOut)
def show() -> dict[str, Any]:
    """What waits for you, what runs and failed, what was decided and changed."""
    home = home_of(g.actor)
    return {
        "waiting_total": home.waiting_total,
        "running_total": home.numbers.running,
        "queued_total": home.numbers.queued,
        "failed_24h": home.numbers.failed_24h,
        "success_rate_7d": home.success_rate,
        "waiting": home.waiting,
        "running": home.running,
        "failed": home.failed,
        "days": home.days,
        "decisions": home.decisions,
        "moving": home.moving,
        "changed": [
            {"seq": entry.seq, "at": entry.at, "sentence": sentence(entry)}
            for entry in home.changed
        ],
    }
