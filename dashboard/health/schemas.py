"""The system as JSON."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dashboard.health.findings import State
from dashboard.schemas import Out


class FindingOut(Out):
    name: str
    title: str
    state: State
    sentence: str
    facts: dict[str, Any]


class WorkOut(Out):
    id: UUID
    started_at: datetime | None


class WorkerOut(Out):
    name: str
    engine: str
    threads: int
    tier: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    runs: list[WorkOut]
    evidence: dict[str, Any]
    probe_asked_at: datetime | None


class SystemOut(Out):
    state: State
    at: datetime
    version: str
    checks: list[FindingOut]
    workers: list[WorkerOut]


class AskedOut(Out):
    workers: int
