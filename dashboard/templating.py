"""What every template may use, the response headers, and full page or partial."""

import json
import re
import secrets
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Protocol
from uuid import UUID

import humanize
from apiflask import APIFlask
from flask import (
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from jinja2 import Template
from markupsafe import Markup, escape

from dashboard import pieces
from dashboard.assets import address_at
from dashboard.clock import now
from dashboard.navigation import granted, groups_for, place
from dashboard.permissions import Permission, can

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR = 365 * 86_400
BEHAVIOURS = (
    "main",
    "answer",
    "answered",
    "autosubmit",
    "board",
    "chat",
    "confirm",
    "copy",
    "follow",
    "keys",
    "live",
    "palette",
    "poll",
    "preview",
    "remember",
    "rows",
    "rule",
    "select",
    "swap",
    "times",
)
THEMES = ("auto", "light", "dark")


def init_app(app: APIFlask) -> None:
    app.jinja_env.globals.update(
        ago=pieces.time_ago,
        app_version=app.version,
        asset=asset,
        avatar=pieces.avatar,
        badge=pieces.badge,
        can=can_actor,
        choices=pieces.options,
        csp_nonce=csp_nonce,
        highlight=highlight,
        ico=pieces.ico,
        menu=menu,
        now=now,
        scripts=scripts,
        status=pieces.status,
        strip=pieces.strip,
        tally=pieces.tally,
        theme=theme,
    )
    app.jinja_env.filters.update(
        address=address,
        ago=pieces.ago,
        duration=duration,
        filesize=filesize,
        moment=pieces.time_ago,
        number=number,
        plural=plural,
        pretty=pretty,
        status=pieces.status,
        when=pieces.when,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(protect)


def menu(template: str) -> Markup:
    """A part of the page that says where one can go, and shows nobody's data."""
    part = current_app.jinja_env.get_template(template)
    rule = request.url_rule.rule if request.url_rule else ""
    return drawn(part, request.script_root, granted(), place(rule))


@lru_cache(maxsize=512)
def drawn(
    part: Template, root: str, grants: frozenset[Permission], here: str
) -> Markup:
    """Once for each role and place: the links are as much work as a table is."""
    html = part.render(groups=groups_for(grants), here=here)
    return Markup(html)  # noqa: S704  # the template escaped it


class Part(Protocol):
    """All that a part of a page depends on; two that are equal look the same."""

    def __hash__(self) -> int: ...

    @property
    def shown(self) -> Mapping[str, Any]: ...


def drawn_once(template: str, part: Part) -> Markup:
    """A part of a page, kept for the next who see the same."""
    return part_at(request.script_root, template, part)


@lru_cache(maxsize=256)
def part_at(root: str, template: str, part: Part) -> Markup:
    html = current_app.jinja_env.get_template(template).render(part.shown)
    return Markup(html)  # noqa: S704  # the template escaped it


def can_actor(permission: str, subject: object = None) -> bool:
    return "actor" in g and can(g.actor, permission, subject)


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def protect(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy", POLICY.format(nonce=csp_nonce())
    )
    response.headers.extend(HEADERS)
    if current_app.config["BASE_URL"].startswith("https://"):
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("X-Partial")
    elif "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def wants_partial() -> bool:
    return "X-Partial" in request.headers


def render(template: str, **context: Any) -> str:
    """The page; for a script that swaps, its partial: `form.html` is `_form.html`."""
    folder, _, name = template.rpartition("/")
    partial = [f"{folder}/_{name}"] if wants_partial() else []
    return render_template([*partial, template], **context)


def go_to(url: str) -> ResponseReturnValue:
    """Redirect after a write; fetch() would follow a 303 itself and eat the flash."""
    if wants_partial():
        return Response(status=204, headers={"X-Location": url})
    return redirect(url, 303)


def theme() -> str:
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def asset(name: str) -> str:
    """The address of a static file."""
    return address_at(request.script_root, name)


def address(id_: UUID | int, endpoint: str) -> str:
    """Where a record's page is; a list asks for each row, and reads the rule once."""
    before, after = frame(endpoint)
    return f"{request.script_root}{before}{id_}{after}"


@cache
def frame(endpoint: str) -> tuple[str, str]:
    """What stands before and after the id in the addresses of this endpoint."""
    rule = next(current_app.url_map.iter_rules(endpoint)).rule
    before, after = re.split("<[^>]+>", rule)
    return before, after


def scripts() -> Markup:
    """Every behaviour, each with a tag: an import could not carry asset()'s hash."""
    tags = tags_at(request.script_root).replace("{nonce}", csp_nonce())
    return Markup(tags)  # noqa: S704  # made of escaped addresses and our own nonce


@lru_cache(maxsize=64)
def tags_at(root: str) -> str:
    return "".join(
        '    <script type="module" nonce="{nonce}" '
        f'src="{escape(asset(f"js/{name}.js"))}"></script>\n'
        for name in BEHAVIOURS
    )


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 340 ms, 1.8 s, 2 min 5 s, 3 h 20 min."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def number(value: float) -> str:
    return f"{value:,}"


def filesize(size: int) -> str:
    return humanize.naturalsize(size, binary=True)


def plural(count: int, word: str, many: str = "") -> str:
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def pretty(value: object) -> str:
    """JSON for people: indented, in its own letters."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def highlight(code: str, language: str, *, numbers: bool = True) -> Markup:
    """Coloured code. Pygments escapes what it is given, so its HTML may be trusted."""
    from pygments import highlight as colour
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    lines = "inline" if numbers else False
    formatter = HtmlFormatter(cssclass="code", linenos=lines, wrapcode=True)
    html = colour(code, get_lexer_by_name(language, stripnl=False), formatter)
    # what scrolls must take focus, or the keyboard cannot reach its end
    return Markup(html.replace("<pre>", '<pre tabindex="0">', 1))  # noqa: S704
