"""What each event tells: which, when, how it ended and where to look.

Never what was put in or came out, what a bot printed, or who voted how: whoever may
know that follows the address and signs in.
"""

from datetime import datetime
from typing import Any

from flask import current_app

from dashboard.incidents.models import Incident
from dashboard.runs.models import Run
from dashboard.webhooks.models import Event
from dashboard.webhooks.outbox import tell
from dashboard.workflows.models import Round, Workflow

Facts = dict[str, Any]


def told_opened(workflow: Workflow, round_: Round) -> None:
    def facts() -> Facts:
        return of_workflow(workflow) | {
            "opened_at": spelled(round_.opened_at),
            "closes_at": spelled(round_.closes_at),
        }

    tell(Event.WORKFLOW_OPENED, facts, round_.opened_at)


def told_decided(workflow: Workflow, round_: Round, at: datetime) -> None:
    def facts() -> Facts:
        return of_workflow(workflow) | {
            "result": str(round_.outcome),
            "reason": round_.reason,
            "early": round_.early,
            "opened_at": spelled(round_.opened_at),
            "decided_at": spelled(at),
        }

    tell(Event.WORKFLOW_DECIDED, facts, at)


def told_ended(run: Run, at: datetime) -> None:
    def facts() -> Facts:
        failed = run.failed_step
        return {
            "run_id": str(run.id),
            "result": run.status.value,
            "reason": failed.status.value if failed else "",
            "trigger": run.trigger.value,
            "attempt": run.attempt,
            "bots": [step.bot.name for step in run.steps if step.bot],
            "agents": [step.agent.name for step in run.steps if step.agent],
            "queued_at": spelled(run.queued_at),
            "started_at": spelled(run.started_at),
            "ended_at": spelled(at),
            "workflow": of_workflow(run.workflow) if run.workflow else None,
            "url": url_of(f"/runs/{run.id}"),
        }

    tell(Event.RUN_ENDED, facts, at)


def told_incident(incident: Incident, at: datetime) -> None:
    def facts() -> Facts:
        return {
            "incident_id": str(incident.id),
            "kind": incident.kind.value,
            "bot": incident.bot.name if incident.bot else None,
            "endpoint": incident.endpoint.name if incident.endpoint else None,
            "run_id": str(incident.run_id) if incident.run_id else None,
            "opened_at": spelled(at),
            "url": url_of(f"/incidents/{incident.id}"),
        }

    tell(Event.INCIDENT_OPENED, facts, at)


def of_workflow(workflow: Workflow) -> Facts:
    return {
        "workflow_id": str(workflow.id),
        "number": workflow.number,
        "title": workflow.title,
        "revision": workflow.revision,
        "council": workflow.council.name,
        "url": url_of(f"/workflows/{workflow.id}"),
    }


def url_of(path: str) -> str:
    """For a reader elsewhere, from workers too, which answer no request."""
    base: str = current_app.config["BASE_URL"]
    return base.rstrip("/") + path


def spelled(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
