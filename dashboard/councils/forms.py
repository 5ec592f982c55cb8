"""How a council is asked for."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.councils.models import Council
from dashboard.councils.rule_form import RuleForm, rule_answer, rule_shown
from dashboard.councils.schemas import ChangeIn, CharterIn, CouncilIn, RuleQuestion
from dashboard.forms import SchemaForm, kept_rows

SPARE_ROWS = 3
"""Empty rows offered where no script can add them."""


F = TypeVar("F", bound="CouncilForm")


class RowForm(Form):
    """One row of a list. Where nobody is chosen, what else it holds does not count."""

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        chosen, *rest = self
        if formdata and not chosen.data:
            for field in rest:
                field.data, field.raw_data, field.process_errors = None, None, []


class MemberForm(RowForm):
    user_id = SelectField("Person", validate_choice=False)
    role = StringField("Role")
    weight = IntegerField("Weight")
    can_veto = BooleanField("Veto")


class AdviserForm(RowForm):
    agent_id = SelectField("Agent", validate_choice=False)
    role = StringField("Role")


class CouncilForm(SchemaForm):
    schema = CouncilIn
    name = StringField("Name")
    description = TextAreaField("What it decides")
    rule = FormField(RuleForm, "Rule")
    members = FieldList(FormField(MemberForm), "People")
    advisers = FieldList(FormField(AdviserForm), "Advising agents")
    present: dict[str, Any] | None = None
    """The rule as it is, when a council is edited."""

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        return given | {"rule": rule_answer(given.get("rule", {}), self.present)}

    def offer(
        self, people: Sequence[Row[UUID, str]], agents: Sequence[Row[UUID, str]]
    ) -> "CouncilForm":
        self.rule.form.offer(self.present)
        add_spare(self.members, SPARE_ROWS)
        add_spare(self.advisers, 1)
        for row in self.members:
            row.form.user_id.choices = choices_of(people, "Nobody")
        for row in self.advisers:
            row.form.agent_id.choices = choices_of(agents, "None")
        return self


class ChangeForm(CouncilForm):
    schema = ChangeIn
    why = TextAreaField("Why", description="What those who vote on it should know.")
    charter_type_id = SelectField("Later changes are voted on", validate_choice=False)
    ends_charter = BooleanField(
        "Later changes need no vote",
        description="Admins then edit this council directly again.",
    )
    archive = BooleanField(
        "Archive this council",
        description="It decides nothing new. Votes that are open go on.",
    )


class CharterForm(SchemaForm):
    schema = CharterIn
    charter_type_id = SelectField("Voted on as", validate_choice=False)


class RuleQuestionForm(SchemaForm):
    """The fields of a council's or a type's form that say what a rule means."""

    schema = RuleQuestion
    rule = FormField(RuleForm, "Rule")
    members = FieldList(FormField(MemberForm), "People")
    council_id = HiddenField()


def add_spare(rows: FieldList, wanted: int) -> None:
    """Empty rows after the filled ones, as many as are wanted."""
    for _ in range(wanted - (len(rows) - len(kept_rows(rows)))):
        rows.append_entry()


def choices_of(rows: Sequence[Row[UUID, str]], blank: str) -> list[SelectChoice]:
    named = [SelectChoice(str(id_), name) for id_, name in rows]
    return [SelectChoice("", blank), *named]


def council_form(council: Council) -> CouncilForm:
    """The form as a stored council fills it."""
    return filled(CouncilForm, council)


def change_form(council: Council) -> "ChangeForm":
    """The same, to be proposed instead of saved."""
    return filled(ChangeForm, council)


def filled(kind: type[F], council: Council) -> F:
    names = ("name", "description", "members", "advisers")
    shown = {name: getattr(council, name) for name in names}
    form = kind(data=shown | {"rule": rule_shown(council.rule)})
    form.present = council.rule
    return form
