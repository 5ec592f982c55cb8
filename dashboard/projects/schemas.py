"""What a project is made of, for browser and JSON alike."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from dashboard.schemas import Out, PageQuery, Schema, Text, partial

CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def a_code(code: str) -> str:
    if not CODE.fullmatch(code):
        raise ValueError("Begin with a letter; then letters and digits only.")
    return code.upper()


Code = Annotated[
    str, StringConstraints(min_length=2, max_length=12), AfterValidator(a_code)
]
Limit = Annotated[int, Field(ge=1, le=99)]


class ProjectIn(Schema):
    code: Code
    """What people say for short; small letters are raised."""
    name: Text = Field(min_length=2, max_length=120)
    description: Text = Field("", max_length=10_000)
    lead_id: UUID | None = None
    most_in_progress: Limit | None = None
    """Above so many tasks the board warns; nothing is refused."""
    most_in_review: Limit | None = None


ProjectPatch = partial(ProjectIn)


class ProjectQuery(PageQuery):
    q: Text = Field("", max_length=120)
    archived: bool = False


class Facts(Out):
    id: UUID
    code: str
    name: str
    description: str
    lead_id: UUID | None
    lead_name: str | None
    most_in_progress: int | None
    most_in_review: int | None
    created_at: datetime
    archived_at: datetime | None


class ProjectRow(Facts):
    """A project with how many of its tasks are to be done."""

    open: int
    in_progress: int
    in_review: int
    overdue: int


class ProjectOut(Facts):
    tasks: dict[str, int]
    """How many stand in each column; archived ones do not count."""
    overdue: int
