"""The navigation: features register their entries, people see what they may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, g

from dashboard.permissions import Permission

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


Groups = Sequence[tuple[str, list[Entry]]]
REGISTERED: list[Entry] = []


def register(entry: Entry) -> None:
    """Add a link; called by the features while the app is made."""
    if entry not in REGISTERED:
        REGISTERED.append(entry)


def nav() -> Groups:
    """Groups with the entries this actor may open, in order; empty ones left out."""
    return groups_for(granted())


def granted() -> frozenset[Permission]:
    return frozenset(g.actor.grants) if "actor" in g else frozenset()


def groups_for(grants: frozenset[Permission]) -> Groups:
    known = current_app.view_functions
    shown = [
        entry
        for entry in REGISTERED
        if entry.endpoint in known and entry.permission in grants
    ]
    groups = [(group, [e for e in shown if e.group == group]) for group in GROUPS]
    return [(group, entries) for group, entries in groups if entries]


@lru_cache(maxsize=1024)
def place(rule: str) -> str:
    """The entry on whose page one is, or below it, whatever feature that page is of."""
    for entry in REGISTERED:
        root = root_of(entry)
        if rule and (rule == root or root != "/" and rule.startswith(root)):
            return entry.endpoint
    return ""


def root_of(entry: Entry) -> str:
    """Where its pages begin."""
    rules = current_app.url_map.iter_rules(entry.endpoint)
    return str(next(iter(rules)).rule)
