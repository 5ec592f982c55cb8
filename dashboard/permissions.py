"""Who may do what: permissions, what each role grants, and the three questions."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

from flask import abort, g
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.sql.base import ExecutableOption

from dashboard.errors import Denied
from dashboard.extensions import db


class Permission(StrEnum):
    """At once the permission, the API scope and the audit action."""

    SESSION_START = "session.start"
    SESSION_END = "session.end"
    PROFILE_READ = "profile.read"
    PROFILE_WRITE = "profile.write"
    KEY_READ = "key.read"
    KEY_WRITE = "key.write"
    USER_READ = "user.read"
    USER_WRITE = "user.write"
    COUNCIL_READ = "council.read"
    COUNCIL_WRITE = "council.write"
    AGENT_READ = "agent.read"
    AGENT_WRITE = "agent.write"
    BOT_READ = "bot.read"
    BOT_WRITE = "bot.write"
    BOT_RUN = "bot.run"
    TYPE_READ = "workflow_type.read"
    TYPE_WRITE = "workflow_type.write"
    WORKFLOW_READ = "workflow.read"
    WORKFLOW_WRITE = "workflow.write"
    WORKFLOW_OPEN = "workflow.open"
    WORKFLOW_VOTE = "workflow.vote"
    WORKFLOW_RUN = "workflow.run"
    WORKFLOW_CANCEL = "workflow.cancel"
    WORKFLOW_VOID = "workflow.void"
    WORKFLOW_ADVISE = "workflow.advise"
    WORKFLOW_DECIDE = "workflow.decide"
    RUN_READ = "run.read"
    RUN_CANCEL = "run.cancel"
    RUN_ACKNOWLEDGE = "run.acknowledge"
    RUN_WRITE = "run.write"
    FREEZE_READ = "freeze.read"
    FREEZE_WRITE = "freeze.write"
    INBOX_READ = "inbox.read"
    SCHEDULE_READ = "schedule.read"
    SCHEDULE_WRITE = "schedule.write"
    HOOK_READ = "hook.read"
    HOOK_WRITE = "hook.write"
    HOOK_CALL = "hook.call"
    WEBHOOK_READ = "webhook.read"
    WEBHOOK_WRITE = "webhook.write"
    INCIDENT_READ = "incident.read"
    INCIDENT_WRITE = "incident.write"
    GRANT_READ = "grant.read"
    GRANT_WRITE = "grant.write"
    SECRET_READ = "secret.read"  # noqa: S105  # a name
    SECRET_WRITE = "secret.write"  # noqa: S105  # a name
    MODEL_READ = "ai_model.read"
    MODEL_WRITE = "ai_model.write"
    MODEL_ASK = "ai_model.ask"
    PROMPT_READ = "prompt.read"
    PROMPT_WRITE = "prompt.write"
    REPUTATION_READ = "reputation.read"
    REPUTATION_WRITE = "reputation.write"
    PROJECT_READ = "project.read"
    PROJECT_WRITE = "project.write"
    TASK_READ = "task.read"
    TASK_WRITE = "task.write"
    CHAT_READ = "chat.read"
    CHAT_WRITE = "chat.write"
    SYSTEM_READ = "system.read"
    SYSTEM_WRITE = "system.write"
    AUDIT_READ = "audit.read"


class Role(StrEnum):
    """What a person is here to do; councils add who votes where."""

    ADMIN = "admin"
    COUNCIL_OPERATOR = "council_operator"
    USER = "user"
    VIEWER = "viewer"
    API_USER = "api_user"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self][0]

    @property
    def meaning(self) -> str:
        return ROLE_LABELS[self][1]


ROLE_LABELS = {
    Role.ADMIN: ("Admin", "Manages people, councils and types; sees everything."),
    Role.COUNCIL_OPERATOR: ("Council operator", "Votes where seated; proposes; runs."),
    Role.USER: ("User", "Owns bots and proposes work; does not vote."),
    Role.VIEWER: ("Viewer", "Reads and verifies everything; changes nothing."),
    Role.API_USER: ("API user", "A program: acts with keys, never signs in."),
}

P = Permission
SYSTEM_ONLY = {P.WORKFLOW_DECIDE, P.RUN_WRITE, P.HOOK_CALL}
"""What only the clock and the workers do; no role grants it, no key can carry it."""
OWN = {
    P.SESSION_START,
    P.SESSION_END,
    P.PROFILE_READ,
    P.PROFILE_WRITE,
    P.INBOX_READ,
}
READ = {
    P.COUNCIL_READ,
    P.AGENT_READ,
    P.BOT_READ,
    P.TYPE_READ,
    P.WORKFLOW_READ,
    P.RUN_READ,
    P.FREEZE_READ,
    P.SCHEDULE_READ,
    P.HOOK_READ,
    P.INCIDENT_READ,
    P.GRANT_READ,
    P.MODEL_READ,
    P.PROMPT_READ,
    P.REPUTATION_READ,
    P.PROJECT_READ,
    P.TASK_READ,
}
PROPOSE = {
    P.WORKFLOW_WRITE,
    P.WORKFLOW_OPEN,
    P.WORKFLOW_CANCEL,
    P.WORKFLOW_RUN,
    P.WORKFLOW_ADVISE,
    P.BOT_WRITE,
    P.BOT_RUN,
    P.RUN_CANCEL,
    P.RUN_ACKNOWLEDGE,
    P.SCHEDULE_WRITE,
    P.HOOK_WRITE,
    P.INCIDENT_WRITE,
    P.GRANT_WRITE,
    P.MODEL_ASK,
    P.PROMPT_WRITE,
    P.TASK_WRITE,
    P.CHAT_READ,
    P.CHAT_WRITE,
}
KEYS = {P.KEY_READ, P.KEY_WRITE}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(set(Permission) - SYSTEM_ONLY),
    Role.COUNCIL_OPERATOR: frozenset(
        OWN | KEYS | READ | PROPOSE | {P.WORKFLOW_VOTE, P.AGENT_WRITE, P.PROJECT_WRITE}
    ),
    Role.USER: frozenset(OWN | KEYS | READ | PROPOSE),
    Role.VIEWER: frozenset(
        OWN
        | READ
        | {P.KEY_READ, P.AUDIT_READ, P.USER_READ}
        | {P.WEBHOOK_READ, P.SECRET_READ, P.SYSTEM_READ}
    ),
    Role.API_USER: frozenset(OWN | READ | PROPOSE),
}
SEE_ALL = frozenset({Role.ADMIN, Role.VIEWER})
"""Roles that see every record, whoever it belongs to."""
VOTERS = frozenset(
    role for role, granted in GRANTS.items() if P.WORKFLOW_VOTE in granted
)


class Actor(Protocol):
    """Whoever does something: a person, or the system itself."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...

    @property
    def grants(self) -> Collection[Permission]: ...

    @property
    def sees_all(self) -> bool: ...


