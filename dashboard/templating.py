"""What every template may use, the response headers, and full page or partial."""

import json
import re
import secrets
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import humanize
from apiflask import APIFlask
from flask import (
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from lucide.jinja import lucide
from markupsafe import Markup

from dashboard.clock import now
from dashboard.navigation import nav
from dashboard.permissions import can

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
    "autosubmit",
    "confirm",
    "copy",
    "follow",
    "keys",
    "live",
    "palette",
    "poll",
    "rows",
    "rule",
    "select",
    "swap",
    "times",
)
THEMES = ("auto", "light", "dark")


def init_app(app: APIFlask) -> None:
    app.jinja_env.globals.update(
        app_version=app.version,
        asset=asset,
        can=can_actor,
        csp_nonce=csp_nonce,
        highlight=highlight,
        icon=icon,
        nav=nav,
        now=now,
        scripts=scripts,
        theme=theme,
    )
    app.jinja_env.filters.update(
        ago=ago,
        duration=duration,
        filesize=filesize,
        hue=hue,
        number=number,
        plural=plural,
        pretty=pretty,
        when=when,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(protect)


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
    for name, value in HEADERS.items():
        response.headers[name] = value
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
    """The address of a static file; as it changes with the content, caches keep it."""
    return url_for("static", filename=name, v=fingerprint(name))


@cache
def fingerprint(name: str) -> str:
    file = Path(str(current_app.static_folder)) / name
    return sha256(file.read_bytes()).hexdigest()[:12]


def scripts() -> list[str]:
    """Every behaviour, each with a tag: an import could not carry asset()'s hash."""
    return [f"js/{name}.js" for name in BEHAVIOURS]


def ago(moment: datetime | None) -> str:
    """How long ago, or in how long, in words."""
    return humanize.naturaltime(moment, when=now()) if moment else "never"


def when(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC" if moment else "never"


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


def hue(name: str) -> int:
    """One of the six colours of an avatar, the same for a name on every page."""
    return sum(name.encode()) % 6 + 1


def pretty(value: object) -> str:
    """JSON for people: indented, in its own letters."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@cache
def icon(name: str) -> Markup:
    """A drawing of the library's, without what the style sheet says of all of them."""
    drawn = lucide(name, size=None)
    inside = drawn[drawn.index(">") + 1 : drawn.rindex("<")]
    lean = re.sub(r"\s+(?=<|$)", "", inside).replace(" />", "/>")
    open_ = '<svg class="ico" viewBox="0 0 24 24" aria-hidden="true">'
    return Markup(f"{open_}{lean}</svg>")  # noqa: S704  # the library's own shapes


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
