"""The same thing done to many runs, each by the action that does it to one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from dashboard.errors import DomainError, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.runs import actions
from dashboard.runs.listing import listing
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.runs.reports import ACTED_ON
from dashboard.runs.retrying import retry_run
from dashboard.runs.schemas import MOST_AT_ONCE, Deed, RunFilter, Which
from dashboard.users.models import User

TOO_MANY = f"At most {MOST_AT_ONCE} at once. Narrow the filters, and do it in parts."
GONE = "Nothing is here, or it is not yours to see."


PERMISSIONS = {
    Deed.RETRY_SAME: Permission.BOT_RUN,
    Deed.RETRY_CURRENT: Permission.BOT_RUN,
    Deed.CANCEL: Permission.RUN_CANCEL,
    Deed.ACKNOWLEDGE: Permission.RUN_ACKNOWLEDGE,
}


@dataclass(frozen=True)
class Words:
    """How a deed is called: to do it, in which way, and once it is done."""

    verb: str
    manner: str
    done: str
    about: str
    asks: str = ""
    """What the note is for, where one is asked."""

    @property
    def offer(self) -> str:
        return f"{self.verb} {self.manner}".strip()


RETRIES = {Deed.RETRY_SAME, Deed.RETRY_CURRENT}
AGAIN = "The same inputs and files; these runs stay as they are and get new ones."
WORDS = {
    Deed.RETRY_SAME: Words("Retry", "with the same version", "queued again", AGAIN),
    Deed.RETRY_CURRENT: Words(
        "Retry", "with the current version", "queued again", AGAIN
    ),
    Deed.CANCEL: Words(
        "Stop",
        "",
        "stopped, or told to stop",
        "What waits is called back; what runs is ended within two seconds.",
        "Why. Needed where a council let it run; kept in the audit trail.",
    ),
    Deed.ACKNOWLEDGE: Words(
        "Acknowledge",
        "",
        "acknowledged",
        "They wait for nobody any more.",
        "What you found. Shown on each of the runs.",
    ),
}


@dataclass(frozen=True)
class Scope:
    """Which runs are meant: these, or all that match, as many as somebody saw."""

    ids: Sequence[UUID]
    total: int
    query: RunFilter | None = None
    are_more: bool = False
    """Whether the total is only the least they are."""

    @property
    def newest(self) -> UUID | None:
        return self.ids[0] if self.ids else None

    @property
    def most(self) -> int:
        return MOST_AT_ONCE

    @property
    def is_too_large(self) -> bool:
        return self.total > MOST_AT_ONCE

    @property
    def words(self) -> str:
        """As it stands on the button: the 12 selected, all 344 matching."""
        if self.query is None:
            return f"the {self.total:,} selected"
        return f"all {self.total:,} matching"


@dataclass
class Report:
    """What became of it: new or changed runs, and who was refused, why."""

    deed: Deed
    done: list[UUID] = field(default_factory=list)
    refused: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return WORDS[self.deed]

    @property
    def reasons(self) -> dict[str, list[UUID]]:
        """The refused ones by their reason, most often first."""
        found: dict[str, list[UUID]] = {}
        for id_, why in self.refused:
            found.setdefault(why, []).append(id_)
        return dict(sorted(found.items(), key=lambda each: -len(each[1])))


def selected(ids: Sequence[UUID]) -> Scope:
    one_each = list(dict.fromkeys(ids))
    return Scope(one_each, len(one_each))


def matching(actor: User, query: RunFilter) -> Scope:
    """The runs that match now, and how many they are."""
    found = listing(actor, query)
    ids = found.ids(MOST_AT_ONCE + 1)
    if len(ids) <= MOST_AT_ONCE:
        return Scope(ids, len(ids), query)
    counted, are_more = found.pages.count()
    total = max(counted, len(ids))  # a list may count less far than one looked here
    return Scope(ids[:MOST_AT_ONCE], total, query, are_more)


def counts_of(scope: Scope) -> dict[RunStatus, int]:
    """How many of them ended how: whoever retries may mean the failed ones only."""
    if scope.is_too_large:
        return {}
    counted = select(Run.status, func.count()).where(Run.id.in_(scope.ids))
    found = db.session.execute(counted.group_by(Run.status)).all()
    return dict(sorted(found, key=lambda row: -row[1]))


def check(scope: Scope, expected: int, newest: UUID | None = None) -> None:
    """Refuse if it is not what somebody saw and agreed to."""
    if scope.total != expected:
        raise RuleBroken(f"There are {scope.total:,} now. Look again.", code="changed")
    if newest is not None and scope.newest != newest:
        raise RuleBroken("They are not the same runs any more. Look again.", "changed")


def apply(
    actor: User,
    deed: Deed,
    scope: Scope,
    note: str = "",
    trigger: Trigger = Trigger.PERSON,
) -> Report:
    """One after the other; what is refused undoes none of the others."""
    if scope.is_too_large:
        raise RuleBroken(TOO_MANY, code="too_many")
    do = deed_of(deed, note, trigger)
    report = Report(deed)
    for id_ in scope.ids:
        try:
            report.done.append(do(actor, acted_on(actor, id_)).id)
        except DomainError as error:
            report.refused.append((id_, sentence(error)))
    return report


def deed_of(deed: Deed, note: str, trigger: Trigger) -> Callable[[User, Run], Run]:
    deeds: dict[Deed, Callable[[User, Run], Run]] = {
        Deed.RETRY_SAME: lambda a, run: retry_run(a, run, Which.SAME, trigger),
        Deed.RETRY_CURRENT: lambda a, run: retry_run(a, run, Which.CURRENT, trigger),
        Deed.CANCEL: lambda a, run: actions.cancel_run(a, run, note),
        Deed.ACKNOWLEDGE: lambda a, run: actions.acknowledge_run(a, run, note),
    }
    return deeds[deed]


def acted_on(actor: User, run_id: UUID) -> Run:
    wanted: Any = select(Run).where(Run.id == run_id, Run.seen_by(actor))
    found: Run | None = db.session.scalars(wanted.options(*ACTED_ON)).unique().first()
    if found is None:
        raise RuleBroken(GONE)
    return found


def sentence(error: DomainError) -> str:
    """What was wrong with a field, where the refusal names one."""
    errors = getattr(error, "errors", None)
    return next(iter(errors.values())) if errors else str(error)
