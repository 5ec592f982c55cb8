"""Two versions of a prompt, side by side."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy import select

from dashboard.bots.comparing import Changes
from dashboard.extensions import db
from dashboard.prompts.models import PRODUCTION, Prompt, PromptVersion
from dashboard.prompts.reading import label_of
from dashboard.workflows.diff import compared


@dataclass(frozen=True)
class Comparison:
    """What changed from one version to another."""

    before: PromptVersion
    after: PromptVersion
    text: Changes

    @property
    def is_same(self) -> bool:
        return self.before.content == self.after.content


def compare(before: PromptVersion, after: PromptVersion) -> Comparison:
    text = Changes.of(compared(before.content, after.content))
    return Comparison(before, after, text)


def compare_numbers(
    prompt: Prompt, before: int | None, after: int | None
) -> Comparison:
    """These two, or a 404; left out are what is in production, and the newest."""
    after = after or prompt.newest
    before = before or number_before(prompt, after)
    rows = select(PromptVersion).where(
        PromptVersion.prompt_id == prompt.id,
        PromptVersion.number.in_({before, after}),
    )
    found = {version.number: version for version in db.session.scalars(rows)}
    for number in (before, after):
        if number not in found:
            abort(404, f"This prompt has no version {number}. Choose one that it has.")
    return compare(found[before], found[after])


def number_before(prompt: Prompt, after: int) -> int:
    production = label_of(prompt, PRODUCTION)
    if production and production.version.number != after:
        return production.version.number
    return max(1, after - 1)
