"""The note on top of every page while something is frozen."""

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import Row

from dashboard.freezes import reports
from dashboard.permissions import Permission, can


def in_force() -> Sequence[Row[Any]]:
    """The freezes to tell this person about; the session knows if there are any.

    Ordinary pages pay no statement for it.
    """
    if "actor" not in g or "session" not in g or not g.session.frozen:
        return []
    return reports.in_force(g.actor) if can(g.actor, Permission.FREEZE_READ) else []
