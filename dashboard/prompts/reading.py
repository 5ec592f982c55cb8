"""Which version a label points at, and pointed at before."""

from collections.abc import Iterable
from uuid import UUID

from flask import abort
from sqlalchemy import Row, Select, select

from dashboard.extensions import db
from dashboard.prompts.models import (
    LATEST,
    MoveKind,
    Prompt,
    PromptLabel,
    PromptMove,
    PromptVersion,
)

LARGEST = 2**31 - 1
"""The largest number the column of a version's number holds."""


def resolve(prompt_id: UUID, label: str) -> PromptVersion | None:
    """The version that a label points at now; `latest` is the newest one."""
    return db.session.scalar(pointed_at(prompt_id, label))


def pointed_at(prompt_id: UUID, label: str) -> Select[PromptVersion]:
    versions = select(PromptVersion).where(PromptVersion.prompt_id == prompt_id)
    if label == LATEST:
        joined = versions.join(PromptVersion.prompt)
        return joined.where(PromptVersion.number == Prompt.newest)
    here = PromptLabel.version_id == PromptVersion.id
    return versions.join(PromptLabel, here).where(PromptLabel.name == label)


def version_of(prompt: Prompt, number: int) -> PromptVersion:
    """One version by its number, or 404."""
    if not 0 < number <= LARGEST:
        abort(404)
    found = select(PromptVersion).where(
        PromptVersion.prompt_id == prompt.id, PromptVersion.number == number
    )
    return db.session.scalar(found) or abort(404)


def label_of(prompt: Prompt, name: str) -> PromptLabel | None:
    """One label; the page of a prompt has loaded them all."""
    return next((label for label in prompt.labels if label.name == name), None)


def ways_back(prompt_id: UUID) -> dict[str, int]:
    """By label, the number of the version to which it would roll back now."""
    moves = (
        select(PromptMove.label, PromptMove.kind, PromptVersion.number)
        .outerjoin(PromptMove.to_version)
        .where(PromptMove.prompt_id == prompt_id)
    )
    rows = db.session.execute(moves.order_by(PromptMove.id))
    return {name: way[-2] for name, way in walked(rows).items() if len(way) > 1}


def walked(moves: Iterable[Row[str, MoveKind, int]]) -> dict[str, list[int]]:
    """By label, the versions it came by: rolling back takes one step away."""
    ways: dict[str, list[int]] = {}
    for name, kind, number in moves:
        way = ways.setdefault(name, [])
        if kind is MoveKind.REMOVED:
            way.clear()
        elif kind is MoveKind.ROLLED_BACK:
            way.pop()
        elif kind in {MoveKind.CREATED, MoveKind.MOVED}:
            way.append(number)
    return ways
