"""What holds for every request before a view sees it: its id, origin and size."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from apiflask import APIFlask
from flask import Response, abort, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from dashboard.audit import Origin, origin
from dashboard.errors import HOOKS

View = TypeVar("View", bound=Callable[..., Any])


class Whole(IntegerConverter):
    """A number in a URL that fits into a column."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": 2**63 - 1, **options})


def init_app(app: APIFlask, proxy_hops: int) -> None:
    app.url_map.converters["int"] = Whole
    if proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own recipe
            app.wsgi_app, x_for=proxy_hops, x_proto=proxy_hops, x_host=proxy_hops
        )
    app.before_request(widen)
    app.before_request(note_origin)
    app.before_request(refuse_nul)
    app.after_request(name_request)


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let this view's body be larger than the app's usual limit."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]  # widen() reads it
        return view

    return mark


def widen() -> None:
    """Raise the limit before anything reads the body: CSRF protection does, first."""
    view = current_app.view_functions.get(request.endpoint or "")
    if most := getattr(view, "most_bytes", None):
        request.max_content_length = most


def note_origin() -> None:
    g.request_id = str(uuid4())
    origin.set(
        Origin(
            via=door(),
            address=(request.remote_addr or "")[:45],  # a proxy passes on what it gets
            agent=request.user_agent.string,
            request_id=g.request_id,
        )
    )


def door() -> str:
    if request.path.startswith(HOOKS):
        return "hook"
    return "api" if request.path.startswith("/api/") else "web"


def refuse_nul() -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none to look it up."""
    if "\0" in request.path:
        abort(404)


def name_request(response: Response) -> Response:
    if request_id := g.get("request_id"):
        response.headers["X-Request-Id"] = request_id
    return response


def local(target: str) -> str | None:
    """The target if it stays on this site."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    plain = target.isprintable() and "\\" not in target
    inside = target.startswith("/") and not target.startswith("//")
    return target if plain and inside and not parts.netloc else None
