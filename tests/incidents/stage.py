"""Bots that fail, and the incidents this opens."""

from datetime import timedelta

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.ending import close
from dashboard.runs.fence import locked
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.webhooks.models import Endpoint
from tests.factories import make_run, number, stored
from tests.runs.stage import begun

ERROR = "KeyError: 'customer'"
OF_STEP = {
    StepStatus.COMPLETED: RunStatus.COMPLETED,
    StepStatus.LOST: RunStatus.NEEDS_REVIEW,
    StepStatus.CANCELLED: RunStatus.CANCELLED,
}


def ended(run, *statuses, at=None):
    """End this run as a worker does, its first steps with these results."""
    stepped(run, *statuses)
    concluded(run.id, statuses[-1], at)
    return run


def stepped(run, *statuses):
    for step, status in zip(run.steps, statuses, strict=False):
        step.status, step.started_at, step.ended_at = status, now(), now()
        step.message = "" if status is StepStatus.COMPLETED else ERROR
    db.session.commit()


def concluded(run_id, status, at=None):
    ending = OF_STEP.get(status, RunStatus.FAILED)
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        close(locked(run_id), ending, at or now(), ERROR, entry=entry)


def fail(bot, times=1, status=StepStatus.FAILED, **over):
    """Runs of this bot on its own that end like this, one after the other."""
    return [ended(begun(make_run(bot)), status, **over) for _ in range(times)]


def rested(bot):
    """Its rest is over."""
    bot.resume_at = now() - timedelta(seconds=1)
    return stored(bot)


def quarantined(bot):
    """A bot that failed five times in a row, and the incident this opened."""
    fail(bot, 5)
    db.session.refresh(bot)
    return incident_of(bot)


def incident_of(bot):
    wanted = select(Incident).where(Incident.bot_id == bot.id)
    return db.session.scalar(wanted.order_by(Incident.id.desc()))


def switched_off(admin):
    """The incident of an endpoint that did not answer."""
    endpoint = stored(
        Endpoint(
            name=f"Chat {next(number)}",
            url="https://chat.example.org/hook",
            sealed_secret="sealed",
            is_on=False,
            why_off="It did not answer.",
            created_by_id=admin.id,
        )
    )
    summary = f"{endpoint.name} did not answer and was switched off."
    return stored(
        Incident(kind=IncidentKind.ENDPOINT, endpoint=endpoint, summary=summary)
    )
