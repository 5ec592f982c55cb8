"""What an inbox shows: a fixed number of statements, however much waits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select

from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.inbox import asked, unfinished
from dashboard.inbox.models import Notice
from dashboard.inbox.schemas import Kind
from dashboard.inbox.wording import ASKS, WHY, why_asked
from dashboard.incidents.models import Incident
from dashboard.permissions import Actor
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows import reports
from dashboard.workflows.explain import headline
from dashboard.workflows.models import Round, Status, Vote, Workflow
from dashboard.workflows.rules import ReasonRequired
from dashboard.workflows.schemas import WorkflowQuery
from dashboard.workflows.timing import DAY

MOST = 100
"""How many things of a kind a page shows; more than anybody does in a day."""
UNDER_WAY = (Status.DRAFT, Status.OPEN, Status.APPROVED, Status.RUNNING)
LAST = 3
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One thing that waits for this person, and until when."""

    kind: Kind
    id: UUID
    number: int | None
    title: str
    council: str
    why: str
    since: datetime
    deadline: datetime | None = None
    revision: int | None = None
    headline: str = ""
    explain: dict[str, Any] = field(default_factory=dict)
    takes_reason: bool = False
    """Whether the rule wants a reason with every vote."""

    @property
    def key(self) -> str:
        """Sent with a vote, so that the same press twice is one vote."""
        return uuid4().hex

    @property
    def is_urgent(self) -> bool:
        return self.deadline is not None and self.deadline - now() < DAY

    @property
    def order(self) -> tuple[Any, ...]:
        """What ends first, then what stands longest, by kind."""
        return self.deadline or NEVER, ASKS.index(self.kind), self.since, self.id


def waiting_for(actor: Actor) -> list[Item]:
    """Everything that only this person can unblock, most urgent first."""
    at = now()
    items = [*asked_of(actor, at), *unfinished_of(actor, at), *reviews_of(actor)]
    return sorted(items, key=lambda item: item.order)


def asked_of(actor: Actor, at: datetime) -> list[Item]:
    rows = rows_of(asked.votes_for(actor, at).order_by(Round.closes_at, Round.id))
    deciding = asked.deciding(rows, actor.id, at) if rows else set()
    return [vote_item(row, row.round_id in deciding) for row in rows]


def vote_item(row: Row[Any], decides: bool) -> Item:
    return Item(
        kind=Kind.VOTE,
        id=row.id,
        number=row.number,
        title=row.title,
        council=row.council,
        why=why_asked(changed=row.is_changed, decides=decides),
        since=row.since,
        deadline=row.deadline,
        revision=row.revision,
        headline=headline(row.explain) if "quorum" in row.explain else "",
        explain=row.explain,
        takes_reason=row.rule["reason_required"] == ReasonRequired.ALWAYS,
    )


def unfinished_of(actor: Actor, at: datetime) -> list[Item]:
    rows = rows_of(unfinished.workflows_for(actor, at).order_by(Workflow.id.desc()))
    return [workflow_item(row) for row in rows]


def workflow_item(row: Row[Any]) -> Item:
    kind = Kind(row.kind)
    return Item(
        kind=kind,
        id=row.id,
        number=row.number,
        title=row.title,
        council=row.council,
        why=WHY[row.status] if kind is Kind.LOOK else WHY[kind],
        since=row.since,
        deadline=row.deadline,
        revision=row.revision,
    )


def reviews_of(actor: Actor) -> list[Item]:
    rows = rows_of(unfinished.reviews_for(actor).order_by(Run.id.desc()))
    return [
        Item(
            kind=Kind.REVIEW,
            id=row.id,
            number=row.number,
            title=row.title or "Run",
            council=row.council,
            why=why_reviewed(row),
            since=row.since,
        )
        for row in rows
    ]


def why_reviewed(row: Row[Any]) -> str:
    """What went wrong: in the run's own words, of which the first line is enough."""
    if row.status is RunStatus.NEEDS_REVIEW:
        return WHY[Kind.REVIEW]
    said = (row.error.splitlines() or [""])[0] or "it gave no reason."
    how = "was blocked" if row.status is RunStatus.BLOCKED else "failed"
    return f"The run {how}: {said}"


def rows_of(rows: Select[Any]) -> Sequence[Row[Any]]:
    return db.session.execute(rows.limit(MOST)).all()


def counts_of(items: Sequence[Item]) -> dict[str, int]:
    """How many wait of each kind, and in all."""
    found = Counter(item.kind.value for item in items)
    return {kind.value: found[kind.value] for kind in Kind} | {"total": len(items)}


def number_waiting(actor: Actor) -> int:
    """How much waits, counted in one statement and no further than it is shown."""
    at = now()
    lists = (
        asked.votes_for(actor, at),
        unfinished.workflows_for(actor, at),
        unfinished.reviews_for(actor),
    )
    some = [rows.with_only_columns(sa.literal(1)).limit(MOST) for rows in lists]
    parts = [select(func.count()).select_from(rows.subquery()) for rows in some]
    counted = select(*(part.scalar_subquery() for part in parts))
    return sum(db.session.execute(counted).one())


def fingerprint(items: Sequence[Item]) -> str:
    """A word that changes whenever the list would look different."""
    seen = [
        (item.kind, item.id, item.why, item.deadline, item.headline) for item in items
    ]
    return sha256(repr(seen).encode()).hexdigest()[:16]


def mine_of(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What this person proposed and is under way."""
    rows = reports.rows_for(actor, WorkflowQuery(mine="proposed"))
    return rows.where(Workflow.status.in_(UNDER_WAY))


def votes_of(actor: Actor) -> Select[*tuple[Any, ...]]:
    """How this person voted, and what came of it."""
    council = select(Council.name).where(Council.id == Workflow.council_id)
    return (
        select(
            Workflow.id.label("workflow_id"),
            Workflow.number,
            Workflow.title,
            council.scalar_subquery().label("council"),
            Vote.choice,
            Vote.reason,
            Vote.cast_at,
            Vote.voided_at,
            Vote.revision,
            Round.outcome,
            Round.decided_at,
            Round.closes_at,
            Round.explain,
        )
        .join(Round.votes)
        .join(Round.workflow)
        .where(Vote.user_id == actor.id, Vote.superseded_at.is_(None))
        .where(Workflow.seen_by(actor))
    )


def last_votes_of(actor: Actor) -> Sequence[Row[Any]]:
    rows = votes_of(actor).order_by(Vote.id.desc()).limit(LAST)
    return db.session.execute(rows).all()


def notices_of(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What this person was told, about what they may still see."""
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.text,
            Notice.at,
            Notice.workflow_id,
            Notice.incident_id,
            Workflow.number,
            func.coalesce(Workflow.title, Incident.summary).label("title"),
        )
        .outerjoin(Notice.workflow)
        .outerjoin(Notice.incident)
        .where(Notice.user_id == actor.id)
        .where(
            sa.or_(
                sa.and_(Workflow.id.is_not(None), Workflow.seen_by(actor)),
                sa.and_(Incident.id.is_not(None), Incident.seen_by(actor)),
            )
        )
    )
