"""How oversight is asked for, and asked about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.agents.forms import WordsField
from dashboard.councils.forms import RowForm, add_spare
from dashboard.councils.models import Council
from dashboard.forms import SchemaForm
from dashboard.oversight.schemas import (
    ActionQuestion,
    OversightChange,
    OversightIn,
    ReviewQuestion,
    RouteQuestion,
)

SPARE_ROWS = 2


def named(rows: Sequence[Row[Any]], blank: str) -> list[SelectChoice]:
    """Rows with an id and a name, after the choice of none of them."""
    return [
        SelectChoice("", blank),
        *(SelectChoice(str(row.id), row.name) for row in rows),
    ]


class BlockedForm(RowForm):
    type_id = SelectField("Workflow type", validate_choice=False)
    reason = StringField("Why it is blocked")


class OversightForm(SchemaForm):
    schema = OversightIn
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
    domains = WordsField(
        "Domains it is responsible for",
        description="One a line, such as commerce.pricing. Types that name no council "
        "find this one by their domain, or by the part of it before a dot.",
    )
    blocked_types = FieldList(FormField(BlockedForm), "Blocked types")

    def offer(self, types: Sequence[Row[Any]]) -> "OversightForm":
        add_spare(self.blocked_types, SPARE_ROWS)
        for row in self.blocked_types:
            row.form.type_id.choices = named(types, "None")
        return self


class OversightChangeForm(OversightForm):
    """The same, to be proposed instead of saved."""

    schema = OversightChange
    why = TextAreaField("Why", description="What those who vote on it should know.")


def oversight_form(
    council: Council, form_of: type[OversightForm] = OversightForm
) -> OversightForm:
    """The form as a stored council fills it."""
    names = OversightIn.model_fields
    return form_of(data={name: getattr(council, name) for name in names})


class ActionForm(SchemaForm):
    schema = ActionQuestion
    type_id = SelectField("Workflow type", validate_choice=False)
    agent_id = SelectField("On behalf of", validate_choice=False)


class ReviewForm(SchemaForm):
    schema = ReviewQuestion
    weekly_savings = IntegerField(
        "Estimated savings a week", description="Leave it empty if none are stated."
    )


class RouteForm(SchemaForm):
    schema = RouteQuestion
    type_id = SelectField("Workflow type", id="decides-type_id", validate_choice=False)
