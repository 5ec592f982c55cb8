"""Seal everything anew under the first of DATA_KEYS, a batch at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import Row, select, update

from dashboard.audit import audited
from dashboard.database import Model
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.fence import writing
from dashboard.sealing import derived, resealed, sealed_columns

BATCH = 100
FIRST = UUID(int=0)


@dataclass
class Rotation:
    """What became of each sealed value."""

    resealed: int = 0
    fresh: int = 0
    """Sealed under the first key already."""
    lost: list[str] = field(default_factory=list)
    """Opened by none of the keys: table and id."""


def rotate() -> Rotation:
    """Each batch is stored before the next: stopped half way, it goes on next time."""
    done = Rotation()
    for kind, column in sealed_columns():
        for batch in batches(kind, column):
            with writing():
                for id_, sealed in batch:
                    reseal(kind, column, id_, sealed, done)
    with audited(SYSTEM, Permission.SECRET_WRITE) as entry:
        entry.detail.update(
            verb="rotate", resealed=done.resealed, fresh=done.fresh, lost=done.lost
        )
    return done


def batches(kind: type[Model], column: str) -> Iterator[list[Row[UUID, str]]]:
    after = FIRST
    sealed = getattr(kind, column)
    while True:
        some = (
            select(kind.id, sealed)
            .where(kind.id > after, sealed.is_not(None))
            .order_by(kind.id)
            .limit(BATCH)
        )
        found = list(db.session.execute(some))
        if not found:
            return
        yield found
        after = found[-1][0]


def reseal(
    kind: type[Model], column: str, id_: UUID, sealed: str, done: Rotation
) -> None:
    """Only what still is as it was read: somebody may have replaced it meanwhile."""
    if is_fresh(sealed):
        done.fresh += 1
        return
    try:
        anew = resealed(sealed)
    except InvalidToken:
        done.lost.append(f"{kind.__tablename__}/{id_}")
        return
    db.session.execute(
        update(kind)
        .where(kind.id == id_, getattr(kind, column) == sealed)
        .values({column: anew})
        .execution_options(synchronize_session=False)
    )
    done.resealed += 1


def is_fresh(sealed: str) -> bool:
    first = Fernet(derived(current_app.config["DATA_KEYS"][0]))
    try:
        first.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
