"""What a schedule is made of, for browser and JSON alike."""

import json
import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    computed_field,
    field_validator,
)

from dashboard.bots.schemas import JsonObject
from dashboard.runs.models import RunStatus
from dashboard.schedules.approval import Standing
from dashboard.schedules.deciding import CatchUp, Overlap, SlotStatus
from dashboard.schedules.timing import checked_cron, in_words, times_from, zone_of
from dashboard.schemas import Out, PageQuery, Schema, Text, partial

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON spells it, and not a backslash before the letters."""


def a_zone(name: str) -> str:
    return zone_of(name).key


def a_date(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError("Write a date such as 2027-01-31.") from error
    return value


def without_nul(inputs: dict[str, Any]) -> dict[str, Any]:
    """A council judges them, and PostgreSQL looks into no JSON that holds a NUL."""
    if NUL.search(json.dumps(inputs)):
        raise ValueError("Contains a character that cannot be stored.")
    return inputs


Inputs = Annotated[JsonObject, AfterValidator(without_nul)]
Cron = Annotated[Text, Field(max_length=120), AfterValidator(checked_cron)]
Zone = Annotated[Text, Field(max_length=64), AfterValidator(a_zone)]
Date = Annotated[date, BeforeValidator(a_date)]


class Times(Schema):
    """A cron expression, and where its clock hangs."""

    cron: Cron
    timezone: Zone = "UTC"


class ScheduleFacts(Times):
    """What may be changed of a schedule; its bot stays."""

    name: Text = Field(min_length=2, max_length=80)
    inputs: Inputs = {}
    overlap: Overlap = Overlap.SKIP
    catch_up: CatchUp = CatchUp.LAST
    is_on: bool = True

    @field_validator("catch_up")
    @classmethod
    def has_a_chance(cls, catch_up: CatchUp, field: ValidationInfo) -> CatchUp:
        if catch_up is CatchUp.ALL and field.data.get("overlap") is Overlap.SKIP:
            raise ValueError(
                "Every missed time can only run if runs wait for each other: let them "
                "queue, or catch up on the last time alone."
            )
        return catch_up


class ScheduleIn(ScheduleFacts):
    bot_id: UUID


SchedulePatch = partial(ScheduleFacts)


class ApprovalIn(Schema):
    """Which council is asked (by its type of work), until when, and why."""

    type_id: UUID
    until: Date
    why: Text = Field(min_length=3, max_length=4000)


class State(StrEnum):
    ON = "on"
    OFF = "off"
    ARCHIVED = "archived"


class ScheduleQuery(PageQuery):
    bot_id: UUID | None = None
    state: State | None = None
    failing: bool = False
    mine: bool = False
    q: Text = Field("", max_length=80)


class TimesOut(Out):
    """What a cron expression means."""

    words: str
    next_times: list[datetime]


class ScheduleRow(Out):
    id: UUID
    name: str
    bot_id: UUID
    bot_name: str
    version: int
    owner_id: UUID
    owner_name: str
    cron: str
    timezone: str
    overlap: Overlap
    catch_up: CatchUp
    is_on: bool
    next_at: datetime | None
    last_due_at: datetime | None
    last_status: SlotStatus | None
    last_run_id: UUID | None
    last_run_status: RunStatus | None
    created_at: datetime
    archived_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own recipe
    @property
    def words(self) -> str:
        return in_words(self.cron, self.timezone)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own recipe
    @property
    def next_times(self) -> list[datetime]:
        return times_from(self.cron, self.timezone, self.next_at)


class ScheduleOut(ScheduleRow):
    inputs: dict[str, Any]
    approval: Standing
    approval_id: UUID | None
    approved_until: datetime | None


class SlotOut(Out):
    due_at: datetime
    status: SlotStatus
    note: str
    run_id: UUID | None
    run_status: RunStatus | None
    at: datetime


class ProposedOut(Out):
    """The draft by which a council is asked."""

    id: UUID
    number: int
    title: str
