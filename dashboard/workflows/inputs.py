"""What a type asks for: its JSON Schema read as fields, and as a check."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.exceptions import ValidationError

from dashboard.errors import Errors, Invalid

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONG_TEXT = 200
"""From how many characters on a text is asked for in several lines."""


class Kind(StrEnum):
    """The widget a property is asked with."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    LINES = "lines"


@dataclass(frozen=True)
class Property:
    """One thing a type asks for."""

    name: str
    label: str
    hint: str
    kind: Kind
    required: bool
    default: Any
    choices: tuple[str, ...]


def properties(schema: dict[str, Any]) -> list[Property]:
    required = schema.get("required", [])
    return [
        Property(
            name=name,
            label=each.get("title") or name.replace("_", " ").capitalize(),
            hint=each.get("description", ""),
            kind=kind_of(each),
            required=name in required,
            default=each.get("default"),
            choices=tuple(str(value) for value in each.get("enum", ())),
        )
        for name, each in schema.get("properties", {}).items()
    ]


def kind_of(schema: dict[str, Any]) -> Kind:
    if "enum" in schema:
        return Kind.CHOICE
    if schema["type"] == "string" and schema.get("maxLength", 0) > LONG_TEXT:
        return Kind.LONG_TEXT
    return {
        "string": Kind.TEXT,
        "integer": Kind.WHOLE,
        "number": Kind.NUMBER,
        "boolean": Kind.YES_NO,
        "array": Kind.LINES,
    }[schema["type"]]


def checked(schema: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The inputs with defaults filled in, or which of them are wrong and why."""
    known = schema.get("properties", {})
    defaults = {n: each["default"] for n, each in known.items() if "default" in each}
    inputs = defaults | answers
    validator = Draft202012Validator(schema)
    errors: Errors = {}
    for error in validator.iter_errors(inputs):
        for path, sentence in sentences(error):
            errors.setdefault(path, sentence)
    if errors:
        raise Invalid(errors)
    return inputs


def sentences(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Where a finding belongs, and what to do about it."""
    place = ".".join(str(part) for part in ("inputs", *error.absolute_path))
    limit: Any = error.validator_value
    answers: Any = error.instance
    schema: Any = error.schema
    if error.validator == "required":
        missing = [name for name in limit if name not in answers]
        yield from ((f"{place}.{name}", "Fill this in.") for name in missing)
    elif error.validator == "additionalProperties":
        extra = set(answers) - set(schema.get("properties", {}))
        yield from ((f"{place}.{name}", "This is not asked for.") for name in extra)
    else:
        text = TEXTS.get(str(error.validator))
        yield place, text.format(limit=limit) if text else error.message


TEXTS = {
    "minimum": "Enter {limit} or more.",
    "maximum": "Enter {limit} or less.",
    "exclusiveMinimum": "Enter more than {limit}.",
    "exclusiveMaximum": "Enter less than {limit}.",
    "minLength": "Use at least {limit} characters.",
    "maxLength": "Use at most {limit} characters.",
    "minItems": "Add at least {limit}.",
    "maxItems": "Add at most {limit}.",
    "pattern": "This does not have the form asked for ({limit}).",
    "enum": "Choose one of {limit}.",
    "type": "This must be of the type {limit}.",
}

TYPES = {"string", "integer", "number", "boolean", "array"}


def check_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Refuse a schema from which no form can be built; raises ValueError."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"This is not a JSON Schema: {error.message}") from error
    for part in parts_of(schema):
        check_part(part)
    if schema.get("type") != "object":
        raise ValueError('The schema must have "type": "object".')
    for name, each in schema.get("properties", {}).items():
        check_property(name, each)
    unknown = set(schema.get("required", [])) - set(schema.get("properties", {}))
    if unknown:
        raise ValueError(f"Required, but not among the properties: {min(unknown)}.")
    return schema | {"additionalProperties": False}


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema, itself first."""
    if isinstance(schema, dict):
        yield schema
    inner = schema.values() if isinstance(schema, dict) else schema
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        for each in inner:
            yield from parts_of(each)


def check_part(part: dict[str, Any]) -> None:
    """Refuse what would fail, or leave this machine, only when answers are checked."""
    if {"$ref", "$dynamicRef"} & part.keys():
        raise ValueError("References ($ref) are not followed.")
    patterns = [part.get("pattern"), *part.get("patternProperties", {})]
    for pattern in patterns:
        try:
            re.compile(pattern if isinstance(pattern, str) else "")
        except re.error as error:
            raise ValueError(f"{pattern} is no regular expression.") from error


def lists_texts(items: Any) -> bool:
    return isinstance(items, dict) and items.get("type") == "string"


def check_property(name: str, schema: Any) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r}: use small letters, digits and _ for names, at most 40."
        )
    if not isinstance(schema, dict) or schema.get("type") not in TYPES:
        raise ValueError(f"{name}: the type must be one of {', '.join(sorted(TYPES))}.")
    if "enum" in schema and schema["type"] != "string":
        raise ValueError(f"{name}: only a string may have a list of choices.")
    if schema["type"] == "array" and not lists_texts(schema.get("items")):
        raise ValueError(f'{name}: a list needs "items": {{"type": "string"}}.')
    if "default" in schema and not Draft202012Validator(schema).is_valid(
        schema["default"]
    ):
        raise ValueError(f"{name}: the default does not fit its own rules.")
