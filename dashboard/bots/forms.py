"""How a bot, a version and a run are asked for."""

import json
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.bots.documents import read_document
from dashboard.bots.exchange import ImportIn
from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.bots.schemas import (
    BotFacts,
    BotIn,
    LabelIn,
    RollbackIn,
    RunInputs,
    VersionIn,
)
from dashboard.errors import Errors
from dashboard.files.forms import UploadsField
from dashboard.forms import SchemaForm

POLICIES = [
    SelectChoice(RunPolicy.NOBODY.value, "Nobody: a council votes first"),
    SelectChoice(RunPolicy.OWNER.value, "Its owner and admins, without a vote"),
]
STATUSES = [
    SelectChoice(BotStatus.ACTIVE.value, "Active: may run"),
    SelectChoice(BotStatus.INACTIVE.value, "Inactive: switched off"),
    SelectChoice(BotStatus.MAINTENANCE.value, "Maintenance: being worked on"),
]


class JsonField(TextAreaField):
    """JSON in a text area. What is none goes on as typed; the schema says why not."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else json.dumps(self.data, indent=2)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        try:
            self.data = self.read(text) if text.strip() else None
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    def read(self, text: str) -> Any:
        return json.loads(text)


class DocumentField(JsonField):
    """YAML is taken, too; it is shown as JSON once it is stored."""

    def read(self, text: str) -> Any:
        return read_document(text)


class ContentForm(SchemaForm):
    code = TextAreaField("Code")
    config = DocumentField("Config")
    message = StringField("What changes")
    label = StringField("Label")

    def hang(self, errors: Errors) -> None:
        """One text area holds the whole config: name the part that is wrong."""
        super().hang({path: named(path, errors[path]) for path in errors})


class BotForm(ContentForm):
    schema = BotIn
    name = StringField("Name")
    description = TextAreaField("What it does")
    run_policy = SelectField("Who may run it without a vote", choices=POLICIES)


class VersionForm(ContentForm):
    schema = VersionIn
    based_on = HiddenField()

    def hang(self, errors: Errors) -> None:
        """A hidden field shows nothing; what is wrong with it stands on top."""
        super().hang({path.replace("based_on", ""): errors[path] for path in errors})


class RollbackForm(SchemaForm):
    schema = RollbackIn
    message = StringField("What changes")
    based_on = HiddenField()


class LabelForm(SchemaForm):
    schema = LabelIn
    label = StringField("Label")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label.flags.required = False  # a program has to say it, a person need not

    def answers(self) -> dict[str, Any]:
        return {"label": self.label.data or ""}  # left empty, it takes the label away


class ImportForm(SchemaForm):
    """A file wins over what was pasted; the page carries the text to the next step."""

    schema = ImportIn
    apart = frozenset({"file"})
    file = FileField("File")
    document = TextAreaField("Or paste it")
    name = StringField("Name here")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document.flags.required = False  # a file will do

    def read_file(self) -> None:
        """Put what was uploaded where it would have been pasted."""
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            self.document.data = sent.stream.read().decode("utf-8-sig", "replace")

    def hang(self, errors: Errors) -> None:
        """One text holds the whole document: name the part that is wrong."""
        super().hang({where(path): said(path, errors[path]) for path in errors})


class BotFactsForm(SchemaForm):
    schema = BotFacts
    name = StringField("Name")
    description = TextAreaField("What it does")
    status = SelectField("Status", choices=STATUSES)
    run_policy = SelectField("Who may run it without a vote", choices=POLICIES)


class RunForm(SchemaForm):
    schema = RunInputs
    inputs = JsonField("Inputs")
    files = UploadsField("Files")


def where(path: str) -> str:
    return path.partition(".")[0]


def said(path: str, message: str) -> str:
    """What is wrong in a document, with the version and the field it is wrong in."""
    parts = path.split(".")[1:]
    if parts[:1] == ["versions"] and len(parts) > 1:
        parts[:2] = [f"version {int(parts[1]) + 1}"]
    place = ", ".join(parts)
    return f"{place[:1].upper()}{place[1:]}: {message}" if place else message


def named(path: str, message: str) -> str:
    field, _, part = path.partition(".")
    return f"{part}: {message}" if field == "config" and part else message
