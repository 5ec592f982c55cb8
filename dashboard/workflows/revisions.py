"""Every round of a workflow, and what changed between what was judged in each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.workflows import jobs
from dashboard.workflows.content import judged_content
from dashboard.workflows.diff import DiffLine, changed_lines
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.reports import rounds_of
from dashboard.workflows.rules import in_words
from dashboard.workflows.seats import BallotLine, ballot_lines

Content = dict[str, Any]


State = tuple[int, Round | None, Content]


class Pin(NamedTuple):
    """A bot at one version, as a step of what was judged names it."""

    bot_id: UUID
    number: int


@dataclass(frozen=True)
class CodeChange:
    """One bot that another version of was to run; no lines for who may not read it."""

    bot_id: UUID
    bot: str
    before: int
    after: int
    lines: list[DiffLine] | None


@dataclass(frozen=True)
class Revision:
    """One state of a proposal that was, or is to be, judged."""

    number: int
    round: Round | None
    content: Content
    compared_with: int | None
    changes: list[DiffLine]
    code: list[CodeChange]
    rule: str
    lines: list[BallotLine]

    @property
    def is_stale(self) -> bool:
        """Its votes count for nothing: the proposal was changed after them."""
        return self.round is not None and self.round.outcome is Outcome.SUPERSEDED


Code = dict[Pin, str]


def revisions(workflow: Workflow, actor: Actor) -> list[Revision]:
    """Newest first: a draft that nobody voted on yet, then every round."""
    rounds = rounds_by_now(workflow)
    states: list[State] = [(each.revision, each, each.content) for each in rounds]
    if not rounds or rounds[0].revision != workflow.revision:
        states.insert(0, (workflow.revision, None, judged_content(workflow)))
    olders = [*states[1:], None]
    code = read_code(actor, differing(states))
    return [
        revision(state, older, code)
        for state, older in zip(states, olders, strict=True)
    ]


def rounds_by_now(workflow: Workflow) -> Sequence[Round]:
    """Every round, newest first, after what time has brought to the last of them."""
    rounds = rounds_of(workflow)
    last = next((r for r in rounds if r.revision == workflow.revision), None)
    if last and jobs.bring_up_to_date(workflow, last):
        return rounds_of(workflow)
    return rounds


def revision(state: State, older: State | None, code: Code) -> Revision:
    number, round_, content = state
    before = older[2] if older else None
    return Revision(
        number=number,
        round=round_,
        content=content,
        compared_with=older[0] if older else None,
        changes=changed_lines(before, content) if before is not None else [],
        code=code_changes(before, content, code) if before is not None else [],
        rule=in_words(round_.frozen_rule) if round_ else "",
        lines=ballot_lines(round_),
    )


def pins(content: Content) -> dict[UUID, tuple[str, Pin]]:
    """Each bot's name and version; a bot that runs twice does so at one version."""
    return {
        UUID(step["bot"]["id"]): (
            step["bot"]["name"],
            Pin(UUID(step["bot"]["id"]), step["version"]),
        )
        for step in content.get("steps", [])
        if "bot" in step
    }


def moved(before: Content, after: Content) -> Iterator[tuple[str, Pin, Pin]]:
    """The bots of both whose version differs."""
    old = pins(before)
    for bot_id, (name, pin) in pins(after).items():
        if bot_id in old and old[bot_id][1] != pin:
            yield name, old[bot_id][1], pin


def differing(states: Sequence[State]) -> set[Pin]:
    found: set[Pin] = set()
    for newer, older in zip(states, states[1:], strict=False):
        for _, before, after in moved(older[2], newer[2]):
            found |= {before, after}
    return found


def read_code(actor: Actor, wanted: Iterable[Pin]) -> Code:
    """The code of these versions, as far as this actor may read it."""
    keys = list(wanted)
    if not keys:
        return {}
    found = db.session.execute(
        select(BotVersion.bot_id, BotVersion.number, BotVersion.code)
        .join(BotVersion.bot)
        .where(Bot.seen_by(actor))
        .where(sa.tuple_(BotVersion.bot_id, BotVersion.number).in_(keys))
    )
    return {Pin(row.bot_id, row.number): row.code for row in found}


def code_changes(before: Content, after: Content, code: Code) -> list[CodeChange]:
    return [
        CodeChange(
            bot_id=new.bot_id,
            bot=name,
            before=old.number,
            after=new.number,
            lines=changed_lines(code[old], code[new])
            if old in code and new in code
            else None,
        )
        for name, old, new in moved(before, after)
    ]
