"""What the pages of a bot show, in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User

LARGEST = 2**31 - 1
"""The largest number the column holds."""


@dataclass(frozen=True)
class Shown:
    """A version, and whose names stand beside it."""

    version: BotVersion
    author: str
    owner: str


def version_shown(bot: Bot, number: int | None = None) -> Shown:
    """The active version, or the numbered one; no such one is a 404."""
    if number is not None and not 0 < number <= LARGEST:
        abort(404)
    author, owner = aliased(User), aliased(User)
    wanted = BotVersion.number == number if number else BotVersion.is_active
    found = db.session.execute(
        select(BotVersion, author.name, owner.name)
        .join(author, BotVersion.author_id == author.id)
        .join(owner, owner.id == bot.owner_id)
        .where(BotVersion.bot_id == bot.id, wanted)
    ).one_or_none()
    return Shown(*(found or abort(404)))


def versions_of(bot: Bot) -> Select[Any]:
    rows: Any = select(
        BotVersion.number,
        BotVersion.message,
        BotVersion.author_id,
        BotVersion.content_hash,
        BotVersion.is_active,
        BotVersion.created_at,
        User.name.label("author_name"),
    ).join(BotVersion.author)
    return rows.where(BotVersion.bot_id == bot.id)


def runs_of(bot: Bot, actor: Actor) -> Select[Any]:
    """The steps in which this bot ran, of the runs this person may see."""
    rows: Any = select(
        Execution.id,
        Execution.run_id,
        Execution.status,
        Execution.message,
        Execution.started_at,
        Execution.ended_at,
        Run.trigger,
        Run.queued_at,
        BotVersion.number.label("version"),
    )
    rows = rows.join(Execution.run).join(Execution.version)
    return rows.where(Execution.bot_id == bot.id, Run.seen_by(actor))


def last_runs(bot: Bot, actor: Actor, count: int) -> Sequence[Row[Any]]:
    rows = runs_of(bot, actor).order_by(Execution.id.desc()).limit(count)
    return db.session.execute(rows).all()
