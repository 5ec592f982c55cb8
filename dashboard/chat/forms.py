"""How a message is written."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.chat.models import ChatSession, Mode
from dashboard.chat.schemas import AboutIn, MessageIn, TitleIn
from dashboard.errors import Errors
from dashboard.forms import SchemaForm
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.forms import field_for
from dashboard.workflows.inputs import properties

MODES = [
    SelectChoice(Mode.CHAT.value, "Chat: a model answers"),
    SelectChoice(Mode.SUGGEST.value, "Suggest: which types of work fit"),
    SelectChoice(Mode.CONFIRM.value, "Confirm: what is still missing"),
    SelectChoice(Mode.EXECUTE.value, "Execute: propose the work"),
]


class MessageForm(SchemaForm):
    schema = MessageIn
    text = TextAreaField("Message")
    mode = RadioField("What to do with it", choices=MODES, validate_choice=False)
    type_id = SelectField("Type of work", validate_choice=False)
    ai_model_id = SelectField("Model", validate_choice=False)
    open = BooleanField("Put it to the vote at once")
    project_id = StringField("About the project")
    task_id = StringField("About the task")

    def offer(
        self, types: Iterable[Any], models: Iterable[Any], mode: Mode = Mode.CHAT
    ) -> "MessageForm":
        self.type_id.choices = [SelectChoice("", "None yet"), *named(types)]
        self.ai_model_id.choices = [SelectChoice("", "As before"), *named(models)]
        self.mode.data = self.mode.data or mode.value
        return self


def named(records: Iterable[Any]) -> list[SelectChoice]:
    return [SelectChoice(str(each.id), each.name) for each in records]


def message_form(type_: WorkflowType | None) -> MessageForm:
    """With a type, its inputs are asked as well."""
    if type_ is None:
        return MessageForm()
    asked = {each.name: field_for(each) for each in properties(type_.input_schema)}
    inputs = FormField(type("InputsForm", (Form,), asked))
    form: MessageForm = type("TypedMessageForm", (MessageForm,), {"inputs": inputs})()
    return form


class TitleForm(SchemaForm):
    schema = TitleIn
    title = StringField("Title")


class AboutForm(SchemaForm):
    schema = AboutIn
    project_id = SelectField("Project", validate_choice=False)
    task = StringField("Task")

    @classmethod
    def of(cls, session: ChatSession) -> "AboutForm":
        task = f"T-{session.task.number}" if session.task else ""
        kept = {"project_id": str(session.project_id or ""), "task": task}
        return cls(formdata=None, data=kept)

    def offer(self, session: ChatSession, projects: Iterable[Any]) -> None:
        """The projects in use, and the one it is about even if that is put away."""
        named = {str(each.id): f"{each.code} {each.name}" for each in projects}
        if session.project:
            named.setdefault(str(session.project.id), str(session.project))
        offered = [SelectChoice(value, label) for value, label in named.items()]
        self.project_id.choices = [SelectChoice("", "No project"), *offered]

    def hang(self, errors: Errors) -> None:
        """People write a number where programs write an id."""
        asked = {"task_id": "task"}
        super().hang({asked.get(path, path): said for path, said in errors.items()})
