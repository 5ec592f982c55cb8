"""The small pieces that pages repeat: icons, badges, faces, times, strips of runs.

A list draws a hundred of them, and a function costs a tenth of what a macro does. What
they are given is escaped here.
"""
# ruff: noqa: S704  # every Markup of this file is made of what is escaped or our own

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Protocol

from flask import has_request_context, request
from markupsafe import Markup, escape

from dashboard.assets import STATIC, address_at
from dashboard.clock import now

LOOKS = {
    "draft": ("Draft", "", "pencil-line"),
    "open": ("Voting", "info", "vote"),
    "approved": ("Approved", "ok", "check"),
    "rejected": ("Rejected", "bad", "x"),
    "lapsed": ("Lapsed", "", "hourglass"),
    "expired": ("Expired", "warn", "timer-off"),
    "cancelled": ("Cancelled", "", "ban"),
    "superseded": ("Superseded", "", "history"),
    "queued": ("Queued", "", "clock"),
    "running": ("Running", "info", "loader-circle"),
    "completed": ("Completed", "ok", "circle-check"),
    "failed": ("Failed", "bad", "circle-x"),
    "blocked": ("Blocked", "warn", "shield-alert"),
    "needs_review": ("Needs review", "warn", "eye"),
    "timed_out": ("Timed out", "bad", "timer"),
    "cpu_limit": ("CPU limit", "bad", "cpu"),
    "memory_limit": ("Memory limit", "bad", "memory-stick"),
    "disk_limit": ("Disk limit", "bad", "hard-drive"),
    "output_limit": ("Output limit", "bad", "scroll-text"),
    "bad_result": ("Bad result", "bad", "file-x"),
    "denied": ("Denied", "bad", "shield-x"),
    "crashed": ("Crashed", "bad", "zap"),
    "refused": ("Refused", "warn", "shield-off"),
    "lost": ("Lost", "bad", "unplug"),
    "done": ("Done", "ok", "check"),
    "active": ("Active", "ok", "circle-check"),
    "inactive": ("Inactive", "", "circle-pause"),
    "paused": ("Paused", "warn", "pause"),
    "retired": ("Retired", "", "archive"),
    "maintenance": ("Maintenance", "warn", "wrench"),
    "archived": ("Archived", "", "archive"),
    "error": ("Error", "bad", "circle-x"),
    "revoked": ("Revoked", "", "ban"),
    "low": ("Low risk", "", "shield"),
    "medium": ("Medium risk", "warn", "triangle-alert"),
    "high": ("High risk", "bad", "triangle-alert"),
    "critical": ("Critical risk", "bad", "siren"),
    "approve": ("Approve", "ok", "check"),
    "reject": ("Reject", "bad", "x"),
    "abstain": ("Abstain", "", "minus"),
    "veto": ("Veto", "bad", "octagon-x"),
}
"""The word, the tone and the icon of a status."""
SPRITE = "icons.svg"
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
MOST_GAPS = 24
"""Voters who can still be told apart in a tally."""
UNITS = (
    ("year", 365 * 86_400),
    ("month", 30 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


def ico(name: str) -> Markup:
    """A sign beside words: a reference into the file of all, which browsers keep."""
    return icon_at(mounted_at(), name)


def mounted_at() -> str:
    """The path below which the program is served, which mostly is none."""
    return request.script_root if has_request_context() else ""


@lru_cache(maxsize=1024)
def icon_at(root: str, name: str) -> Markup:
    if name not in drawings():
        raise LookupError(f"There is no icon named {name}; bin/icons adds new ones.")
    place = escape(f"{address_at(root, SPRITE)}#{name}")
    return Markup(f'<svg class="ico" aria-hidden="true"><use href="{place}"/></svg>')


@cache
def drawings() -> frozenset[str]:
    """The names of all icons there are."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / SPRITE).read_text()))


def badge(text: object, tone: str = "", icon: str | None = None) -> Markup:
    return badge_with(text, tone, ico(icon) if icon else Markup())


def badge_with(text: object, tone: str, drawn: Markup) -> Markup:
    look = f"badge {escape(tone)}" if tone else "badge"
    return Markup(f'<span class="{look}">{drawn}{escape(text)}</span>')


def status(value: object) -> Markup:
    """A word, a colour and a sign; one that nobody described is still readable."""
    return status_at(mounted_at(), str(value))


@lru_cache(maxsize=256)
def status_at(root: str, name: str) -> Markup:
    if name not in LOOKS:
        return badge(name.replace("_", " ").capitalize())
    label, tone, icon = LOOKS[name]
    return badge_with(label, tone, icon_at(root, icon))


def avatar(name: str | None, kind: str = "person", big: bool = False) -> Markup:
    """Initials in a colour; an agent has the sign of its kind."""
    name = name or "?"
    words = name.split() or ["?"]
    initials = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
    face = ico("bot") if kind == "agent" else escape(initials.upper())
    look = f"av h{hue(name)}{' bot' * (kind == 'agent')}{' lg' * big}"
    return Markup(
        f'<span class="{look}" title="{escape(name)}" aria-hidden="true">{face}</span>'
    )


def hue(name: str) -> int:
    """One of the six colours of an avatar, the same for a name on every page."""
    return sum(name.encode()) % 6 + 1


def time_ago(moment: datetime | None) -> Markup | str:
    """A moment for machines, and words for people that keep up with the clock."""
    if moment is None:
        return "never"
    exact, words = moment.isoformat(timespec="seconds"), ago(moment)
    return Markup(
        f'<time data-ago datetime="{exact}" title="{when(moment)}">{words}</time>'
    )


def ago(moment: datetime | None) -> str:
    """How long ago, or in how long: the words with which times.js goes on."""
    if moment is None:
        return "never"
    seconds = (moment - now()).total_seconds()
    for unit, length in UNITS:
        if number := int(abs(seconds) / length):
            words = f"{number} {unit}{'s' * (number > 1)}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now"


def when(moment: datetime | None) -> str:
    """The moment to the minute; a list says it on every row, and strftime is slow."""
    if moment is None:
        return "never"
    at = moment.astimezone(UTC)
    day = f"{at.day:02} {MONTHS[at.month - 1]} {at.year}"
    return f"{day}, {at.hour:02}:{at.minute:02} UTC"


def options(pairs: Iterable[tuple[object, str]], chosen: object = "") -> Markup:
    """The choices of a select: pairs of value and label."""
    wanted = str(chosen or "")
    values = ((str(value), label) for value, label in pairs)
    return Markup("".join(option(v, label, v == wanted) for v, label in values))


@lru_cache(maxsize=1024, typed=True)
def option(value: str, label: str, is_chosen: bool) -> str:
    mark = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(label)}</option>'


class Mark(Protocol):
    """One run in a strip: how it went, and when."""

    @property
    def look(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def at(self) -> datetime | None: ...


def strip(marks: Sequence[Mark], name: str, brief: bool = False) -> Markup:
    """The last runs, oldest first; a brief one says more only of what went wrong."""
    if not marks:
        return Markup('<span class="muted">–</span>')
    looks = [mark.look for mark in marks]
    runs = f"{len(looks)} run{'s' * (len(looks) > 1)}"
    said = (
        f"Last {runs} of {escape(name)}: {looks.count('ok')} completed, "
        f"{looks.count('bad')} went wrong; the newest: {escape(marks[-1].label)}"
    )
    drawn = "".join(
        f'<i class="{look}"></i>'
        if brief and look == "ok"
        else f'<i class="{look}" title="{told(mark)}"></i>'
        for look, mark in zip(looks, marks, strict=True)
    )
    return Markup(f'<span class="dots" role="img" aria-label="{said}">{drawn}</span>')


def told(mark: Mark) -> Markup:
    return escape(f"{mark.label}, {when(mark.at)}" if mark.at else mark.label)


def tally(
    approve: int, reject: int, abstain: int, eligible: int, need: int, big: bool = False
) -> Markup:
    """Votes as parts of a bar; sizes are attributes, for no style may be inline."""
    unit = 100 / (eligible or 1)
    bars = [
        ("y", approve, 0.0),
        ("n", reject, 100 - reject * unit),
        ("a", abstain, 100 - (reject + abstain) * unit),
    ]
    parts = [
        f'<rect class="{look}" x="{x:.4g}%" width="{votes * unit:.4g}%"/>'
        for look, votes, x in bars
        if votes
    ]
    gaps = range(1, eligible) if eligible <= MOST_GAPS else ()
    parts += [f'<rect class="gap" x="{i * unit:.4g}%"/>' for i in gaps]
    parts.append(f'<rect class="tick" x="{min(need * unit, 99):.4g}%"/>')
    said = (
        f"{approve} approve, {reject} reject, {abstain} abstain, of {eligible}; "
        f"{need} needed"
    )
    look = "tally big" if big else "tally"
    return Markup(
        f'<svg class="{look}" role="img" aria-label="{said}">{"".join(parts)}</svg>'
    )
