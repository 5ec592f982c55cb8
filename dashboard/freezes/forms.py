"""How a freeze is asked for, and how it is lifted."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.freezes.models import Scope
from dashboard.freezes.schemas import FreezeIn, LiftIn

SCOPES = [
    SelectChoice(Scope.COUNCIL.value, "One council: the work it decides on"),
    SelectChoice(Scope.AGENT.value, "One agent: the work done on its behalf"),
    SelectChoice(Scope.ALL.value, "Everything, also bots that run on their own"),
]


class FreezeForm(SchemaForm):
    schema = FreezeIn
    scope = RadioField("What to freeze", choices=SCOPES, validate_choice=False)
    council_id = SelectField("Council", validate_choice=False)
    agent_id = SelectField("Agent", validate_choice=False)
    reason = TextAreaField("Reason")

    def offer(self, councils: Iterable[Any], agents: Iterable[Any]) -> None:
        self.council_id.choices = named("None", councils)
        self.agent_id.choices = named("None", agents)


class LiftForm(SchemaForm):
    schema = LiftIn
    reason = TextAreaField("Reason")


def named(nothing: str, rows: Iterable[Any]) -> list[SelectChoice]:
    return [
        SelectChoice("", nothing),
        *(SelectChoice(str(each.id), each.name) for each in rows),
    ]
