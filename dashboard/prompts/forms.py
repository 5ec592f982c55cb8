"""How a prompt, a version and a label are asked for, and how a prompt is tried."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import request
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.errors import DomainError, Errors
from dashboard.forms import SchemaForm, kept_rows
from dashboard.prompts.models import Prompt, PromptKind, PromptVersion
from dashboard.prompts.schemas import (
    MoveIn,
    PromptFacts,
    PromptIn,
    ProtectIn,
    ReasonIn,
    TryIn,
    VersionIn,
)
from dashboard.schemas import Schema

KINDS = [
    SelectChoice(PromptKind.SYSTEM.value, "System prompt: who the model is to be"),
    SelectChoice(PromptKind.USER.value, "User message: what it is asked"),
]
SPARE = 2
MOST_NUMBERS = 200
"""Versions in a list to choose from; older ones are reached by their page."""
REDRAWN = {"data-redraw": ""}
"""Another version may have other variables, and so other fields."""
VALUE = "value-"
"""What the name of a field begins with that fills in a variable."""


class VariableForm(Form):
    name = StringField("Variable")
    description = StringField("What it is")
    example = TextAreaField("Example")


class VersionForm(SchemaForm):
    schema: ClassVar[type[Schema]] = VersionIn
    content = TextAreaField("Text")
    variables = FieldList(FormField(VariableForm), "Variables")
    message = StringField("What changed")
    based_on = HiddenField()

    def answers(self) -> dict[str, Any]:
        """The rows as a mapping: what is said of each variable, by its name."""
        given = super().answers()
        rows = {row.pop("name", ""): row for row in given.get("variables", [])}
        return given | {"variables": rows}

    def hang(self, errors: Errors) -> None:
        super().hang({self.place_of(path): said for path, said in errors.items()})

    def place_of(self, path: str) -> str:
        """The row in which a variable stands, for its name."""
        head, _, rest = path.partition(".")
        if head != "variables" or not rest:
            return path
        name, _, field = rest.partition(".")
        names = [row.form.name.data for row in kept_rows(self.variables)]
        at = names.index(name) if name in names else 0
        return f"variables.{at}.{field}" if names else head

    def offer(self) -> None:
        for _ in range(SPARE):
            self.variables.append_entry()

    def tell_and_offer(self, error: DomainError) -> None:
        """Why nothing was saved, and room for more variables."""
        self.tell(error)
        self.offer()

    def begin_with(self, version: PromptVersion) -> None:
        """Start from the text of a version, and what is known of its variables."""
        self.content.data = version.content
        for name, about in version.variables.items():
            self.variables.append_entry({"name": name, **about})


class PromptForm(VersionForm):
    schema = PromptIn
    name = StringField("Name")
    description = TextAreaField("What it is for")
    kind = RadioField(
        "Kind", choices=KINDS, validate_choice=False, default=PromptKind.SYSTEM.value
    )
    based_on: Any = None


class FactsForm(SchemaForm):
    schema = PromptFacts
    name = StringField("Name")
    description = TextAreaField("What it is for")


class MoveForm(SchemaForm):
    schema = MoveIn
    label = StringField("Label")
    version = SelectField("Points at", validate_choice=False)
    reason = TextAreaField("Reason")

    def offer(self, prompt: Prompt) -> None:
        self.version.choices = numbers_of(prompt)


class ReasonForm(SchemaForm):
    schema = ReasonIn
    reason = StringField("Reason")


class ProtectForm(SchemaForm):
    schema = ProtectIn
    type_id = SelectField("Who decides", validate_choice=False)
    reason = TextAreaField("Reason")

    def offer(self, types: Iterable[Any]) -> None:
        self.type_id.choices = [SelectChoice(str(id_), name) for id_, name in types]


class TryForm(SchemaForm):
    """The variables are those of the prompt: each has a field of its own name."""

    schema = TryIn
    version = SelectField("Version", validate_choice=False, render_kw=REDRAWN)
    other = SelectField("Beside it", validate_choice=False, render_kw=REDRAWN)
    model_id = SelectField("Model", validate_choice=False)
    question = TextAreaField("What a person says")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wrong: Errors = {}
        """What is wrong with a value, by the name of its variable."""

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"values": typed(request.form)}

    def hang(self, errors: Errors) -> None:
        about = "values."
        named = {p: said for p, said in errors.items() if p.startswith(about)}
        self.wrong = {p.removeprefix(about): said for p, said in named.items()}
        super().hang({p: said for p, said in errors.items() if p not in named})

    def offer(self, prompt: Prompt, models: Iterable[Any]) -> None:
        numbers = numbers_of(prompt)
        self.version.choices = numbers
        self.other.choices = [SelectChoice("", "Nothing"), *numbers]
        self.model_id.choices = [SelectChoice(str(m.id), m.name) for m in models]


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """The values that were typed; a blank one leaves its variable as it is."""
    return {
        name.removeprefix(VALUE): value
        for name, value in form.items()
        if name.startswith(VALUE) and value
    }


def numbers_of(prompt: Prompt) -> list[SelectChoice]:
    """Its versions, newest first, each with the labels that point at it."""
    names: dict[int, list[str]] = {}
    for label in prompt.labels:
        names.setdefault(label.version.number, []).append(label.name)
    oldest = max(1, prompt.newest - MOST_NUMBERS + 1)
    numbers = {*range(oldest, prompt.newest + 1), *names}
    return [
        SelectChoice(str(n), ", ".join([f"v{n}", *names.get(n, [])]))
        for n in sorted(numbers, reverse=True)
    ]
