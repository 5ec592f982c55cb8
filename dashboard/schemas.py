"""The base of every contract: strict about names, safe for the database."""

from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from dashboard.errors import Errors, Invalid

SENTENCES = {
    "missing": "Fill this in.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_too_long": "Use at most {max_length} characters.",
    "greater_than_equal": "Enter {ge} or more.",
    "less_than_equal": "Enter {le} or less.",
    "int_parsing": "Enter a whole number.",
    "too_short": "Add at least {min_length}.",
    "too_long": "Add at most {max_length}.",
    "enum": "Choose {expected}.",
    "extra_forbidden": "This is not asked for.",
    "uuid_parsing": "Choose one of the list.",
}


def no_nul(text: str) -> str:
    """PostgreSQL stores no NUL; saying so here keeps it from being a 500."""
    if "\0" in text:
        raise ValueError("Contains a character that cannot be stored.")
    return text


Text = Annotated[str, AfterValidator(no_nul)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
"""In UTC, and so that an hour before or after it is a day too."""


class Schema(BaseModel):
    """What comes in, from a browser or as JSON."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    """What goes out, read from a record or a row."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Out):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = ""
    code: str = ""
    errors: list[dict[str, str]] = []  # pointer and detail; APIFlask inlines no model


class PageQuery(Schema):
    after: str | None = None
    limit: int = Field(25, ge=1, le=100)


Item = TypeVar("Item")
S = TypeVar("S", bound=Schema)


class Page(Out, Generic[Item]):
    """One page of a list; `next` is the cursor of the page after it."""

    items: list[Item]
    next: str | None
    total: int
    total_is_capped: bool

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__}Page"  # OpenAPI allows no brackets in names


def partial(schema: type[Schema]) -> type[Schema]:
    """The same fields, each of which may be left out (but not be null) in a PATCH.

    It does not inherit: rules across fields would meet the ones left out.
    """
    fields: dict[str, Any] = {}
    for name, field in schema.model_fields.items():
        parts = field.asdict()
        kept = {k: v for k, v in parts["attributes"].items() if "default" not in k}
        left_out = Field(default_factory=lambda: None, **kept)  # not shown in OpenAPI
        metadata = (*parts["metadata"], left_out)
        fields[name] = Annotated[(field.annotation, *metadata)]
    return create_model(f"{schema.__name__}Patch", __base__=Schema, **fields)


def patched(schema: type[S], record: object, patch: Schema) -> S:
    """What the record would be with the named fields replaced, valid as a whole."""
    today = schema.model_validate(record, from_attributes=True, extra="ignore")
    merged = today.model_dump() | patch.model_dump(exclude_unset=True)
    return checked(schema, merged)


def checked(schema: type[S], answers: dict[str, Any]) -> S:
    """Validate, and refuse in sentences a person may read."""
    try:
        return schema.model_validate(answers)
    except ValidationError as error:
        raise Invalid(sentences(error)) from error


def sentences(error: ValidationError) -> Errors:
    """Pydantic's findings as path to sentence; the first per field is enough."""
    found: Errors = {}
    for each in error.errors(include_url=False):
        path = ".".join(str(part) for part in each["loc"])
        text = each["msg"].removeprefix("Value error, ")
        if sentence := SENTENCES.get(each["type"]):
            text = sentence.format(**each.get("ctx", {}))
        found.setdefault(path, text)
    return found
