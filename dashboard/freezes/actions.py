"""Pull the brake and let it go."""

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.councils.models import Council
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.freezes.schemas import FreezeIn
from dashboard.permissions import Permission
from dashboard.users.models import User


def freeze(actor: User, wanted: FreezeIn) -> Freeze:
    """Let nothing start any more in a scope, until somebody lifts it."""
    with audited(actor, Permission.FREEZE_WRITE) as entry:
        pulled = Freeze(
            scope=wanted.scope,
            target=target_of(wanted),
            council=council_of(wanted),
            agent=agent_of(wanted),
            reason=wanted.reason,
            frozen_by=actor,
            frozen_at=database_now(db.session()),
        )
        refuse_twice(pulled)
        db.session.add(pulled)
        entry.about(pulled, reason=wanted.reason)
    return pulled


def lift(actor: User, freeze: Freeze, reason: str) -> Freeze:
    """Let work start again; what waited for it starts with the next free worker."""
    with audited(actor, Permission.FREEZE_WRITE, freeze) as entry:
        freeze.lift(actor, reason, database_now(db.session()))
        entry.about(freeze, reason=reason)
    return freeze


def target_of(wanted: FreezeIn) -> str:
    """The word that is unique among the freezes in force."""
    id_ = wanted.council_id or wanted.agent_id
    return f"{wanted.scope}:{id_}" if id_ else wanted.scope.value


def council_of(wanted: FreezeIn) -> Council | None:
    if wanted.council_id is None:
        return None
    council = db.session.get(Council, wanted.council_id)
    if council is None:
        raise Invalid({"council_id": "There is no such council."})
    return council


def agent_of(wanted: FreezeIn) -> Agent | None:
    if wanted.agent_id is None:
        return None
    agent = db.session.get(Agent, wanted.agent_id)
    if agent is None:
        raise Invalid({"agent_id": "There is no such agent."})
    return agent


def refuse_twice(pulled: Freeze) -> None:
    known = select(Freeze.id).where(
        Freeze.target == pulled.target, Freeze.lifted_at.is_(None)
    )
    if db.session.scalar(known):
        raise RuleBroken(
            f"There is a {pulled} already. It holds until it is lifted.",
            code="frozen",
        )
