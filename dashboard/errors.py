"""Refusals, and how they are answered: problem+json under /api/, a page elsewhere."""

import logging
from http import HTTPStatus
from string import ascii_letters, digits, punctuation
from typing import Any
from urllib.parse import quote

from apiflask import APIFlask, HTTPError
from flask import Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from humanize import naturalsize
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from dashboard import silence

Errors = dict[str, str]
"""Path of a field (`members.0.weight`) to the sentence beside it."""

DOCS = "/api/docs"
HOOKS = "/hooks/in/"
"""Where other programs call; each has a signature instead of a key."""
PLAIN = f"{ascii_letters}{digits}{punctuation} ".replace("%", "")
TITLES = {
    400: "That could not be understood",
    403: "You may not do that",
    404: "Nothing is here",
    405: "That is not possible here",
    409: "Something is in the way",
    413: "That is too large",
    422: "Some fields need another look",
    429: "Too many tries",
    500: "Something broke on our side",
    503: "The database did not answer",
}
SENTENCES = {
    400: "The request could not be understood. Go back, reload the page and try again.",
    404: "This address leads nowhere, or to something that is not yours to see.",
    405: "This address does not take that kind of request.",
    429: "That was too often. Wait a minute, then try again.",
    500: "What you sent was not saved. Try again; if it happens again, tell whoever "
    "runs this site the request below.",
}
"""Said where a refusal does not bring its own words."""

logger = logging.getLogger(__name__)


class DomainError(Exception):
    """A refusal whose text the user may read; `code` names it for programs."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Denied(DomainError):
    status = HTTPStatus.FORBIDDEN


class RuleBroken(DomainError):
    status = HTTPStatus.CONFLICT


class Busy(RuleBroken):
    """Too much is waiting; the same goes through a little later."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    retry_after = 5
    """Seconds."""


class Invalid(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Errors) -> None:
        super().__init__("Some fields need another look.")
        self.errors = errors


def is_api() -> bool:
    """Whether a program asks; the page about the API is for people."""
    path = request.path
    if path.startswith(HOOKS):
        return True
    return path.startswith("/api/") and not f"{path}/".startswith(f"{DOCS}/")


def init_app(app: APIFlask) -> None:
    app.log_exception = log_with_request  # type: ignore[method-assign]  # Flask's has no id
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(HTTPError, answer_apiflask)
    app.register_error_handler(DomainError, answer_domain)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(SecurityError, answer_stranger_name)
    app.register_error_handler(RequestEntityTooLarge, answer_too_large)
    app.register_error_handler(IntegrityError, answer_clash)
    for silent in silence.SILENT:
        app.register_error_handler(silent, answer_silence)
    app.register_error_handler(DBAPIError, answer_broken_line)
    app.register_error_handler(ValidationError, answer_unreadable)
    app.register_error_handler(RecursionError, answer_too_deep)


def log_with_request(exc_info: Any) -> None:
    logger.error(
        "Request %s broke: %s %s",
        g.get("request_id"),
        request.method,
        quote(request.path),  # a line break in it would forge a line of the log
        exc_info=exc_info,
    )


def answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    spoken = error.description != type(error).description
    detail = error.description if spoken else SENTENCES.get(status, error.description)
    response = refuse(status, detail)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def answer_apiflask(error: HTTPError) -> ResponseReturnValue:
    """APIFlask's own error, no HTTPException: a body that failed its schema."""
    by_field = {
        "" if path == "_schema" else path: messages[0].removeprefix("Value error, ")
        for location in (error.detail or {}).values()
        for path, messages in location.items()
    }
    return refuse(error.status_code, error.message, by_field)


def answer_domain(error: DomainError) -> ResponseReturnValue:
    errors = getattr(error, "errors", None)
    response = refuse(error.status, str(error), errors, code=error.code)
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def answer_csrf(error: CSRFError) -> ResponseReturnValue:
    return refuse(
        HTTPStatus.BAD_REQUEST,
        "Your session ended or this page is old. Nothing was saved. "
        "Go back, reload the page and send it again.",
    )


def answer_stranger_name(error: SecurityError) -> ResponseReturnValue:
    """Asked for under a name that is not ours: no page, as it could hold no link."""
    sentence = f"This site is called {current_app.config['BASE_URL']}. Go there."
    return Response(sentence, HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def answer_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    most = naturalsize(request.max_content_length or 0, binary=True, format="%.0f")
    return refuse(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"This page takes at most {most}. Nothing was saved. Send less.",
    )


def answer_clash(error: IntegrityError) -> ResponseReturnValue:
    """Two people saved what only one may: the check before it cannot see the other.

    Any other broken constraint is a mistake of ours, and must look like one.
    """
    unique = "UNIQUE" in str(error.orig) or "duplicate key" in str(error.orig)
    if not unique:
        raise error
    return refuse(
        HTTPStatus.CONFLICT, "Somebody else was faster. Look again and retry."
    )


def answer_silence(error: Exception) -> ResponseReturnValue:
    logger.error("Request %s: no answer from the database: %s", request_id(), error)
    response = refuse(HTTPStatus.SERVICE_UNAVAILABLE, silence.sentence())
    response.headers["Retry-After"] = str(silence.RETRY_AFTER)
    return response


def answer_broken_line(error: DBAPIError) -> ResponseReturnValue:
    """Other errors of the database than its silence are ours."""
    if not silence.is_silence(error):
        raise error
    return answer_silence(error)


def answer_unreadable(error: ValidationError) -> ResponseReturnValue:
    """A record that would be read while it is put into words, from a silent database.

    What people send is checked elsewhere: any other is a mistake of ours.
    """
    if not any(map(silence.is_told, error.errors(include_input=False))):
        raise error
    return answer_silence(error)


def answer_too_deep(error: RecursionError) -> ResponseReturnValue:
    """json.loads meets '[[[[…' with RecursionError: the sender's mistake, not ours."""
    if not request.is_json:
        raise error
    return refuse(HTTPStatus.BAD_REQUEST, "The JSON is nested too deeply.")


def request_id() -> str:
    return str(g.get("request_id", ""))


def refuse(
    status: int, detail: str | None, errors: Errors | None = None, code: str = ""
) -> Response:
    detail = detail or HTTPStatus(status).phrase
    if is_api():
        return problem(status, detail, errors or {}, code)
    if "X-Partial" in request.headers:
        return toast(status, detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        g.pop("actor", None)  # to name somebody may take the database that is away
    page = render_template(
        "errors/error.html",
        status=int(status),
        title=TITLES.get(status, HTTPStatus(status).phrase),
        detail=detail,
        request_id=request_id(),
    )
    return Response(page, status)


def toast(status: int, detail: str) -> Response:
    """For a script, which shows it and keeps the page; a header holds ASCII only."""
    headers = {"X-Toast": quote(detail, safe=PLAIN)}
    return Response(detail, status, headers, mimetype="text/plain")


def problem(status: int, detail: str, errors: Errors, code: str) -> Response:
    """RFC 9457."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": f"urn:uuid:{request_id()}",
    }
    if code:
        content["code"] = code
    if errors:
        content["errors"] = [
            {
                "pointer": "".join(f"/{part}" for part in path.split(".") if part),
                "detail": message,
            }
            for path, message in errors.items()
        ]
    response = jsonify(content)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
