"""What the workflow types ask for, as JSON Schema."""

from typing import Any

Json = dict[str, Any]

THRESHOLD: Json = {
    "threshold": {
        "type": "integer",
        "title": "Threshold",
        "description": "Name addresses with more failed passwords than this.",
        "default": 20,
        "minimum": 1,
        "maximum": 100_000,
    }
}
LIMIT: Json = {
    "limit": {
        "type": "number",
        "title": "Limit",
        "description": "Pay refunds up to this amount; the rest is left to a person.",
        "exclusiveMinimum": 0,
        "maximum": 1000,
    },
    "reason": {
        "type": "string",
        "title": "Reason",
        "enum": ["double charge", "late delivery", "goodwill"],
        "default": "late delivery",
    },
}
TOP: Json = {
    "top": {
        "type": "integer",
        "title": "Categories",
        "description": "How many categories to name.",
        "default": 5,
        "minimum": 1,
        "maximum": 50,
    }
}
STRICT: Json = {
    "strict": {
        "type": "boolean",
        "title": "Strict",
        "description": "Fail when a link leads nowhere.",
        "default": False,
    }
}
SAMPLE: Json = {
    "tickets": {
        "type": "integer",
        "title": "Tickets",
        "description": "How many there are to draw from.",
        "minimum": 1,
        "maximum": 100_000,
    },
    "percent": {
        "type": "integer",
        "title": "Percent",
        "description": "How many of them are read again.",
        "minimum": 1,
        "maximum": 100,
    },
}


def asked(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}
