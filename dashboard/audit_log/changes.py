"""Before and after, field by field, as a person reads it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from dashboard.audit import MASK
from dashboard.audit_log.reports import Said
from dashboard.audit_log.wording import KINDS

LONGEST = 200
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*\+00:00$")


@dataclass(frozen=True)
class Change:
    """One field of one record; `before` is None when the record is new."""

    record: str
    field: str
    before: str | None
    after: str | None
    is_secret: bool

    def __str__(self) -> str:
        if self.is_secret:
            return f"{self.field} changed, hidden"
        if self.before is None:
            return f"{self.field}: {self.after}"
        return f"{self.field}: {self.before} → {self.after or 'none'}"


def changes_of(entry: Said) -> list[Change]:
    """What the entry says was changed: the subject first, and last what only points.

    A record's own id is left out: it says nothing.
    """
    own = f"{entry.subject_type}/{entry.subject_id}"
    changed = [
        (place, name, before, after)
        for place, fields in entry.changes.items()
        for name, (before, after) in fields.items()
        if name != "id"
    ]
    changed.sort(key=lambda each: (each[0] != own, each[1].endswith("_id")))
    return [
        Change(
            record=kind_of(place.partition("/")[0]),
            field=words(name),
            before=short(before),
            after=short(after),
            is_secret=MASK in (before, after),
        )
        for place, name, before, after in changed
    ]


def kind_of(table: str) -> str:
    return KINDS.get(table, words(table))


def words(name: str) -> str:
    return name.removesuffix("_id").removesuffix("_at").replace("_", " ")


def short(value: Any) -> str | None:
    """A value in one line; a digest by its beginning."""
    if value is None:
        return None
    if value is True or value is False:
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if text.startswith("sha256:"):
        return f"{text[:15]}…"
    if MOMENT.match(text):
        return f"{text[:10]} {text[11:16]} UTC"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
