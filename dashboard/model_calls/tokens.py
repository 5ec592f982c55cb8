"""How many tokens something is, where the provider does not say."""

import json
from typing import Any

USUAL_BYTES = 4
LEAST_BYTES = 3
"""Bytes that a token stands for: usually, and in writings where it is less."""


def estimated(text: str) -> int:
    return -(-len(text.encode(errors="replace")) // USUAL_BYTES)


def read_by(request: dict[str, Any]) -> int:
    """What the model reads of a question, roughly."""
    return estimated(spelled(request))


def most_read_by(request: dict[str, Any]) -> int:
    """The same, on the safe side."""
    return -(-len(spelled(request).encode()) // LEAST_BYTES)


def spelled(request: dict[str, Any]) -> str:
    asked = [request.get(name) for name in ("messages", "schema", "tools")]
    return json.dumps([each for each in asked if each])
