"""The JSON face: a bearer key or token says who acts; the cookie is never read."""

from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import abort, g, request
from werkzeug.datastructures import WWWAuthenticate

from dashboard.extensions import csrf
from dashboard.schemas import Problem
from dashboard.users.tokens import bearer

JSON = "application/json"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (qrm_…), or a token of /api/v1/auth/login.",
}


def init_app(app: APIFlask) -> None:
    app.security_schemes = {"bearer": BEARER}
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["AUTO_SERVERS"] = False  # this one, however it is reached
    app.config["VALIDATION_ERROR_DESCRIPTION"] = "Some fields need another look."
    problem = Problem.model_json_schema()  # APIFlask would call a class
    app.config["HTTP_ERROR_SCHEMA"] = problem
    app.config["VALIDATION_ERROR_SCHEMA"] = problem
    app.spec_processor(complete)  # type: ignore[arg-type]  # a dict: our spec is JSON


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """Say what APIFlask cannot know: every call needs the key, errors are problems."""
    spec["security"] = [{"bearer": []}]
    for status, response in responses_of(spec):
        content = response.get("content", {})
        if status >= "400" and (schema := content.pop(JSON, None)):
            content["application/problem+json"] = schema
    return spec


def responses_of(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in spec["paths"].values():
        for operation in path.values():
            yield from operation.get("responses", {}).items()


def api_blueprint(name: str, import_name: str) -> APIBlueprint:
    """A blueprint under /api/v1 that lets nobody in without a key."""
    bp = APIBlueprint(
        f"{name}_api",
        import_name,
        tag=name.replace("-", " ").capitalize(),
        url_prefix=f"/api/v1/{name}",
    )
    bp.before_request(identify)
    csrf.exempt(bp)
    return bp


def identify() -> None:
    """Set who acts, and within which scopes."""
    header = request.authorization
    token = header.token if header and header.type == "bearer" else None
    found = bearer(token) if token else None
    if found is None:
        abort(401, "Send a valid API key.", www_authenticate=WWWAuthenticate("bearer"))
    g.actor, g.scopes = found.owner, found.scopes
