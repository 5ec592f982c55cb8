"""What else happens when a workflow is over, in the very transaction that ends it.

A feature registers its job; it hears of rejections, and of every end of a run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dashboard.runs.models import Run
from dashboard.workflows.models import Round, Workflow


@dataclass(frozen=True)
class Over:
    """A workflow that has just come to its end."""

    workflow: Workflow
    round: Round
    at: datetime
    run: Run | None = None
    """None if its council rejected it: then nothing ran."""


Job = Callable[[Over], None]
JOBS: list[Job] = []


def when_over(job: Job) -> None:
    """Called by the features while the app is made."""
    if job not in JOBS:  # several apps may be made in one process
        JOBS.append(job)


def over(ended: Over) -> None:
    """Everything is flushed but the end itself; whatever a job adds is committed."""
    for job in JOBS:
        job(ended)
