"""The page about the API: Swagger UI, from its wheel, under our own policy."""

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from dashboard.permissions import Permission, needs
from dashboard.templating import render

ASSETS = {
    "swagger-ui.css": "css/swagger-ui.css",
    "swagger-ui-bundle.js": "js/swagger-ui-bundle.js",
}
HOUR = 3600

bp = Blueprint("docs", __name__, url_prefix="/api/docs")


@bp.get("")
@needs(Permission.PROFILE_READ)
def index() -> ResponseReturnValue:
    return render("docs/index.html")


@bp.get("/assets/<name>")
@needs(Permission.PROFILE_READ)
def asset(name: str) -> ResponseReturnValue:
    """One of the files the page is made of; others in the wheel are not for the web."""
    place = ASSETS.get(name) or abort(404)
    return send_file(folder() / place, max_age=HOUR)


def folder() -> Path:
    """Where the wheel keeps Swagger UI; importing it would need another framework."""
    spec = find_spec("flask_openapi3_swagger")
    if spec is None or spec.origin is None:
        raise RuntimeError("flask-openapi3-swagger is not installed.")
    return Path(spec.origin).parent / "templates" / "swagger"
