"""What follows when a queued call has ended: the features say so when they begin."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from dashboard.model_calls.models import ModelCall, Purpose

Job = Callable[[ModelCall], None]
JOBS: dict[Purpose, list[Job]] = defaultdict(list)


def when_ended(purpose: Purpose, job: Job) -> None:
    """Do this in the transaction that ends a call, however it ends.

    The job may add rows and enter `audited` for the system. It meets a call that is
    completed, failed or cancelled; what it stores is stored once.
    """
    if job not in JOBS[purpose]:
        JOBS[purpose].append(job)


def jobs_of(purpose: Purpose) -> Sequence[Job]:
    return tuple(JOBS[purpose])
