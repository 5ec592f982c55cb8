"""Replay every ledger, and hold each row against the record it follows from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.reputation.evidence import Proof, audited_adjustments, proofs_for
from dashboard.reputation.formula import FORMULAS, Record, score_of
from dashboard.reputation.ledger import last_entry
from dashboard.reputation.models import Reason, ReputationEntry

GRACE = timedelta(minutes=1)
"""What ended this lately may have been committed while we looked."""


@dataclass(frozen=True)
class Fault:
    """The first thing in an agent's ledger that does not hold."""

    agent: str
    what: str
    row: ReputationEntry | None = None

    def __str__(self) -> str:
        if self.row is None:
            return f"{self.agent}: {self.what}"
        day = self.row.at.astimezone(UTC)
        return f"{self.agent}, row {self.row.number} of {day:%Y-%m-%d}: {self.what}"


@dataclass
class Verdict:
    scores: int = 0
    """How many rows were reproduced."""
    agents: int = 0
    faults: list[Fault] = field(default_factory=list)
    stale: list[UUID] = field(default_factory=list)
    """Agents that carry another score than the last row of their ledger."""


def check(name: str | None = None) -> Verdict:
    """Look at every agent that has a score, or at the one of this name."""
    verdict = Verdict()
    since = db.session.scalar(select(func.min(ReputationEntry.at)))
    agents = select(Agent.id, Agent.name).order_by(Agent.name)
    if name is not None:
        agents = agents.where(Agent.name == name)
    for agent_id, agent_name in db.session.execute(agents).all():
        look_at(verdict, agent_id, agent_name, since)
    return verdict


def look_at(
    verdict: Verdict, agent_id: UUID, name: str, since: datetime | None
) -> None:
    cached, rows = ledger_of(agent_id)
    proofs = proofs_for(agent_id)  # after the rows: what they follow from was there
    verdict.agents += bool(rows)
    broken = first_fault(agent_id, name, rows, proofs)
    verdict.scores += rows.index(broken.row) if broken and broken.row else len(rows)
    if broken is None and (lost := unbooked(proofs, since)):
        broken = Fault(name, f"no row follows from {lost}, though it should count.")
    if broken:
        verdict.faults.append(broken)
    last = rows[-1].score_after if rows else None
    if cached != last:
        verdict.stale.append(agent_id)
        carries = f"carries the score {shown(cached)}, but its ledger ends with"
        verdict.faults.append(Fault(name, f"{carries} {shown(last)}."))


def ledger_of(agent_id: UUID) -> tuple[int | None, list[ReputationEntry]]:
    """The score an agent carries and its rows, of one and the same moment."""
    wanted = (
        select(Agent.reputation, ReputationEntry)
        .outerjoin(ReputationEntry, ReputationEntry.agent_id == Agent.id)
        .where(Agent.id == agent_id)
        .order_by(ReputationEntry.number, ReputationEntry.id)
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(wanted).all()
    return found[0][0], [row for _, row in found if row is not None]


def first_fault(
    agent_id: UUID,
    name: str,
    rows: Sequence[ReputationEntry],
    proofs: dict[str, Proof],
) -> Fault | None:
    """What follows a broken row follows from it: the first one is enough."""
    by_hand = any(row.reason is Reason.MANUAL for row in rows)
    adjustments = audited_adjustments(agent_id) if by_hand else {}
    total, score = Record(), 0
    for place, row in enumerate(rows, start=1):
        found = (
            misplaced(row, place)
            or unfounded(row, proofs, adjustments)
            or miscounted(row, total, score)
        )
        if found:
            return Fault(name, found, row)
        total, score = row.total, row.score_after
    return None


def misplaced(row: ReputationEntry, place: int) -> str:
    if row.number == place:
        return ""
    return f"row {place} should stand here: one is missing or stands twice."


def unfounded(
    row: ReputationEntry, proofs: dict[str, Proof], adjustments: dict[UUID, int]
) -> str:
    """Whether it counts something else than its source; each source counts once."""
    if row.reason is Reason.MANUAL:
        if row.adds == Record(adjustment=adjustments.get(row.id, 0)):
            return ""
        return "the audit trail knows of no such correction by hand."
    proof = proofs.pop(row.source, None)
    if proof is None:
        return f"{row.source} counts for nothing here, or is not there."
    if (row.reason, row.adds) == (proof.deed.reason, proof.deed.adds):
        return ""
    stored = spoken(row.reason, row.adds)
    true = spoken(proof.deed.reason, proof.deed.adds)
    return f"it counts {stored}, but {row.source} says {true}."


def miscounted(row: ReputationEntry, before: Record, score: int) -> str:
    """Whether the arithmetic does not hold, by the formula that the row names."""
    if row.formula not in FORMULAS:
        return f"there is no version {row.formula} of the formula."
    total = before + row.adds
    computed = score_of(total, row.formula)
    if row.score_after != computed:
        return f"the score is stored as {row.score_after:,}, but comes to {computed:,}."
    if row.change != computed - score:
        change = computed - score
        return f"the change is stored as {row.change:,}, but comes to {change:,}."
    if row.total != total:
        return "its totals are not those of the row before and its own."
    return ""


def unbooked(proofs: dict[str, Proof], since: datetime | None) -> str:
    """A source for which there is no row, though the ledgers had begun by then."""
    until = now() - GRACE
    lost = (
        source
        for source, proof in proofs.items()
        if since and proof.at and since <= proof.at < until
    )
    return next(lost, "")


def repair(agent_ids: Iterable[UUID]) -> int:
    """Let each agent carry the score its ledger ends with; how many were changed."""
    repaired = 0
    for agent_id in agent_ids:
        agent = db.session.get_one(Agent, agent_id)
        with audited(SYSTEM, Permission.REPUTATION_WRITE, agent) as entry:
            last = last_entry(agent)
            agent.reputation = last.score_after if last else None
            entry.about(agent, event="recompute", score=agent.reputation)
        repaired += 1
    return repaired


def shown(score: int | None) -> str:
    return "none" if score is None else f"{score:,}"


def spoken(reason: Reason, adds: Record) -> str:
    counts = f"actions {adds.actions}, successes {adds.successes}"
    return f"“{reason}”, {counts}, ${adds.savings:,}"
