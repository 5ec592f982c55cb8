"""How a council is asked for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.councils.schemas import CouncilIn
from dashboard.forms import SchemaForm
from dashboard.workflows.rules import PRESETS, Rule, preset_of
from dashboard.workflows.wording import duration

HOUR, DAY = 3600, 86_400
PERIODS = (HOUR, 4 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY)
SPARE_ROWS = 3
"""Empty rows offered where no script can add them."""


PRESENT = "present"
"""Chosen to keep a rule that is none of the presets."""


class RuleForm(Form):
    """A preset, and the two numbers most councils want to set themselves."""

    preset = SelectField("Rule", validate_choice=False)
    voting_period = SelectField(
        "Time to vote",
        validate_choice=False,
        choices=[SelectChoice(str(seconds), duration(seconds)) for seconds in PERIODS],
    )
    min_approvals = IntegerField("People who must approve, at least")

    def offer(self, present: dict[str, Any] | None, blank: str = "") -> None:
        """The presets; before them what leaving it blank means, or the rule as is."""
        known = present and preset_of(Rule.model_validate(present))
        choices = [SelectChoice("", blank)] if blank else []
        if present and not known:
            choices.append(SelectChoice(PRESENT, "Keep the present rule"))
        choices += [
            SelectChoice(preset.key, f"{preset.name}: {preset.summary}")
            for preset in PRESETS.values()
        ]
        self.preset.choices = choices


def rule_data(rule: dict[str, Any]) -> dict[str, Any]:
    """A stored rule as this form shows it."""
    preset = preset_of(Rule.model_validate(rule)) or PRESENT
    shown = {"preset": preset, "voting_period": str(rule["voting_period"])}
    return shown | {"min_approvals": rule["min_approvals"]}


def rule_answer(
    given: dict[str, Any], present: dict[str, Any] | None
) -> dict[str, Any]:
    """What was chosen, as the contract wants it."""
    if given.get("preset") != PRESENT or present is None:
        return given
    return present | {n: value for n, value in given.items() if n != "preset"}


class MemberForm(Form):
    user_id = SelectField("Person", validate_choice=False)
    role = StringField("Role")
    weight = IntegerField("Weight")
    can_veto = BooleanField("Veto")


class AdviserForm(Form):
    agent_id = SelectField("Agent", validate_choice=False)
    role = StringField("Role")


class CouncilForm(SchemaForm):
    schema = CouncilIn
    name = StringField("Name")
    description = TextAreaField("What it decides")
    rule = FormField(RuleForm, "Rule")
    review_actions = BooleanField(
        "Work is voted on",
        default=True,
        description="Without this, what is proposed here runs without a vote.",
    )
    savings_threshold = IntegerField(
        "Vote from estimated weekly savings of",
        default=0,
        description="Proposals that state less run without a vote. 0: always vote.",
    )
    members = FieldList(FormField(MemberForm), "People", min_entries=SPARE_ROWS)
    advisers = FieldList(FormField(AdviserForm), "Advising agents", min_entries=1)
    present: dict[str, Any] | None = None
    """The rule as it is, when a council is edited."""

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        return given | {"rule": rule_answer(given.get("rule", {}), self.present)}

    def offer(
        self, people: Sequence[Row[UUID, str]], agents: Sequence[Row[UUID, str]]
    ) -> "CouncilForm":
        persons = [SelectChoice("", "Nobody")]
        persons += [SelectChoice(str(id_), name) for id_, name in people]
        advisers = [SelectChoice("", "None")]
        advisers += [SelectChoice(str(id_), name) for id_, name in agents]
        self.rule.form.offer(self.present)
        for row in self.members:
            row.form.user_id.choices = persons
        for row in self.advisers:
            row.form.agent_id.choices = advisers
        return self