@dataclass(frozen=True)
class System:
    """The clock and the workers, acting for nobody in particular."""

    id: UUID = UUID(int=0)
    name: str = "Quorum"
    sees_all: bool = True

    @property
    def grants(self) -> Collection[Permission]:
        return set(Permission)


SYSTEM = System()


class Governed(Protocol):
    """A record that knows who sees it and who may change it."""

    id: Any

    @classmethod
    def visible_to(cls, actor: Actor) -> Select[Self]: ...

    def permits(self, actor: Actor, permission: Permission) -> bool: ...


Found = TypeVar("Found", bound=Governed)
View = Callable[..., Any]
Route = Callable[..., ResponseReturnValue]


def can(actor: Actor, permission: str, subject: object = None) -> bool:
    """Role first, then what the record itself says."""
    permission = Permission(permission)
    if permission not in actor.grants:
        return False
    if actor is SYSTEM:
        return True
    permits = None if isinstance(subject, type) else getattr(subject, "permits", None)
    return permits is None or permits(actor, permission)


def require(actor: Actor, permission: Permission, subject: object = None) -> None:
    if not can(actor, permission, subject):
        raise Denied(refusal(permission))


def refusal(permission: Permission) -> str:
    """Who may, said to who may not."""
    roles = [role.label for role in Role if permission in GRANTS[role]]
    named = " or ".join(roles) or "the system itself"
    return f"You may not do that here. It takes the role {named}, and access to it."


def needs(permission: Permission) -> Callable[[View], Route]:
    """Let only roles (and keys) with this permission in, before any input is read.

    It stands right under the route; the record itself is asked later, by audited().
    """

    def guard(view: View) -> Route:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            require(g.actor, permission)
            if permission not in g.get("scopes", Permission):
                raise Denied(f"This key or token lacks the scope {permission.value}.")
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # the route sweep reads it
        return guarded

    return guard


def find_for(
    actor: Actor, model: type[Found], id_: UUID, *options: ExecutableOption
) -> Found:
    """The record, or 404: what a person may not see does not exist for them."""
    wanted = model.visible_to(actor).where(model.id == id_).options(*options)
    return db.session.scalars(wanted).unique().one_or_none() or abort(404)
