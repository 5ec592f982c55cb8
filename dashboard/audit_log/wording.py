"""Audit entries as sentences: "Ana opened voting on #12 Break-in report"."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dashboard.audit import Result
from dashboard.audit_log.reports import Said
from dashboard.permissions import SYSTEM, Permission


class Spoken(NamedTuple):
    """An action as one tries it, as one did it, and what it is done to."""

    trying: str
    done: str
    what: str = ""


P = Permission
SPOKEN: dict[str, Spoken] = {
    P.SESSION_START: Spoken("sign in", "signed in"),
    P.SESSION_END: Spoken("end", "ended", "a session"),
    P.PROFILE_READ: Spoken("read", "read", "a profile"),
    P.PROFILE_WRITE: Spoken("change", "changed", "a profile"),
    P.KEY_READ: Spoken("read", "read", "an API key"),
    P.KEY_WRITE: Spoken("change", "changed", "an API key"),
    P.USER_READ: Spoken("read about", "read about", "a person"),
    P.USER_WRITE: Spoken("change", "changed", "a person"),
    P.COUNCIL_READ: Spoken("read", "read", "a council"),
    P.COUNCIL_WRITE: Spoken("change", "changed", "a council"),
    P.AGENT_READ: Spoken("read about", "read about", "an agent"),
    P.AGENT_WRITE: Spoken("change", "changed", "an agent"),
    P.BOT_READ: Spoken("read", "read", "a bot"),
    P.BOT_WRITE: Spoken("change", "changed", "a bot"),
    P.BOT_RUN: Spoken("start", "started", "a bot"),
    P.TYPE_READ: Spoken("read", "read", "a workflow type"),
    P.TYPE_WRITE: Spoken("change", "changed", "a workflow type"),
    P.WORKFLOW_READ: Spoken("read", "read", "a workflow"),
    P.WORKFLOW_WRITE: Spoken("change", "changed", "a workflow"),
    P.WORKFLOW_OPEN: Spoken("open voting on", "opened voting on", "a workflow"),
    P.WORKFLOW_VOTE: Spoken("vote on", "voted on", "a workflow"),
    P.WORKFLOW_RUN: Spoken("start", "started", "a workflow"),
    P.WORKFLOW_CANCEL: Spoken("cancel", "cancelled", "a workflow"),
    P.WORKFLOW_VOID: Spoken("void a vote on", "voided a vote on", "a workflow"),
    P.WORKFLOW_ADVISE: Spoken("advise on", "advised on", "a workflow"),
    P.WORKFLOW_DECIDE: Spoken("settle", "settled", "a workflow"),
    P.RUN_READ: Spoken("read", "read", "a run"),
    P.RUN_CANCEL: Spoken("stop", "stopped", "a run"),
    P.RUN_ACKNOWLEDGE: Spoken("acknowledge", "acknowledged", "a run"),
    P.RUN_WRITE: Spoken("carry on", "carried on", "a run"),
    P.FREEZE_READ: Spoken("read", "read", "a freeze"),
    P.FREEZE_WRITE: Spoken("place or lift", "placed or lifted", "a freeze"),
    P.HOOK_READ: Spoken("read", "read", "an incoming webhook"),
    P.HOOK_WRITE: Spoken("change", "changed", "an incoming webhook"),
    P.HOOK_CALL: Spoken("take a call for", "took a call for", "an incoming webhook"),
    P.WEBHOOK_READ: Spoken("read", "read", "a webhook"),
    P.WEBHOOK_WRITE: Spoken("change", "changed", "a webhook"),
    P.INCIDENT_READ: Spoken("read", "read", "an incident"),
    P.INCIDENT_WRITE: Spoken("acknowledge", "acknowledged", "an incident"),
    P.GRANT_READ: Spoken("read", "read", "a grant"),
    P.GRANT_WRITE: Spoken("change", "changed", "a grant"),
    P.SECRET_READ: Spoken("read the name of", "read the name of", "a secret"),
    P.SECRET_WRITE: Spoken("change", "changed", "a secret"),
    P.SYSTEM_READ: Spoken("look at", "looked at", "the system"),
    P.SYSTEM_WRITE: Spoken("look after", "looked after", "the system"),
    P.SCHEDULE_READ: Spoken("read", "read", "a schedule"),
    P.SCHEDULE_WRITE: Spoken("change", "changed", "a schedule"),
    P.MODEL_READ: Spoken("read", "read", "an AI model"),
    P.MODEL_WRITE: Spoken("change", "changed", "an AI model"),
    P.MODEL_ASK: Spoken("ask a model about", "asked a model about", "something"),
    P.PROMPT_READ: Spoken("read", "read", "a prompt"),
    P.PROMPT_WRITE: Spoken("change", "changed", "a prompt"),
    P.REPUTATION_READ: Spoken(
        "read the reputation of", "read the reputation of", "an agent"
    ),
    P.REPUTATION_WRITE: Spoken(
        "change the reputation of", "changed the reputation of", "an agent"
    ),
    P.PROJECT_READ: Spoken("read", "read", "a project"),
    P.PROJECT_WRITE: Spoken("change", "changed", "a project"),
    P.TASK_READ: Spoken("read", "read", "a task"),
    P.TASK_WRITE: Spoken("change", "changed", "a task"),
    P.CHAT_READ: Spoken("read", "read", "a chat"),
    P.CHAT_WRITE: Spoken("write in", "wrote in", "a chat"),
    P.INBOX_READ: Spoken("read", "read", "an inbox"),
    P.AUDIT_READ: Spoken("read", "read", "the audit trail"),
}
KINDS = {
    "councils": "council",
    "agents": "agent",
    "bots": "bot",
    "bot_versions": "bot version",
    "workflow_types": "workflow type",
    "schedules": "schedule",
    "hooks": "incoming webhook",
    "webhook_endpoints": "webhook to",
    "incidents": "incident:",
    "ai_models": "AI model",
    "prompts": "prompt",
    "projects": "project",
    "tasks": "task",
    "stored_secrets": "secret",
    "api_keys": "API key",
}
"""The word before a name that does not say by itself what it names."""
WRITES = {action for action in Permission if action.endswith(".write")}
TURNS = {
    "archived_at": ("restored", "archived"),
    "revoked_at": ("restored", "revoked"),
    "is_active": ("deactivated", "activated"),
    "quarantined_at": ("released", "put into quarantine"),
    "is_on": ("switched off", "switched on"),
}
"""Columns whose change is an act of its own: what it is called when unset and set."""
SAID = {
    "send_test": "sent a test to",
    "send_again": "sent a message again to",
    "replace_secret": "replaced the secret of",
    "remove_key": "removed the key of",
    "move_label": "moved a label of",
    "roll_back_label": "rolled back a label of",
    "remove_label": "removed a label of",
    "protect_label": "protected a label of",
    "release_label": "released a label of",
    "try": "tried",
    "test": "tested",
    "stop": "broke off an answer in",
}
"""What a write says of itself, where its changes do not tell."""
EVENTS = {
    "begin": "began",
    "end": "ended",
    "recover": "took back",
    "give_back": "handed back",
}
"""What a worker did with a run."""


def sentence(entry: Said) -> str:
    """Who did what."""
    nobody = entry.action == P.SESSION_START and entry.actor_id == SYSTEM.id
    return f"{'Somebody' if nobody else entry.actor_name} {deed(entry)}"


def deed(entry: Said) -> str:
    """What was done or tried, without who did it."""
    unknown = Spoken(f"do “{entry.action}” to", f"did “{entry.action}” to", "something")
    spoken = SPOKEN.get(entry.action, unknown)
    if entry.result == Result.REFUSED:
        return (
            f"{joined('tried to', spoken.trying, named(entry, spoken))} and was refused"
        )
    told = joined(verb(entry, spoken.done), named(entry, spoken))
    return f"{told}: {ending}" if (ending := became(entry)) else told


def joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def named(entry: Said, spoken: Spoken) -> str:
    """The subject by name where it has one, else by its kind."""
    if entry.action == P.SESSION_START:
        email = entry.detail.get("email")
        return f"as {email}" if email else ""
    if entry.subject_type is None or entry.subject_type == "user_sessions":
        return spoken.what
    return joined(KINDS.get(entry.subject_type, ""), entry.subject_name)


def own_changes(entry: Said) -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = entry.changes.get(
        f"{entry.subject_type}/{entry.subject_id}", {}
    )
    return fields


def verb(entry: Said, done: str) -> str:
    """The most telling word the changes allow for a plain write."""
    if said := SAID.get(entry.detail.get("verb", "")):
        return said
    if entry.action == P.WORKFLOW_VOTE:
        return next((f"voted “{choice}” on" for choice in choices(entry)), done)
    if entry.action == P.RUN_WRITE:
        return EVENTS.get(entry.detail.get("event", ""), done)
    if entry.action not in WRITES:
        return done
    fields = own_changes(entry)
    if entry.detail.get("verb") == "charter":
        return "put to a vote, or no more, changes to"
    if "id" in fields:
        return "created" if fields["id"][0] is None else "deleted"
    for column, (unset, set_) in TURNS.items():
        if column in fields:
            return set_ if fields[column][1] else unset
    if "password_hash" in fields:
        return "changed the password of"
    return next((f"saved version {n} of" for n in new_versions(entry)), done)


def choices(entry: Said) -> Iterator[str]:
    """What the votes this entry added say."""
    for place, fields in entry.changes.items():
        if place.startswith("workflow_votes/") and "id" in fields:
            yield fields["choice"][1]


def new_versions(entry: Said) -> Iterator[int]:
    kept = ("bot_versions/", "prompt_versions/")
    for place, fields in entry.changes.items():
        if place.startswith(kept) and "id" in fields:
            yield fields["number"][1]


def became(entry: Said) -> str:
    """The status a record that existed before was brought to."""
    fields = own_changes(entry)
    if "id" in fields or "status" not in fields:
        return ""
    return str(fields["status"][1]).replace("_", " ")
