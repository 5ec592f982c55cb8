"""A bot's output as people read it: lists of objects as tables, the rest as JSON."""

import json
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 50
MOST_COLUMNS = 12
LONGEST_JSON = 32 << 10


@dataclass(frozen=True)
class Table:
    """The first rows of a list of objects."""

    name: str
    columns: list[str]
    rows: list[list[str]]
    total: int


@dataclass(frozen=True)
class Result:
    """An output, ready to be drawn."""

    tables: list[Table]
    text: str
    is_cut: bool


def shown(output: dict[str, Any]) -> Result:
    listed = {
        name: value for name, value in output.items() if is_list_of_objects(value)
    }
    rest = {name: value for name, value in output.items() if name not in listed}
    text = json.dumps(rest, indent=2, ensure_ascii=False) if rest else ""
    return Result(
        tables=[table_of(name, value) for name, value in listed.items()],
        text=text[:LONGEST_JSON],
        is_cut=len(text) > LONGEST_JSON,
    )


def is_list_of_objects(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) for each in value)
    )


def table_of(name: str, objects: list[dict[str, Any]]) -> Table:
    first = objects[:MOST_ROWS]
    columns = list(dict.fromkeys(key for each in first for key in each))[:MOST_COLUMNS]
    rows = [[cell(each.get(key)) for key in columns] for each in first]
    return Table(name, columns, rows, len(objects))


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:200]
    return json.dumps(value, ensure_ascii=False)[:200]
