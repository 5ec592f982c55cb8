"""A question in the words of OpenAI's API, as its provider understands them."""

import json
from typing import Any

from dashboard.ai_models.models import AIModel, Provider

OURS = {
    *("model", "messages", "stream", "stream_options", "tools", "response_format"),
    *("max_tokens", "max_completion_tokens", "n"),
}
"""Parameters that nobody sets but Quorum."""
IN_JSON = (
    "Answer with one JSON object and nothing else, no code fence around it. It must "
    "be valid against this JSON Schema: "
)


def bodies_of(model: AIModel, request: dict[str, Any]) -> list[dict[str, Any]]:
    """The request, and the same in plainer words if it asks for JSON."""
    plain = body_of(model, request)
    schema = request.get("schema")
    if schema is None:
        return [plain]
    told = {"role": "system", "content": IN_JSON + json.dumps(schema)}
    asked = {**plain, "messages": [*plain["messages"], told]}
    return [
        {**plain, "response_format": as_schema(schema)},
        {**asked, "response_format": {"type": "json_object"}},
        asked,
    ]


def body_of(model: AIModel, request: dict[str, Any]) -> dict[str, Any]:
    wanted = {**model.parameters, **(request.get("parameters") or {})}
    body = {name: value for name, value in wanted.items() if name not in OURS}
    body |= {
        "model": model.model_id,
        "messages": request["messages"],
        "stream": True,
        "stream_options": {"include_usage": True},
        limit_name(model): most_written(model, request),
    }
    return body | {"tools": request["tools"]} if request.get("tools") else body


def most_written(model: AIModel, request: dict[str, Any]) -> int:
    """Tokens; a question may ask for less than the model's limit, not for more."""
    wanted = {**model.parameters, **(request.get("parameters") or {})}
    asked = wanted.get("max_tokens")
    if isinstance(asked, int) and asked > 0:
        return min(asked, model.max_tokens)
    return model.max_tokens


def limit_name(model: AIModel) -> str:
    is_openai = model.provider is Provider.OPENAI
    return "max_completion_tokens" if is_openai else "max_tokens"


def as_schema(schema: dict[str, Any]) -> dict[str, Any]:
    named = {"name": "answer", "schema": schema, "strict": is_strict(schema)}
    return {"type": "json_schema", "json_schema": named}


def is_strict(schema: Any) -> bool:
    """Whether a provider that takes schemas at their word would take this one."""
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object":
        closed = schema.get("additionalProperties") is False
        named = set(schema.get("required", ())) == set(schema.get("properties", {}))
        if not (closed and named):
            return False
    return all(map(is_strict, schema.values()))
