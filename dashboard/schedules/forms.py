"""How a schedule, and its approval, are asked for."""

from collections.abc import Iterable
from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.bots.forms import JsonField
from dashboard.forms import SchemaForm
from dashboard.schedules.deciding import CatchUp, Overlap
from dashboard.schedules.schemas import ApprovalIn, ScheduleFacts, ScheduleIn, Times
from dashboard.schedules.timing import zone_names
from dashboard.schemas import Schema

OVERLAPS = [
    SelectChoice(Overlap.SKIP.value, "Skip that time"),
    SelectChoice(Overlap.QUEUE.value, "Queue: start when the run before it is over"),
]
CATCH_UPS = [
    SelectChoice(CatchUp.LAST.value, "Run once, for the last of them"),
    SelectChoice(CatchUp.SKIP.value, "Leave them out, and go on with the next"),
    SelectChoice(CatchUp.ALL.value, "Run every one of them, one after another"),
]


class TimesForm(SchemaForm):
    """The part of the form that can be read while it is typed."""

    schema: ClassVar[type[Schema]] = Times
    cron = StringField("Times")
    timezone = SelectField("Time zone", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = [SelectChoice(name, name) for name in zone_names()]


class ScheduleEditForm(TimesForm):
    schema: ClassVar[type[Schema]] = ScheduleFacts
    name = StringField("Name")
    inputs = JsonField("Inputs")
    overlap = RadioField(
        "When the run before it is not over", choices=OVERLAPS, validate_choice=False
    )
    catch_up = RadioField(
        "Times that passed while no worker was there",
        choices=CATCH_UPS,
        validate_choice=False,
    )
    is_on = BooleanField("On")


class ScheduleForm(ScheduleEditForm):
    schema = ScheduleIn
    bot_id = SelectField("Bot", validate_choice=False)

    def offer(self, bots: Iterable[Any]) -> None:
        named = [SelectChoice(str(bot.id), bot.name) for bot in bots]
        self.bot_id.choices = [SelectChoice("", "Choose a bot"), *named]


class ApprovalForm(SchemaForm):
    schema = ApprovalIn
    type_id = SelectField("Kind of work", validate_choice=False)
    until = StringField("Until and including", render_kw={"type": "date"})
    why = TextAreaField("Why")

    def offer(self, types: Iterable[Any]) -> None:
        named = [
            SelectChoice(str(each.id), f"{each.name} ({each.council_name})")
            for each in types
        ]
        self.type_id.choices = [SelectChoice("", "Choose"), *named]
