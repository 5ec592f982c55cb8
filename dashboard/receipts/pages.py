"""What the page of a receipt needs: the file it is about, read back and checked."""

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import current_app
from pydantic import ValidationError

from dashboard.permissions import Actor
from dashboard.receipts.checking import check
from dashboard.receipts.signing import private_key, public_jwk
from dashboard.receipts.spelling import SEALED
from dashboard.workflows.rules import Rule, in_words


def context_of(raw: bytes, actor: Actor) -> dict[str, Any]:
    """The receipt as people read it, and what a check of these very bytes found."""
    jwk = public_jwk(private_key(current_app.config["AUDIT_KEY"]))
    document = json.loads(raw)
    receipt = readable(document["receipt"])
    for round_ in receipt["rounds"]:
        round_["rule_words"] = rule_words(round_["rule"])
    receipt["audit"] = [SimpleNamespace(**entry) for entry in receipt["audit"]]
    return {
        "receipt": receipt,
        "findings": check(raw, jwk),
        "key_id": jwk["kid"],
        "size": len(raw),
        "sits": sits_in(receipt, actor),
    }


def rule_words(rule: dict[str, Any]) -> str:
    """The rule in words; nothing for one that no longer is a rule."""
    try:
        return in_words(Rule.model_validate(rule))
    except ValidationError:
        return ""


def readable(value: Any, name: str = "") -> Any:
    """The same with times as times again; what was judged stays as it is."""
    if name in SEALED:
        return value
    if isinstance(value, dict):
        return {key: readable(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    is_time = name == "at" or name.endswith("_at")
    return datetime.fromisoformat(value) if is_time and value else value


def sits_in(receipt: dict[str, Any], actor: Actor) -> bool:
    """Whether this actor was of the last electorate, and so may see the council."""
    electorate = receipt["rounds"][-1]["electorate"]
    return any(each["user"]["id"] == str(actor.id) for each in electorate)
