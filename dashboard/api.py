"""The JSON face: a bearer key or token says who acts; the cookie is never read."""

from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import abort, g, request
from werkzeug.datastructures import WWWAuthenticate

from dashboard.extensions import csrf
from dashboard.repeats import HEADER, LONGEST_KEY, meet_call
from dashboard.schemas import Problem
from dashboard.users.tokens import bearer

JSON = "application/json"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (qrm_…), or a token of /api/v1/auth/login.",
}
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key with the same call again is answered as the first "
    "time, for seven days, and changes nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
REFERENCE = "#/components/parameters/IdempotencyKey"


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
    parameters = spec.setdefault("components", {}).setdefault("parameters", {})
    parameters["IdempotencyKey"] = IDEMPOTENCY_KEY
    for operation in unsafe_of(spec):
        operation.setdefault("parameters", []).append({"$ref": REFERENCE})
    return spec


def unsafe_of(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What changes something for somebody known: what takes an Idempotency-Key."""
    for path in spec["paths"].values():
        for method, operation in path.items():
            if method != "get" and "security" not in operation:
                yield operation


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
    bp.before_request(meet_call)
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
