"""Say which models there are, keep their keys, switch them, and test them."""

from flask import current_app
from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard import outgoing
from dashboard.ai_models.models import AIModel, in_micros
from dashboard.ai_models.parameters import plain
from dashboard.ai_models.schemas import ModelIn
from dashboard.audit import audited
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.asking import Question, ask
from dashboard.model_calls.models import ModelCall, Purpose
from dashboard.permissions import Permission, require
from dashboard.sealing import seal
from dashboard.users.models import User

TEST = Question(
    messages=[{"role": "user", "content": "Answer with the one word: ready"}],
    parameters={"max_tokens": 200, "stop": [".", "\n"]},
)
"""A wordy model ends with its first sentence."""
KEY_AGAIN = (
    "The stored key was saved for the old address and is of no use at another. "
    "Enter the key for the new one."
)
SHORT_KEY = 12
"""Of a key no longer than this, four letters would be too much to tell."""
SAME = {
    *("name", "description", "provider", "model_id", "base_url", "usage_type"),
    *("max_tokens", "timeout_seconds", "calls_per_minute", "is_active"),
}
"""Stored as they are asked for."""


def create_model(actor: User, wanted: ModelIn) -> AIModel:
    require(actor, Permission.MODEL_WRITE)
    check_url(wanted.base_url)
    return add(actor, wanted)


def add(actor: User, wanted: ModelIn) -> AIModel:
    """Without a look at where its address leads: every call looks again."""
    with audited(actor, Permission.MODEL_WRITE) as entry:
        model = AIModel(id=uuid7(), created_by=actor)
        fill(model, wanted)
        db.session.add(model)
        entry.about(model)
    return model


def update_model(actor: User, model: AIModel, wanted: ModelIn) -> AIModel:
    """A key that is left out stays, but not at another address."""
    require(actor, Permission.MODEL_WRITE, model)
    if wanted.base_url != model.base_url:
        check_url(wanted.base_url)
    with audited(actor, Permission.MODEL_WRITE, model):
        moves = wanted.base_url != model.base_url
        if moves and model.has_key and not wanted.key.get_secret_value():
            raise Invalid({"key": KEY_AGAIN})
        fill(model, wanted)
    return model


def remove_key(actor: User, model: AIModel) -> AIModel:
    """It is spoken to without one from now on, as a server of one's own may be."""
    with audited(actor, Permission.MODEL_WRITE, model) as entry:
        if not model.has_key:
            raise RuleBroken("No key is stored for this model.")
        model.sealed_key, model.key_last4 = None, ""
        entry.about(model, verb="remove_key")
    return model


def switch(actor: User, model: AIModel, *, on: bool) -> AIModel:
    with audited(actor, Permission.MODEL_WRITE, model) as entry:
        if model.is_active == on:
            raise RuleBroken(f"This model is {'on' if on else 'off'} already.")
        model.is_active = on
        entry.about(model, verb="switch_on" if on else "switch_off")
    return model


def test_connection(actor: User, model: AIModel) -> ModelCall:
    """One short question; its page shows how long the answer took, or what failed."""
    with audited(actor, Permission.MODEL_WRITE, model) as entry:
        call = ask(model, Purpose.TEST, TEST, key=f"test/{uuid7()}", asked_by=actor)
        entry.about(model, verb="test")
    return call


def fill(model: AIModel, wanted: ModelIn) -> None:
    check_name(model, wanted.name)
    for name in SAME:
        setattr(model, name, getattr(wanted, name))
    model.parameters = plain(wanted.parameters)
    model.price_in = in_micros(wanted.input_price)
    model.price_out = in_micros(wanted.output_price)
    budget = wanted.daily_budget
    model.spend_per_day = None if budget is None else in_micros(budget)
    if key := wanted.key.get_secret_value():
        model.sealed_key = seal(key, model)
        model.key_last4 = key[-4:] if len(key) > SHORT_KEY else ""


def check_name(model: AIModel, name: str) -> None:
    taken = select(AIModel.id).where(AIModel.name == name, AIModel.id != model.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another model has this name."})


def check_url(url: str) -> None:
    """By the rules of sending, which ask again: a name may lead elsewhere later."""
    try:
        outgoing.check(url, allow=current_app.config["OUTBOUND_ALLOW"])
    except outgoing.Refused as error:
        raise Invalid({"base_url": str(error)}) from error
    except outgoing.Unreachable:
        return  # it may be set up later; Test connection says when it answers
