"""Place an order for a bot: every run without a vote begins here, whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.errors import Busy, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.brake import refuse_frozen
from dashboard.runs.models import Run, RunStatus, Trigger

AMONG = 100_000
"""Queued runs that are looked through, the oldest first."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a bot shall do, and what asked for it."""

    trigger: Trigger
    inputs: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, UUID] = field(default_factory=dict)
    """Names, and the blobs that hold their bytes."""
    version: BotVersion | None = None
    """The active one, unless another is wanted."""
    retry_of_id: UUID | None = None
    schedule_id: UUID | None = None
    hook_id: UUID | None = None


def place(actor: Actor, bot: Bot, order: Order) -> Run:
    """Queue the run; call it inside an audited block that has locked the bot."""
    refuse(actor, bot)
    version = order.version or BotVersion.active_of(bot.id)
    run = Run.of_bot(
        version,
        started_by_id=actor.id,
        trigger=order.trigger,
        inputs=order.inputs,
        files=order.files,
        retry_of_id=order.retry_of_id,
        schedule_id=order.schedule_id,
        hook_id=order.hook_id,
    )
    db.session.add(run)
    return run


def refuse(actor: Actor, bot: Bot) -> None:
    """What stands in the way of a run now; whoever asks before, locks for nothing."""
    if not bot.can_run:
        raise RuleBroken(f"{bot.name} cannot be run: it is {bot.state}.")
    refuse_frozen()
    refuse_flood(actor)


def refuse_flood(actor: Actor) -> None:
    """Nobody fills the queue alone: it is everybody's."""
    most = current_app.config["RUNS_WAITING"]
    if waiting_of(actor, most) >= most:
        raise Busy(
            f"{actor.name} has {most:,} runs waiting already. Wait until some have "
            "started, or cancel what is not needed.",
            code="too_many_waiting",
        )


def waiting_of(actor: Actor, most: int) -> int:
    """Count this actor's queued runs, no further than `most`.

    The limit inside keeps the planner on the index of what is queued: the runs an
    actor ever started are many more.
    """
    queued = select(Run.started_by_id).where(Run.status == RunStatus.QUEUED)
    among = queued.order_by(Run.id).limit(AMONG).subquery()
    own = select(among.c.started_by_id).where(among.c.started_by_id == actor.id)
    count = select(func.count()).select_from(own.limit(most).subquery())
    return db.session.scalar(count) or 0
