"""SchemaForm: WTForms draws the widgets, the feature's Pydantic schema validates."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import g
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, HiddenField

from dashboard.errors import DomainError, Errors, Invalid
from dashboard.once import FIELD, new_key
from dashboard.schemas import Schema, checked

BLANK = ("", None)
GROUPS = (FieldList, FormField)


class SchemaForm(FlaskForm):
    """A form whose fields say label and widget, and nothing about what is valid.

    CSRFProtect has looked at the token before any view runs.
    """

    schema: ClassVar[type[Schema]]
    apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that are not the schema's, such as uploaded files."""
    once = HiddenField(default=new_key)
    """What tells a second click from a second wish; see `once.FIELD`."""
    value: Any = None
    """The validated schema, once `validate` has said yes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "actor" not in g:
            del self.once  # nobody is known yet who could send it twice
        for name, field in self._fields.items():
            asked = self.schema.model_fields.get(name)
            if asked and asked.is_required() and not isinstance(field, GROUPS):
                field.flags.required = True  # the label says so, the browser asks

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        try:
            self.value = checked(self.schema, self.answers())
        except Invalid as error:
            self.hang(error.errors)
        return self.value is not None

    def answers(self) -> dict[str, Any]:
        """What the schema is shown of what was filled in."""
        apart = {"csrf_token", FIELD} | self.apart
        return {n: each for n, each in answers_of(self).items() if n not in apart}

    def check(self) -> None:
        """Validate, or raise what the page should say."""
        if not self.validate():
            raise Invalid({})

    def tell(self, error: DomainError) -> None:
        """Say why it was refused: beside the fields it names, else on top."""
        self.hang(error.errors if isinstance(error, Invalid) else {"": str(error)})

    def hang(self, errors: Errors) -> None:
        """Put each message beside the field it is about, or on top of the form."""
        for path, message in errors.items():
            field = field_at(self, path.split("."))
            if field is None or isinstance(field, HiddenField):
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]


def answers_of(form: Form) -> dict[str, Any]:
    """What was filled in. A blank counts as left out, so the schema's default holds."""
    answers = {name: answer_of(field) for name, field in form._fields.items()}
    return {name: answer for name, answer in answers.items() if answer not in BLANK}


def answer_of(field: Field) -> Any:
    if isinstance(field, FormField):
        return answers_of(field.form)
    if isinstance(field, FieldList):
        return [answer_of(row) for row in kept_rows(field)]
    if field.process_errors:
        return field.raw_data[0]  # as typed: the schema says what is wrong with it
    return field.data


def kept_rows(rows: FieldList) -> list[Field]:
    """The rows a person wrote something into; a spare empty one does not count."""
    return [row for row in rows if is_filled(answer_of(row))]


def is_filled(answer: Any) -> bool:
    if isinstance(answer, dict):
        return any(value is not False for value in answer.values())
    return answer not in BLANK


def field_at(form: Form, path: list[str]) -> Field | None:
    """The field a path is about; None when it is about the form as a whole."""
    name, *rest = path
    field: Any = form._fields.get(name)
    if isinstance(field, FieldList) and rest:
        field, *rest = kept_rows(field)[int(rest[0])], *rest[1:]
    if isinstance(field, FormField):
        return field_at(field.form, rest) if rest else next(iter(field.form), None)
    return field
