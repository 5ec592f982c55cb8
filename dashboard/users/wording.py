"""Permissions in words: what a role may do, and what a key is for."""

from dashboard.permissions import GRANTS, SYSTEM_ONLY, Permission, Role

P = Permission
WORDS: dict[str, str] = {
    P.SESSION_START: "Sign in",
    P.SESSION_END: "End own sessions",
    P.PROFILE_READ: "See the own profile",
    P.PROFILE_WRITE: "Change the own password",
    P.KEY_READ: "See API keys",
    P.KEY_WRITE: "Create and revoke API keys",
    P.USER_READ: "See people",
    P.USER_WRITE: "Add, change and deactivate people",
    P.COUNCIL_READ: "See councils",
    P.COUNCIL_WRITE: "Found and change councils",
    P.AGENT_READ: "See agents",
    P.AGENT_WRITE: "Register and change agents",
    P.BOT_READ: "See bots and their code",
    P.BOT_WRITE: "Register and change bots",
    P.BOT_RUN: "Start bots",
    P.TYPE_READ: "See workflow types",
    P.TYPE_WRITE: "Define and change workflow types",
    P.WORKFLOW_READ: "See workflows",
    P.WORKFLOW_WRITE: "Propose and edit workflows",
    P.WORKFLOW_OPEN: "Open the vote on a workflow",
    P.WORKFLOW_VOTE: "Vote where seated",
    P.WORKFLOW_RUN: "Run approved workflows",
    P.WORKFLOW_CANCEL: "Cancel workflows",
    P.WORKFLOW_VOID: "Void votes, for a reason",
    P.WORKFLOW_ADVISE: "Pass on advice of agents",
    P.RUN_READ: "See runs and their logs",
    P.RUN_CANCEL: "Stop runs",
    P.FREEZE_READ: "See freezes",
    P.FREEZE_WRITE: "Freeze, and lift freezes",
    P.INBOX_READ: "See the own inbox",
    P.RUN_ACKNOWLEDGE: "Acknowledge failed runs",
    P.SCHEDULE_READ: "See schedules",
    P.SCHEDULE_WRITE: "Let own bots run on a schedule",
    P.HOOK_READ: "See incoming webhooks",
    P.HOOK_WRITE: "Let other programs start own bots",
    P.WEBHOOK_READ: "See outgoing webhooks",
    P.WEBHOOK_WRITE: "Manage outgoing webhooks",
    P.INCIDENT_READ: "See incidents",
    P.INCIDENT_WRITE: "Acknowledge incidents, release bots",
    P.GRANT_READ: "See what bots may reach",
    P.GRANT_WRITE: "Ask for network and secrets for own bots",
    P.MODEL_READ: "See AI models, and what they cost",
    P.MODEL_WRITE: "Manage AI models and their keys",
    P.MODEL_ASK: "Put questions to AI models",
    P.PROMPT_READ: "Read prompts",
    P.PROMPT_WRITE: "Write prompts and move their labels",
    P.REPUTATION_READ: "See the reputation of agents",
    P.REPUTATION_WRITE: "Correct the reputation of agents",
    P.PROJECT_READ: "Read projects",
    P.PROJECT_WRITE: "Manage projects",
    P.TASK_READ: "Read tasks",
    P.TASK_WRITE: "Write and move tasks",
    P.CHAT_READ: "Read own chats",
    P.CHAT_WRITE: "Chat, and propose from a chat",
    P.SECRET_READ: "See the names of stored secrets",
    P.SECRET_WRITE: "Manage stored secrets",
    P.SYSTEM_READ: "See the state of the system",
    P.SYSTEM_WRITE: "Have the sandbox probed again",
    P.AUDIT_READ: "Read and verify the audit trail",
}
PERSONAL = {
    P.SESSION_START,
    P.SESSION_END,
    P.PROFILE_READ,
    P.PROFILE_WRITE,
    P.INBOX_READ,
}
"""What everybody may do for themselves: not worth a line in a list of powers."""


def words_for(permission: str) -> str:
    return WORDS.get(permission, str(permission))


def powers_of(role: Role) -> list[str]:
    granted = GRANTS[role] - PERSONAL
    return [words_for(each) for each in Permission if each in granted]


def scopes_of(role: Role) -> list[Permission]:
    """What a key of somebody with this role may be good for."""
    no_key = SYSTEM_ONLY | {P.SESSION_START, P.SESSION_END, P.PROFILE_WRITE}
    return [each for each in Permission if each in GRANTS[role] - no_key]
