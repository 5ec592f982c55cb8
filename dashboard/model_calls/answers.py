"""What a model wrote, read as data; nothing in it is believed unchecked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from jsonschema import Draft202012Validator

from dashboard.model_calls.models import CallStatus, ModelCall

LONGEST_REASON = 200


class BadAnswer(Exception):
    """It is not what was asked for; the text says why, in a sentence."""


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants to have called."""

    id: str
    name: str
    arguments: dict[str, Any]


def parsed_of(call: ModelCall) -> dict[str, Any] | None:
    """The object of a completed call that was asked for one."""
    schema = call.request.get("schema")
    if call.status is not CallStatus.COMPLETED or schema is None or call.calls:
        return None
    return parsed(call.text, schema)


def tool_calls_of(call: ModelCall) -> list[ToolCall]:
    return [ToolCall(**each) for each in call.calls]


def parsed(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The object in this text, if it is one that fits the schema."""
    found = object_in(text, "It did not answer with one JSON object.")
    refuse_unfit(found, schema)
    return found


def refuse_unfit(found: dict[str, Any], schema: dict[str, Any]) -> None:
    error = next(Draft202012Validator(schema).iter_errors(found), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "the whole"
        why = error.message[:LONGEST_REASON]
        raise BadAnswer(f"Its answer does not fit the schema, at {where}: {why}")


def object_in(text: str, complaint: str) -> dict[str, Any]:
    """Strict JSON that any database can store."""
    try:
        found = json.loads(text, parse_constant=refuse_constant)
        spelled = json.dumps(found, ensure_ascii=False)
        spelled.encode()
    except (ValueError, RecursionError) as error:
        raise BadAnswer(complaint) from error
    if not isinstance(found, dict) or "\\u0000" in spelled:
        raise BadAnswer(complaint)
    return found


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def called(pieces: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """What it wants to have called, from id, name and arguments as they came."""
    found = []
    for number, (id_, name, arguments) in enumerate(pieces, start=1):
        if not name:
            raise BadAnswer("It wants something called and does not say what.")
        complaint = f"It calls {name[:80]} with what is no JSON object."
        given = object_in(arguments or "{}", complaint)
        found.append({"id": id_ or f"call_{number}", "name": name, "arguments": given})
    return found


def clean(text: str) -> str:
    """Text that any database can store: no NUL, no half of a character."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\ufffd")
