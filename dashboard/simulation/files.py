"""Reading a scenario file, and saying where it is wrong."""

import json
from typing import Any

from pydantic import ValidationError

from dashboard.schemas import SENTENCES
from dashboard.simulation.scenarios import Scenario

Path = tuple[int | str, ...]


class Malformed(Exception):
    """The file is no scenario file; the text says where, and what to do."""


def scenarios_in(text: str) -> list[Scenario]:
    """Every scenario of a file: one alone, a list, or `{"scenarios": […]}`."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"This is no JSON: {error}.") from error
    several = isinstance(content, dict) and "scenarios" in content
    listed = content["scenarios"] if several else content
    if several and not isinstance(listed, list):
        raise Malformed('"scenarios" must be a list of scenarios.')
    if not isinstance(listed, list):
        listed = [listed]
    return [scenario_of(raw, position) for position, raw in enumerate(listed)]


def scenario_of(raw: Any, position: int) -> Scenario:
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        where = name_of(raw, position)
        raise Malformed(f"{where}{first_finding(error)}") from error


def name_of(raw: Any, position: int) -> str:
    """The id it has, or else its place in the file."""
    id_ = raw.get("id") if isinstance(raw, dict) else None
    return f'Scenario "{id_}"' if isinstance(id_, str) else f"Scenario {position}"


def first_finding(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    sentence = SENTENCES.get(first["type"])
    text = sentence.format(**first.get("ctx", {})) if sentence else first["msg"]
    path = written(first["loc"])
    return f"{path and f', at {path}'}: {text.removeprefix('Value error, ')}"


def written(loc: Path) -> str:
    """The path as in the file, without the kinds of event that Pydantic adds."""
    return ".".join(
        str(part)
        for position, part in enumerate(loc)
        if position < 2 or loc[position - 2] != "events"
    )
