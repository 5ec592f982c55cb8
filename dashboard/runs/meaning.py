"""The records that the words of a filter name, found in one statement."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.full_text import Index, index_here
from dashboard.lists import CAP
from dashboard.permissions import SYSTEM, Actor
from dashboard.runs.schemas import RunFilter
from dashboard.users.models import User
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import number_in

MOST_OFFERED = 50
MOST_BOTS = 50
MOST_WORKFLOWS = 200
MOST_PEOPLE = 20
"""How many records a text may mean; of workflows it is the newest."""

WORDS = sa.bindparam("words", type_=sa.String)
NUMBER = sa.bindparam("number", type_=sa.Integer)
PERSON = sa.bindparam("person", type_=sa.String)
CHOSEN = sa.bindparam("bot", type_=sa.Uuid)
VERSION = sa.bindparam("version", type_=sa.Integer)


@dataclass
class Meant:
    """Ids by kind, and the bots that the filter offers."""

    offered: list[tuple[str, str]] = field(default_factory=list)
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def of(self, kind: str) -> list[UUID]:
        return self.ids.get(kind, [])


def meant_by(actor: Actor, query: RunFilter, *, offer: bool) -> Meant:
    meant = Meant()
    index = index_here()
    typed = typed_in(query, index)
    names = frozenset(typed)
    if actor.sees_all:
        wanted = asked_by_all(names, index, offer)
    else:
        wanted = asked(actor, names, index, offer)
    if wanted is None:
        return meant
    for kind, id_, name in db.session.execute(wanted, typed):
        if kind == "offered":
            meant.offered.append((id_, name))
        else:
            meant.ids.setdefault(kind, []).append(UUID(id_))
    return meant


def typed_in(query: RunFilter, index: Index) -> dict[str, Any]:
    """What other tables are asked for, by the name it has in the statement."""
    typed = {
        "words": index.asked(query.q),
        "number": number_in(query.q),
        "person": query.actor.lower(),
        "bot": query.bot_id,
        "version": query.version,
    }
    return {name: value for name, value in typed.items() if value}


@cache
def asked_by_all(
    names: frozenset[str], index: Index, offer: bool
) -> sa.Executable | None:
    """The same for all who see everything: built once, whatever they type."""
    return asked(SYSTEM, names, index, offer)


def asked(
    actor: Actor, names: frozenset[str], index: Index, offer: bool
) -> sa.Executable | None:
    parts = []
    if "words" in names:
        parts += [named_bots(index), named_workflows(actor, index)]
    if "number" in names:
        parts.append(workflows(actor).where(Workflow.number == NUMBER))
    if "person" in names:
        parts.append(named_people())
    if "version" in names:
        of_bot = answer("version", BotVersion.id).where(BotVersion.bot_id == CHOSEN)
        parts.append(of_bot.where(BotVersion.number == VERSION))
    if offer:
        parts += offered(actor, has_choice="bot" in names)
    return together(parts) if parts else None


def together(asked: list[Select[Any]]) -> sa.Executable:
    """All in one; each has an order and a limit of its own."""
    if len(asked) == 1:
        return asked[0]
    return sa.union_all(*(select(part.subquery()) for part in asked))


def answer(kind: str, id_: Any, name: Any = "") -> Select[Any]:
    """Ids as text: of fifty bots that are offered, no id is ever read."""
    text = sa.literal(name) if isinstance(name, str) else name
    id_ = sa.cast(id_, sa.String).label("id")
    return select(sa.literal(kind).label("kind"), id_, text.label("name"))


def offered(actor: Actor, *, has_choice: bool) -> list[Select[Any]]:
    """The first by name, in the order of an index; before them the chosen one."""
    bots = answer("offered", Bot.id, Bot.name).where(Bot.seen_by(actor))
    first = bots.order_by(Bot.name)
    if not has_choice:
        return [first.limit(MOST_OFFERED)]
    others = first.where(Bot.id != CHOSEN).limit(MOST_OFFERED - 1)
    return [bots.where(Bot.id == CHOSEN), others]


def named_bots(index: Index) -> Select[Any]:
    bots = answer("bot", Bot.id).where(index.finds(Bot, WORDS, MOST_BOTS))
    return bots.order_by(Bot.id.desc()).limit(MOST_BOTS)


def named_workflows(actor: Actor, index: Index) -> Select[Any]:
    most = MOST_WORKFLOWS if actor.sees_all else CAP  # of these not all are seen
    found = workflows(actor).where(index.finds(Workflow, WORDS, most))
    return found.order_by(Workflow.number.desc()).limit(MOST_WORKFLOWS)


def workflows(actor: Actor) -> Select[Any]:
    return answer("workflow", Workflow.id).where(Workflow.seen_by(actor))


def named_people() -> Select[Any]:
    """By username or whole name: who started it is one person, not a part of a word."""
    named = sa.or_(User.username == PERSON, func.lower(User.name) == PERSON)
    return answer("person", User.id).where(named).limit(MOST_PEOPLE)
