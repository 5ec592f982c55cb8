"""Health as JSON, for probes: anybody may ask, nothing but a word is told."""

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.health.checks import Health, examine

bp = Blueprint("health", __name__)
logger = logging.getLogger(__name__)


@bp.get("/healthz")
def live() -> ResponseReturnValue:
    """The process answers; it asks nothing of the database."""
    return jsonify(status=Health.OK)


@bp.get("/health")
def show() -> ResponseReturnValue:
    """Whether the site can work, and which part of it cannot."""
    checks = examine()
    worst = next(
        (each for each in (Health.DOWN, Health.DEGRADED) if each in checks.values()),
        Health.OK,
    )
    if worst is Health.DOWN:
        down = [name for name, health in checks.items() if health is worst]
        logger.warning("Down: %s", ", ".join(down))
    return jsonify(status=worst, checks=checks), 503 if worst is Health.DOWN else 200
