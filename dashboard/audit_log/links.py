"""From what an entry is about to its page."""

from typing import NamedTuple

from dashboard.audit_log.reports import Said
from dashboard.templating import address


class Place(NamedTuple):
    endpoint: str
    argument: str


PLACES = {
    "users": Place("users.show", "user_id"),
    "councils": Place("councils.show", "council_id"),
    "agents": Place("agents.show", "agent_id"),
    "bots": Place("bots.show", "bot_id"),
    "workflow_types": Place("workflow_types.show", "type_id"),
    "workflows": Place("workflows.show", "workflow_id"),
    "runs": Place("runs.show", "run_id"),
    "hooks": Place("hooks.show", "hook_id"),
    "freezes": Place("freezes.show", "freeze_id"),
    "webhook_endpoints": Place("webhooks.show", "endpoint_id"),
    "schedules": Place("schedules.show", "schedule_id"),
    "grants": Place("grants.show", "grant_id"),
    "stored_secrets": Place("secrets.one", "secret_id"),
    "incidents": Place("incidents.show", "incident_id"),
    "api_keys": Place("keys.show", "key_id"),
    "ai_models": Place("ai_models.show", "model_id"),
    "prompts": Place("prompts.show", "prompt_id"),
    "projects": Place("projects.show", "project_id"),
    "tasks": Place("tasks.show", "task_id"),
    "model_calls": Place("model_calls.show", "call_id"),
}
"""By table; what is not named here has no page of its own."""


def subject_url(entry: Said) -> str | None:
    place = PLACES.get(entry.subject_type or "")
    if place is None or entry.subject_id is None:
        return None
    return address(entry.subject_id, place.endpoint)
