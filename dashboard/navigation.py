"""The navigation: features register their entries, people see what they may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, g, request, url_for

from dashboard.permissions import Permission, can

GROUPS = ("", "Govern", "Run", "Build", "Control")


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `key` is its shortcut, such as "g w"."""

    label: str
    icon: str
    endpoint: str
    permission: Permission
    group: str = ""
    key: str = ""

    @property
    def is_current(self) -> bool:
        """On its page, or on one below it, whichever feature that page is of."""
        here, root = request.path.rstrip("/"), url_for(self.endpoint).rstrip("/")
        return here == root or bool(root) and here.startswith(f"{root}/")


REGISTERED: list[Entry] = []


def register(entry: Entry) -> None:
    """Add a link; called by the features while the app is made."""
    if entry not in REGISTERED:
        REGISTERED.append(entry)


def nav() -> Sequence[tuple[str, list[Entry]]]:
    """Groups with the entries this actor may open, in order; empty ones left out."""
    if "actor" not in g:
        return []
    known = current_app.view_functions
    shown = [
        entry
        for entry in REGISTERED
        if entry.endpoint in known and can(g.actor, entry.permission)
    ]
    groups = [(group, [e for e in shown if e.group == group]) for group in GROUPS]
    return [(group, entries) for group, entries in groups if entries]
