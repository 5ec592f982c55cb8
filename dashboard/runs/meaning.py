"""The records that the words of a filter name, found in one statement."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.full_text import named
from dashboard.permissions import SYSTEM, Actor
from dashboard.runs.schemas import RunFilter
from dashboard.users.models import User
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import number_in

MOST_OFFERED = 50
MOST_BOTS = 50
MOST_WORKFLOWS = 500
MOST_PEOPLE = 20
"""How many records a text may mean; of workflows it is the newest."""


@dataclass
class Meant:
    """Ids by kind, and the bots that the filter offers."""

    offered: list[tuple[UUID, str]] = field(default_factory=list)
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def of(self, kind: str) -> list[UUID]:
        return self.ids.get(kind, [])


def meant_by(actor: Actor, query: RunFilter, *, offer: bool) -> Meant:
    meant = Meant()
    if actor.sees_all and not query.q:
        wanted = asked_by_all(query.alone, offer)
    else:
        wanted = asked(actor, query, offer)
    if wanted is None:
        return meant
    for kind, id_, name in db.session.execute(wanted):
        if kind == "offered":
            meant.offered.append((id_, name))
        else:
            meant.ids.setdefault(kind, []).append(id_)
    return meant


@lru_cache(maxsize=64)
def asked_by_all(query: RunFilter, offer: bool) -> sa.Executable | None:
    """The same for all who see everything: built once, while people look at it."""
    return asked(SYSTEM, query, offer)


def asked(actor: Actor, query: RunFilter, offer: bool) -> sa.Executable | None:
    parts = questions(actor, query)
    if offer:
        parts += offered(actor, query.bot_id)
    return together(parts) if parts else None


def together(asked: list[Select[Any]]) -> sa.Executable:
    """All in one; each has an order and a limit of its own."""
    if len(asked) == 1:
        return asked[0]
    return sa.union_all(*(select(part.subquery()) for part in asked))


def questions(actor: Actor, query: RunFilter) -> list[Select[Any]]:
    asked = []
    if query.q:
        asked += [named_bots(query.q), *named_workflows(actor, query.q)]
    if query.actor:
        asked.append(named_people(query.actor))
    if query.version:
        number = BotVersion.number == query.version
        of_bot = answer("version", BotVersion.id)
        asked.append(of_bot.where(BotVersion.bot_id == query.bot_id, number))
    return asked


def answer(kind: str, id_: Any, name: Any = "") -> Select[Any]:
    text = sa.literal(name) if isinstance(name, str) else name
    return select(sa.literal(kind).label("kind"), id_.label("id"), text.label("name"))


def offered(actor: Actor, chosen: UUID | None) -> list[Select[Any]]:
    """The first by name, in the order of an index; before them the chosen one."""
    bots = answer("offered", Bot.id, Bot.name).where(Bot.seen_by(actor))
    first = bots.order_by(Bot.name)
    if chosen is None:
        return [first.limit(MOST_OFFERED)]
    others = first.where(Bot.id != chosen).limit(MOST_OFFERED - 1)
    return [bots.where(Bot.id == chosen), others]


def named_bots(text: str) -> Select[Any]:
    bots = answer("bot", Bot.id).where(named(Bot, text))
    return bots.order_by(Bot.id.desc()).limit(MOST_BOTS)


def named_workflows(actor: Actor, text: str) -> list[Select[Any]]:
    """By words of their titles, and by number."""
    seen = answer("workflow", Workflow.id).where(Workflow.seen_by(actor))
    newest = seen.order_by(Workflow.number.desc()).limit(MOST_WORKFLOWS)
    found = [newest.where(named(Workflow, text))]
    if number := number_in(text):
        found.append(seen.where(Workflow.number == number))
    return found


def named_people(text: str) -> Select[Any]:
    """By username or whole name: who started it is one person, not a part of a word."""
    word = text.lower()
    named = sa.or_(User.username == word, func.lower(User.name) == word)
    return answer("person", User.id).where(named).limit(MOST_PEOPLE)
