"""The system as one picture, for its page and for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from dashboard.health.checks import examine
from dashboard.health.findings import Finding, State, worst
from dashboard.health.lists import SYSTEM, TITLES
from dashboard.health.machine import breaches, stops_of, trial_of
from dashboard.health.reading import Reading
from dashboard.runs.models import WorkerBeat


@dataclass(frozen=True)
class Named:
    """A finding under its name."""

    name: str
    finding: Finding

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def state(self) -> State:
        return self.finding.state

    @property
    def sentence(self) -> str:
        return self.finding.sentence

    @property
    def facts(self) -> dict[str, Any]:
        return self.finding.facts


@dataclass(frozen=True)
class Crew:
    """A worker, what it does now, and what its sandbox stops."""

    beat: WorkerBeat
    is_alive: bool
    runs: list[Row[Any]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beat, name)

    @property
    def stops(self) -> dict[str, bool]:
        return dict(stops_of(self.beat))

    @property
    def checks(self) -> dict[str, Any]:
        return dict(trial_of(self.beat).get("checks", {}))

    @property
    def probed_at(self) -> datetime | None:
        told = self.beat.evidence.get("probed_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def breaches(self) -> str:
        return breaches(self.beat) if self.beat.evidence else ""


@dataclass(frozen=True)
class Picture:
    state: State
    at: datetime
    checks: list[Named]
    workers: list[Crew]

    def __getitem__(self, name: str) -> Named:
        return next(check for check in self.checks if check.name == name)


def picture() -> Picture:
    reading = Reading()
    found = examine(SYSTEM, reading)
    return Picture(
        state=worst(found),
        at=reading.at,
        checks=[Named(name, finding) for name, finding in found.items()],
        workers=[crew(beat, reading) for beat in reading.beats],
    )


def crew(beat: WorkerBeat, reading: Reading) -> Crew:
    runs = [run for run in reading.running if holder(run) == beat.name]
    return Crew(beat, reading.is_alive(beat), runs)


def holder(run: Row[Any]) -> str:
    """Whose run it is; a process forked for it is named after its worker."""
    name: str = run.worker.partition("/")[0]
    return name
