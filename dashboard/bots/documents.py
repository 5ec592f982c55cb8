"""JSON and YAML that people wrote: read without trust, and written to be read."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML was built without libyaml: the same, only slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MOST_DEPTH = 50
MOST_NODES = 50_000
JSON_BEGINS = ("{", "[")
ODD = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe]")
"""What a block of YAML would not bring back as it was, or nobody would see there."""
PLAIN = {
    "tag:yaml.org,2002:null": (r"(?:~|null|)", ["~", "n", ""]),
    "tag:yaml.org,2002:bool": (r"(?:true|false)", list("tf")),
    "tag:yaml.org,2002:int": (r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    "tag:yaml.org,2002:float": (
        r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)",
        list("-0123456789"),
    ),
}
"""What is not text: as in JSON, so that `no`, `12:30` and dates stay what they are."""


class Reader(Loader):
    """Builds what JSON can hold, each key once."""

    yaml_implicit_resolvers: dict[Any, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, str):
                raise broken("Write this key in quotes", key.start_mark)
            if name in seen:
                raise broken(f"The key “{name}” stands here twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


class Writer(yaml.SafeDumper):
    """Writes text of several lines as a block, as people would."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_text(writer: Writer, text: str) -> yaml.ScalarNode:
    style = '"' if ODD.search(text) else "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


for tag, (pattern, first) in PLAIN.items():
    for kind in (
        Reader,
        Writer,
    ):  # what the one would read as no text, the other quotes
        kind.add_implicit_resolver(tag, re.compile(f"^{pattern}$"), first)
Writer.add_representer(str, as_text)


def read_document(text: str) -> Any:
    """What the text says, or ValueError with the line where it breaks."""
    try:
        if text.lstrip().startswith(JSON_BEGINS):
            return json.loads(text)
        check_events(yaml.parse(text, Loader))
        return yaml.load(text, Reader)  # noqa: S506  # a SafeLoader with less in it
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}: {error.msg}.") from error
    except yaml.YAMLError as error:
        raise ValueError(sentence(error)) from error
    except RecursionError as error:
        raise ValueError("This is nested too deeply.") from error
    except UnicodeError as error:
        raise ValueError("Contains a character that cannot be stored.") from error
    except ValueError as error:
        raise ValueError("This holds a number with too many digits.") from error


def check_events(events: Iterator[yaml.Event]) -> None:
    """Look at the whole text before anything is built from it."""
    depth = 0
    for count, event in enumerate(events):
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise broken("Anchors and aliases are not taken; write it out", mark)
        if getattr(event, "tag", None):
            raise broken("Tags (!…) are not taken; write plain values", mark)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise broken("This is nested too deeply", mark)
        if count > MOST_NODES:
            raise broken("This has too many parts", mark)


def broken(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def sentence(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "this is not YAML"
    return f"Line {mark.line + 1 if mark else 1}: {problem}."


def as_yaml(content: Any) -> str:
    return yaml.dump(
        content, Dumper=Writer, sort_keys=False, allow_unicode=True, width=1 << 20
    )
