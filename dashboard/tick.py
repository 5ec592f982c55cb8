"""What workers do every few seconds; features register their part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

Job = Callable[[], object]


class Beside(Protocol):
    """Something a worker keeps going beside its runs, with threads of its own."""

    def tick(self) -> object: ...

    def close(self) -> object: ...


@dataclass(frozen=True)
class Every:
    """A job that any number of workers may do at the same time."""

    name: str
    seconds: float
    """The least time between two times in one worker; 0 means at each sweep."""
    job: Job


JOBS: dict[str, Every] = {}
BESIDE: dict[str, Callable[[Flask], Beside]] = {}


def every(seconds: float, name: str, job: Job) -> None:
    """Do this job every so often; called by the features while the app is made."""
    JOBS[name] = Every(name, seconds, job)


def beside(name: str, make: Callable[[Flask], Beside]) -> None:
    """Keep one in each worker: made once, ticked at each sweep, closed at the end."""
    BESIDE[name] = make
