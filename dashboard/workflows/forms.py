"""How a proposal and a vote are asked for; a type's schema becomes fields."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.forms import SchemaForm
from dashboard.workflows.inputs import Kind, Property
from dashboard.workflows.schemas import (
    CancelIn,
    VoidIn,
    VoteIn,
    WorkflowEdit,
    WorkflowIn,
)
from dashboard.workflows.voting import Choice

LABELS = {
    Choice.APPROVE: "Approve",
    Choice.REJECT: "Reject",
    Choice.ABSTAIN: "Abstain",
    Choice.VETO: "Veto",
}


class LinesField(TextAreaField):
    """A list of texts, one a line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = [line.strip() for line in text.splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or [])


def field_for(asked: Property) -> Field:
    """The widget of one property; what is valid is the schema's to say."""
    about = {"label": asked.label, "description": asked.hint, "default": asked.default}
    if asked.kind is Kind.CHOICE:
        blank = [] if asked.required else [SelectChoice("", "Not given")]
        offered = [SelectChoice(value, value) for value in asked.choices]
        return SelectField(choices=blank + offered, validate_choice=False, **about)
    return {
        Kind.TEXT: StringField,
        Kind.LONG_TEXT: TextAreaField,
        Kind.WHOLE: IntegerField,
        Kind.NUMBER: FloatField,
        Kind.YES_NO: BooleanField,
        Kind.LINES: LinesField,
    }[asked.kind](**about)


class ProposalForm(SchemaForm):
    """What every proposal is asked, whatever its type."""

    schema = WorkflowEdit
    apart = frozenset({"files"})
    title = StringField("Title", description="What is to be done, in one line.")
    description = TextAreaField(
        "Why", description="What the council should know before it votes."
    )
    agent_id = SelectField("On behalf of an agent", validate_choice=False)
    weekly_savings = IntegerField(
        "Estimated savings a week",
        description="Leave it empty if you do not know; then the council votes.",
    )
    keep = SelectMultipleField("Attached files to keep", validate_choice=False)
    files = MultipleFileField(
        "Attach files", description="At most 10, each at most 10 MiB."
    )

    editors = SelectMultipleField(
        "May edit it too",
        validate_choice=False,
        description="Whoever changes what is judged has no vote on it.",
    )

    def offer(
        self, agents: Iterable[Any], kept: Iterable[str], people: Iterable[Any] | None
    ) -> None:
        """The choices; without people, who else may edit is not asked."""
        nobody = [SelectChoice("", "Nobody: I propose it myself")]
        named = [SelectChoice(str(agent.id), agent.name) for agent in agents]
        self.agent_id.choices = nobody + named
        self.keep.choices = [SelectChoice(name, name) for name in kept]
        if people is None:
            del self.editors
        else:
            self.editors.choices = [SelectChoice(str(p.id), p.name) for p in people]


def proposal_form(
    asked: list[Property], *, new: bool, calculated: bool
) -> type[ProposalForm]:
    """The form of one type: the usual questions and the type's own.

    What is saved is not asked where the inputs say it.
    """
    questions = type("InputsForm", (Form,), {p.name: field_for(p) for p in asked})
    parts: dict[str, Any] = {"inputs": FormField(questions)}
    if calculated:
        parts["weekly_savings"] = None
    if new:
        parts |= {"schema": WorkflowIn, "type_id": HiddenField()}
    return type("TypedProposalForm", (ProposalForm,), parts)


class VoteForm(SchemaForm):
    schema = VoteIn
    choice = RadioField("Your vote", validate_choice=False)
    reason = TextAreaField("Reason")
    revision = HiddenField()
    key = HiddenField()

    def offer(self, *, veto: bool) -> "VoteForm":
        offered = [c for c in Choice if veto or c is not Choice.VETO]
        self.choice.choices = [SelectChoice(c.value, LABELS[c]) for c in offered]
        return self


class CancelForm(SchemaForm):
    schema = CancelIn
    reason = TextAreaField("Reason")


class VoidForm(SchemaForm):
    schema = VoidIn
    reason = TextAreaField("Reason", description="Shown to the whole council.")
