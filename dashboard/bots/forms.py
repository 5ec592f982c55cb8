"""How a bot, a version and a run are asked for."""

import json
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.bots.schemas import BotFacts, BotIn, RunInputs, VersionIn
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
            self.data = json.loads(text) if text.strip() else None
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class ContentForm(SchemaForm):
    code = TextAreaField("Code")
    config = JsonField("Config")
    message = StringField("What changes")

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


def named(path: str, message: str) -> str:
    field, _, part = path.partition(".")
    return f"{part}: {message}" if field == "config" and part else message
