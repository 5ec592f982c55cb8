"""Short human numbers (#482), given out one after the other."""

import sqlalchemy as sa
from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.database import Model
from dashboard.extensions import db


class Counter(Model):
    """The last number given to a kind of record."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(sa.String(32), unique=True)
    value: Mapped[int] = mapped_column(default=0)


def next_number(name: str) -> int:
    """The next number of this kind; its row stays locked until the commit."""
    step = update(Counter).where(Counter.name == name).values(value=Counter.value + 1)
    return db.session.execute(step.returning(Counter.value)).scalar_one()
