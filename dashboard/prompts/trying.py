"""Fill in a prompt and put it to a model, one version or two side by side."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from dashboard.ai_models.models import AIModel
from dashboard.audit import audited
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.model_calls.asking import Question, ask
from dashboard.model_calls.models import ModelCall, Purpose
from dashboard.permissions import Permission
from dashboard.prompts.content import rendered
from dashboard.prompts.models import Prompt, PromptKind, PromptVersion
from dashboard.prompts.schemas import TryIn
from dashboard.users.models import User

SIDES = "ab"


def try_out(actor: User, prompt: Prompt, wanted: TryIn) -> UUID:
    """Queue one call or two; the id is that of the try, by which both are found."""
    with audited(actor, Permission.MODEL_ASK, prompt) as entry:
        model = model_of(wanted.model_id)
        versions = versions_of(prompt, wanted.version, wanted.other)
        id_ = uuid4()
        for side, version in zip(SIDES, versions, strict=False):
            messages = messages_of(prompt, version, wanted.values, wanted.question)
            ask(
                model,
                Purpose.TRY,
                Question(messages=messages),
                key=key_of(id_, side),
                asked_by=actor,
                prompt_version=version,
            )
        numbers = [version.number for version in versions]
        entry.about(prompt, verb="try", model=model.name, versions=numbers)
    return id_


def key_of(try_id: UUID, side: str) -> str:
    return f"try/{try_id}/{side}"


def model_of(model_id: UUID) -> AIModel:
    model = db.session.get(AIModel, model_id)
    if model is None or not model.is_active:
        raise Invalid({"model_id": "Choose a model that is switched on."})
    return model


def versions_of(
    prompt: Prompt, number: int | None, other: int | None = None
) -> list[PromptVersion]:
    """The version asked for, else the newest, and the other one, if it is another."""
    wanted = [number or prompt.newest]
    if other and other not in wanted:
        wanted.append(other)
    rows = select(PromptVersion).where(
        PromptVersion.prompt_id == prompt.id, PromptVersion.number.in_(wanted)
    )
    found = {version.number: version for version in db.session.scalars(rows)}
    for field, asked in zip(("version", "other"), wanted, strict=False):
        if asked not in found:
            raise Invalid({field: "Choose a version that this prompt has."})
    return [found[each] for each in wanted]


def messages_of(
    prompt: Prompt, version: PromptVersion, values: Mapping[str, str], question: str
) -> list[dict[str, Any]]:
    text = rendered(version.content, values)
    if prompt.kind is PromptKind.USER:
        return [{"role": "user", "content": text}]
    if not question:
        raise Invalid({"question": "Write what a person would say to it."})
    return [
        {"role": "system", "content": text},
        {"role": "user", "content": question},
    ]


def calls_of(actor: User, prompt: Prompt, try_id: UUID) -> Sequence[ModelCall]:
    """The calls of a try, for whoever asked and for those who see all."""
    calls = (
        select(ModelCall)
        .join(ModelCall.prompt_version)
        .where(PromptVersion.prompt_id == prompt.id)
        .where(ModelCall.key.in_([key_of(try_id, side) for side in SIDES]))
        .options(joinedload(ModelCall.ai_model), joinedload(ModelCall.prompt_version))
    )
    if not actor.sees_all:
        calls = calls.where(ModelCall.asked_by_id == actor.id)
    return db.session.scalars(calls.order_by(ModelCall.key)).all()


def models_offered() -> Sequence[Row[UUID, str]]:
    models = select(AIModel.id, AIModel.name).where(AIModel.is_active)
    return db.session.execute(models.order_by(AIModel.name)).all()
