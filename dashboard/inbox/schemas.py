"""What is asked of an inbox, and what is answered."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from dashboard.inbox.models import NoticeKind
from dashboard.schemas import Out, PageQuery, Text


class Tab(StrEnum):
    WAITING = "waiting"
    MINE = "mine"
    DONE = "done"
    NEWS = "news"


class Kind(StrEnum):
    """What somebody is to do."""

    VOTE = "vote"
    RUN = "run"
    REVIEW = "review"
    OPEN = "open"
    LOOK = "look"


class InboxQuery(PageQuery):
    tab: Tab = Tab.WAITING
    seen: Text = Field("", max_length=16)


class ItemOut(Out):
    kind: Kind
    id: UUID
    number: int | None
    title: str
    council: str
    why: str
    since: datetime
    deadline: datetime | None
    revision: int | None
    headline: str


class CountsOut(Out):
    vote: int
    run: int
    review: int
    open: int
    look: int
    total: int


class InboxOut(Out):
    waiting: list[ItemOut]
    counts: CountsOut


class NoticeOut(Out):
    id: UUID
    kind: NoticeKind
    text: str
    at: datetime
    workflow_id: UUID | None
    incident_id: UUID | None
    number: int | None
    title: str
