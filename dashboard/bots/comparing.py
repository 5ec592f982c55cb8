"""Two versions of a bot, side by side."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy import select

from dashboard.bots.marking import MarkedLine, marked
from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.workflows.diff import Diff, compared


@dataclass(frozen=True)
class Changes:
    """What differs in a text: no lines, if nothing does."""

    lines: list[MarkedLine]
    left_out: int

    @classmethod
    def of(cls, diff: Diff) -> "Changes":
        return cls(marked(diff.lines), diff.left_out)


@dataclass(frozen=True)
class Comparison:
    """What changed from one version to another."""

    before: BotVersion
    after: BotVersion
    code: Changes
    config: Changes

    @property
    def is_same(self) -> bool:
        """Whether the two hold the same content, whatever their numbers."""
        return (self.before.code, self.before.config) == (
            self.after.code,
            self.after.config,
        )


def compare(before: BotVersion, after: BotVersion) -> Comparison:
    return Comparison(
        before=before,
        after=after,
        code=Changes.of(compared(before.code, after.code)),
        config=Changes.of(compared(before.config, after.config)),
    )


def compare_numbers(bot: Bot, before: int | None, after: int | None) -> Comparison:
    """These two versions, or a 404; left out are the active one, and the one before."""
    after = after or bot.active.number
    before = before or max(1, after - 1)
    found = {
        version.number: version
        for version in db.session.scalars(
            select(BotVersion).where(
                BotVersion.bot_id == bot.id, BotVersion.number.in_({before, after})
            )
        )
    }
    for number in (before, after):
        if number not in found:
            abort(404, f"This bot has no version {number}. Choose one that it has.")
    return compare(found[before], found[after])
