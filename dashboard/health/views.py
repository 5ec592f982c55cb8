"""Health as JSON, for probes: anybody may ask, nothing but a word is told."""

import logging
from enum import StrEnum

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.health.checks import examine
from dashboard.health.findings import Finding, State
from dashboard.health.lists import PROBE
from dashboard.health.reading import Reading

bp = Blueprint("health", __name__)
logger = logging.getLogger(__name__)


class Health(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@bp.get("/healthz")
def live() -> ResponseReturnValue:
    """The process answers; it asks nothing of the database."""
    return jsonify(status=Health.OK)


@bp.get("/health")
def show() -> ResponseReturnValue:
    """Whether the site can work, and which part of it cannot."""
    found = examine(PROBE, Reading())
    is_down = found["database"].state is State.FAIL
    checks = {name: word(each, is_down=is_down) for name, each in found.items()}
    worst = next(
        (each for each in (Health.DOWN, Health.DEGRADED) if each in checks.values()),
        Health.OK,
    )
    if is_down:
        logger.warning("Down: %s", found["database"].sentence)
    return jsonify(status=worst, checks=checks), 503 if is_down else 200


def word(finding: Finding, *, is_down: bool) -> Health:
    if is_down:
        return Health.DOWN
    return Health.OK if finding.state is State.OK else Health.DEGRADED
