"""The records that the words of a filter name, found in one statement."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.schemas import RunFilter
from dashboard.users.models import User
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import number_in

MOST_OFFERED = 50
MOST_BOTS = 50
MOST_WORKFLOWS = 500
MOST_PEOPLE = 20
"""How many records a text may mean; of workflows it is the newest."""
LOOK_BACK = 10_000
"""Workflows among whose titles a text is looked for: the newest. Numbers reach all."""


@dataclass
class Meant:
    """Ids by kind, and the bots that the filter offers."""

    offered: list[tuple[UUID, str]] = field(default_factory=list)
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def of(self, kind: str) -> list[UUID]:
        return self.ids.get(kind, [])


def meant_by(actor: Actor, query: RunFilter, *, offer: bool) -> Meant:
    meant = Meant()
    asked = [
        *questions(actor, query),
        *([offered(actor, query.bot_id)] if offer else []),
    ]
    if not asked:
        return meant
    for kind, id_, name in db.session.execute(together(asked)):
        if kind == "offered":
            meant.offered.append((id_, name))
        else:
            meant.ids.setdefault(kind, []).append(id_)
    return meant


def together(asked: list[Select[Any]]) -> sa.Executable:
    """All in one; each has an order and a limit of its own."""
    if len(asked) == 1:
        return asked[0]
    return sa.union_all(*(select(part.subquery()) for part in asked))


def questions(actor: Actor, query: RunFilter) -> list[Select[Any]]:
    asked = []
    if query.q:
        asked += [named_bots(query.q), named_workflows(actor, query.q)]
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


def offered(actor: Actor, chosen: UUID | None) -> Select[Any]:
    """The first by name; the chosen one is always among them."""
    bots = answer("offered", Bot.id, Bot.name).where(Bot.seen_by(actor))
    order = [Bot.id != chosen, Bot.name] if chosen else [Bot.name]
    return bots.order_by(*order).limit(MOST_OFFERED)


def named_bots(text: str) -> Select[Any]:
    bots = answer("bot", Bot.id).where(Bot.name.icontains(text, autoescape=True))
    return bots.order_by(Bot.id.desc()).limit(MOST_BOTS)


def named_workflows(actor: Actor, text: str) -> Select[Any]:
    """By number, or by a part of the title of one of the newest."""
    newest = select(func.max(Workflow.number)).scalar_subquery()
    named = sa.and_(
        Workflow.number > newest - LOOK_BACK,
        Workflow.title.icontains(text, autoescape=True),
    )
    if number := number_in(text):
        named = sa.or_(Workflow.number == number, named)
    found = answer("workflow", Workflow.id).where(named, Workflow.seen_by(actor))
    return found.order_by(Workflow.number.desc()).limit(MOST_WORKFLOWS)


def named_people(text: str) -> Select[Any]:
    """By username or whole name: who started it is one person, not a part of a word."""
    word = text.lower()
    named = sa.or_(User.username == word, func.lower(User.name) == word)
    return answer("person", User.id).where(named).limit(MOST_PEOPLE)
