"""How an agent is asked for."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.agents.models import Agent, AgentStatus, Outcome
from dashboard.agents.schemas import AgentIn, TrainingIn
from dashboard.bots.forms import JsonField
from dashboard.councils.forms import RowForm, add_spare, choices_of
from dashboard.forms import SchemaForm

STATUSES = [
    SelectChoice(AgentStatus.ACTIVE.value, "Active: advises and does its work"),
    SelectChoice(AgentStatus.PAUSED.value, "Paused: for now it does neither"),
]
OUTCOMES = [
    SelectChoice(Outcome.SUCCESS.value, "Success"),
    SelectChoice(Outcome.PARTIAL.value, "In part"),
    SelectChoice(Outcome.FAILURE.value, "Failure"),
]
SPARE_ROWS = 1
RETIRED = [SelectChoice(AgentStatus.RETIRED.value, "Retired")]


class WordsField(TextAreaField):
    """A list of short texts, one a line or between commas."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        parts = re.split(r"[,\n]", valuelist[0] if valuelist else "")
        self.data = [part.strip() for part in parts if part.strip()] or None


class RestrictionForm(RowForm):
    type_id = SelectField("Workflow type", validate_choice=False)
    reason = StringField("Why it may not")


class ToolForm(RowForm):
    bot_id = SelectField("Bot", validate_choice=False)
    description = StringField("What its model is told that it is for")
    input_schema: Any = JsonField("What it takes, as a JSON Schema")


class ParametersForm(Form):
    temperature = DecimalField("Temperature", places=None)
    top_p = DecimalField("Top p", places=None)
    max_tokens = IntegerField("Longest answer, in tokens")
    seed = IntegerField("Seed")
    frequency_penalty = DecimalField("Frequency penalty", places=None)
    presence_penalty = DecimalField("Presence penalty", places=None)
    stop = WordsField("Stop at")


class AgentForm(SchemaForm):
    schema = AgentIn
    name = StringField("Name")
    role = StringField("Role")
    description = TextAreaField("What it does")
    capabilities = WordsField("Capabilities")
    owner_id = SelectField("Who answers for it", validate_choice=False)
    status = SelectField("Status", choices=STATUSES)
    strengths = WordsField("Strengths")
    weaknesses = WordsField("Weaknesses")
    ai_model_id = SelectField("AI model", validate_choice=False)
    prompt_id = SelectField("Prompt", validate_choice=False)
    prompt_label = StringField("Label")
    parameters = FormField(ParametersForm, "Parameters")
    budget_per_run = DecimalField("Budget per step, in dollars", places=None)
    budget_per_day = DecimalField("Budget per day, in dollars", places=None)
    tools = FieldList(FormField(ToolForm), "Bots it may call")

    def offer(self, people: Sequence[Row[UUID, str]]) -> "AgentForm":
        self.owner_id.choices = choices_of(people, "Nobody yet")
        return self

    def offer_mind(
        self,
        models: Sequence[Row[UUID, str]],
        prompts: Iterable[tuple[UUID, str]],
        bots: Sequence[Row[UUID, str]],
    ) -> None:
        self.ai_model_id.choices = choices_of(models, "None: it does not think")
        named = [SelectChoice(str(id_), name) for id_, name in prompts]
        self.prompt_id.choices = [SelectChoice("", "None"), *named]
        add_spare(self.tools, SPARE_ROWS)
        for row in self.tools:
            row.form.bot_id.choices = choices_of(bots, "None")


class GuardedForm(AgentForm):
    """The form as a guardian sees it: with what the agent may not ask for."""

    restrictions = FieldList(FormField(RestrictionForm), "What it may not ask for")

    def offer_types(self, types: Sequence[Row[UUID, str]]) -> None:
        add_spare(self.restrictions, SPARE_ROWS)
        for row in self.restrictions:
            row.form.type_id.choices = choices_of(types, "None")


class TrainingForm(SchemaForm):
    schema = TrainingIn
    kind = StringField("Kind", default="initial")
    topic = StringField("Topic")
    outcome = SelectField("How it went", choices=OUTCOMES, validate_choice=False)
    score = IntegerField("Score, of 100")
    notes = TextAreaField("Notes")


def agent_form(kind: type[AgentForm], agent: Agent) -> AgentForm:
    """The form as a stored agent fills it."""
    names = set(AgentIn.model_fields) & set(kind(formdata=None)._fields)
    shown = {name: getattr(agent, name) for name in names}
    for budget in ("budget_per_run", "budget_per_day"):
        if shown[budget] is not None:
            shown[budget] = shown[budget].normalize()
    return kind(data=shown)
